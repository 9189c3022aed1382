import { z } from 'zod'

/** Stands for the model's name; always an argument of its own. */
export const modelPlaceholder = '{model}'

const argument = z
  .string()
  .max(2_000)
  .refine((text) => text === modelPlaceholder || !text.includes(modelPlaceholder), `${modelPlaceholder} has to be an argument of its own`)

/** `usage.input_tokens`: where in the command's JSON a value stands; `*` is each value there. */
const path = z.string().min(1).max(200)

const reportSchema = z.strictObject({
  answer: path.describe('Where the answer’s text stands.'),
  error: path.optional().describe('Where a message stands when the call failed. A value of true means that the answer is the message.'),
  inputTokens: z
    .array(path)
    .default([])
    .describe('Where the input tokens stand, cached parts included; what stands at several places is added up.'),
  outputTokens: z.array(path).default([]).describe('Where the output tokens stand, likewise.'),
})

export const commandSchema = z
  .strictObject({
    command: z
      .array(argument)
      .max(50)
      .refine(([program]) => program !== undefined && program !== '', 'begins with a program')
      .describe('The program and its arguments: on the PATH, or absolute. It reads the prompt on standard input.'),
    modelArguments: z
      .array(argument)
      .max(10)
      .default([])
      .describe('Arguments added when a model is named, for example [--model, "{model}"].'),
    format: z
      .enum(['text', 'json'])
      .default('text')
      .describe('text: standard output is the answer. json: it is a JSON object that holds the answer where report says.'),
    report: reportSchema
      .optional()
      .describe('Where in the JSON that the command prints a value stands: usage.input_tokens; * is each value there.'),
    environment: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
      .max(50)
      .default([])
      .describe('The environment variables that it is given, beside PATH and HOME.'),
    timeoutMs: z.int().min(100).max(3_600_000).default(300_000).describe('When a call is given up, in milliseconds.'),
  })
  .refine(({ format, report }) => (format === 'json') === (report !== undefined), {
    message: 'format: json needs report, and text has none',
    path: ['report'],
  })

/** What stands under `providers: { command: … }` in pipewright.yaml. */
export const commandConfigSchema = z.strictObject({
  commands: z
    .record(z.string().regex(/^[a-z][a-z0-9_-]*$/, 'lower-case letters, digits, - and _'), commandSchema)
    .default({})
    .describe('Commands by name: command/NAME or command/NAME:MODEL calls one. One named like a preset takes its place.'),
})

export type CommandConfig = z.output<typeof commandConfigSchema>
export type Command = z.output<typeof commandSchema>
export type Report = z.output<typeof reportSchema>
