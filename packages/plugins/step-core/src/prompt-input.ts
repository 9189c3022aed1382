import { z } from 'zod'
import { fileSchema } from './file-value.js'
import { roleNames, roles } from './prompt-roles.js'

const title = z.string().min(1).max(200).describe('A heading above it.')

/** What a prompt is put together from. */
export const partSchema = z.union([
  z.string(),
  z.strictObject({ title: title.optional(), text: z.string().describe('A text.') }),
  z.strictObject({
    title: title.optional().describe('A heading above it. Default: the file’s name.'),
    file: fileSchema.describe('A text file in UTF-8, of at most 1 MiB: its path, or a file of another step.'),
  }),
])

const partsSchema = z.union([z.string().min(1), z.array(partSchema).min(1).max(100)])

export const promptInput = z.strictObject({
  prompt: partsSchema.describe(
    'What the model is asked: a text, or a list of parts with a blank line between them. A part is a text, { title, text }, or { file, title }.',
  ),
  role: z
    .enum(roleNames)
    .meta({ enumDescriptions: roleNames.map((name) => roles[name]) })
    .optional()
    .describe('Who the model is, in a word; what it is told for it stands below.'),
  system: partsSchema
    .optional()
    .describe('Who the model is and how it answers, put together as the prompt is; with a role, what is to be said beside it.'),
  schema: z.record(z.string(), z.unknown()).optional().describe('A JSON Schema: the answer is then a JSON value that fits it.'),
  max_repairs: z
    .int()
    .min(0)
    .max(5)
    .default(2)
    .describe('How often an answer that does not fit the schema is asked for again, with what does not fit.'),
  max_tool_rounds: z
    .int()
    .min(1)
    .max(50)
    .default(8)
    .describe(
      'For a step with tools: how often the model may call some before it has to answer. Each time everything before is sent again.',
    ),
  images: z
    .array(fileSchema)
    .max(20)
    .optional()
    .describe('Image files (png, jpg, gif, webp) to show to the model: paths, or files of other steps.'),
  documents: z.array(fileSchema).max(10).optional().describe('PDF files to show to the model: paths, or files of other steps.'),
  max_output_tokens: z
    .int()
    .min(1)
    .max(128_000)
    .default(1024)
    .describe('The longest answer that is paid for, in tokens, hidden reasoning included.'),
  min_output_tokens: z.int().min(1).optional().describe('What is accepted when less is left in the budget. Default 64.'),
  temperature: z.number().min(0).max(2).optional().describe('0 for the most likely words, higher for variety. Default: the model’s.'),
})

export type PromptInput = z.infer<typeof promptInput>
export type PromptPart = z.infer<typeof partSchema>
