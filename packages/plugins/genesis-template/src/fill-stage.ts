import { z } from 'zod'
import { defineStage } from '@pipewright/kernel'
import { fillParameter } from './fill-parameter.js'
import { type Filled, chosenShape, filledTemplate, mentionedFileShape } from './shapes.js'
import { templateDocument } from './template-document.js'

/** Fetches the chosen template and fills its parameters from the words of the requirement. */
export const fillStage = defineStage({
  contract: 'v1',
  id: 'fill',
  summary: 'Fills the template’s parameters from the requirement and the answers.',
  reads: z.strictObject({
    text: z.string().describe('The requirement, cleaned.'),
    files: z.array(mentionedFileShape).describe('The files that it names and that exist.'),
    template: chosenShape.describe('The template that was taken.'),
    answers: z.record(z.string(), z.unknown()).default({}).describe('Answers to questions, by their ids.'),
  }),
  writes: z.strictObject(filledTemplate),
  usesModel: false,
  async run({ text, files, template, answers }, { genesis }) {
    const fetched = await genesis.templates.fetch(template.name, template.version)
    const document = templateDocument(fetched.files, fetched.name)
    const filled: Filled[] = []
    const taken = new Set<string>()
    // The ending of a file's name is no choice that the person made.
    const words = files.reduce((rest, { mentioned }) => rest.replaceAll(mentioned, ' '), text)
    for (const [input, declared] of Object.entries(document.inputs)) {
      if (input in answers) {
        filled.push({ input, value: answers[input], from: '', by: 'answer' })
        continue
      }
      const found = fillParameter(input, declared, words, files, taken)
      if (found) filled.push({ input, value: found.value, from: found.from, by: 'requirement' })
    }
    const named = new Set(filled.map(({ input }) => input))
    const rest = Object.entries(document.inputs).filter(([input]) => !named.has(input))
    return {
      name: fetched.name,
      version: fetched.version,
      integrity: fetched.integrity,
      files: fetched.files.map(({ path, content, encoding }) => ({ path, content, encoding })),
      filled,
      defaulted: rest.filter(([, input]) => input.default !== undefined).map(([input]) => input),
      required: rest.filter(([, input]) => input.default === undefined).map(([input]) => input),
    }
  },
})
