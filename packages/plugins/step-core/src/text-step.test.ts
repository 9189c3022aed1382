import { testStep } from '@pipewright/kernel/conformance'
import { textStep } from './text-step.js'

testStep(textStep, {
  examples: [
    { name: 'a text', input: { text: 'Hello' } },
    { name: 'an empty text', input: { text: '' } },
  ],
  refused: [{}, { text: 7 }, { text: ['a'] }],
})
