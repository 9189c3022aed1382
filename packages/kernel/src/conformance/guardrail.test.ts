import { z } from 'zod'
import { defineGuardrail } from '../points/guardrail.js'
import { testGuardrail } from './guardrail.js'

// The kit itself is tested on a small guardrail that keeps to the contract.
const wordGuardrail = defineGuardrail({
  contract: 'v1',
  id: 'words',
  summary: 'Removes words that must not be said.',
  phase: 'runtime',
  subjects: ['prompt', 'answer'],
  options: z.strictObject({ word: z.string().min(1).default('confidential') }),
  check(subject, { word }) {
    if (subject.type !== 'prompt' && subject.type !== 'answer') return { action: 'allow' }
    if (!subject.text.includes(word)) return { action: 'allow' }
    return {
      action: 'fix',
      findings: [{ rule: 'word', message: 'A forbidden word stood in it.' }],
      text: subject.text.replaceAll(word, '…'),
    }
  },
})

const prompt = { type: 'prompt', step: 'ask', model: 'stand-in/model' } as const

testGuardrail(wordGuardrail, {
  examples: [
    { name: 'a harmless text', subject: { ...prompt, text: 'Good morning.' }, action: 'allow' },
    { name: 'the word', subject: { ...prompt, text: 'This is confidential.' }, action: 'fix', neverQuoted: 'confidential' },
    { name: 'another word', subject: { ...prompt, text: 'Only Bob knows.' }, options: { word: 'Bob' }, action: 'fix', neverQuoted: 'Bob' },
  ],
  refused: [{ word: '' }, { word: 7 }],
})
