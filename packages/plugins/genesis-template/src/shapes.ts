import { z } from 'zod'
import { maturities, packageKinds } from '@pipewright/kernel'

export const candidateShape = z.strictObject({
  name: z.string().describe('The package, with its scope.'),
  version: z.string().describe('The version that would be taken.'),
  kind: z.enum(packageKinds).describe('What kind of package it is.'),
  purpose: z.string().describe('What it is for.'),
  domain: z.string().describe('The field that it belongs to.'),
  maturity: z.enum(maturities).describe('How much it has proved.'),
  score: z.number().describe('How well it fits, 0 to 1.'),
  reasons: z.array(z.string()).describe('What speaks for it.'),
})

export const chosenShape = z.strictObject({
  name: z.string().describe('The package, with its scope.'),
  version: z.string().describe('Its version.'),
  score: z.number().describe('How well it fits, 0 to 1.'),
})

export const questionShape = z.strictObject({
  id: z.string().describe('Its name among the answers.'),
  question: z.string().describe('What is asked.'),
  why: z.string().describe('Why the answer matters.'),
  default: z.unknown().describe('What is taken when nobody answers.'),
})

export const filledShape = z.strictObject({
  input: z.string().describe('The parameter.'),
  value: z.unknown().describe('Its value.'),
  from: z.string().describe('The words that it was taken from; empty for an answer.'),
  by: z.enum(['requirement', 'answer']).describe('What gave it.'),
})

export const mentionedFileShape = z.strictObject({
  mentioned: z.string().describe('As the requirement writes it.'),
  path: z.string().describe('As the pipeline reads it.'),
})

export const packageFileShape = z.strictObject({
  path: z.string().describe('Where it stands in the package.'),
  content: z.string().describe('What is in it.'),
  encoding: z.enum(['utf8', 'base64']).describe('How its content is written.'),
})

/** What filling a template in hands on to writing the pipeline. */
export const filledTemplate = {
  name: z.string().describe('The template.'),
  version: z.string().describe('Its version.'),
  integrity: z.string().describe('The hash of its files.'),
  files: z.array(packageFileShape).describe('Its files.'),
  filled: z.array(filledShape).describe('Parameters that the requirement or an answer gives.'),
  defaulted: z.array(z.string()).describe('Parameters that keep the template’s default.'),
  required: z.array(z.string()).describe('Parameters that have to be given when the pipeline runs.'),
}

export type Candidate = z.infer<typeof candidateShape>
export type Question = z.infer<typeof questionShape>
export type Filled = z.infer<typeof filledShape>
