import { z } from 'zod'
import { durationSchema, modelNameSchema, stepIdSchema } from './document-words.js'

export const retrySchema = z.strictObject({
  attempts: z.int().min(1).max(10).default(1).describe('Attempts in all, the first included.'),
  backoff: durationSchema
    .default('1s')
    .describe('The wait before the second attempt; it doubles after each, with jitter. What a server asks for with retry-after wins.'),
  max_backoff: durationSchema
    .default('1m')
    .describe(
      'The longest wait of our own. A server’s retry-after is waited for up to this or ten minutes, whichever is longer; after more, the step fails.',
    ),
  on: z
    .array(z.string().regex(/^[A-Z][A-Z_]*$/, 'an error code, for example PROVIDER_TIMEOUT'))
    .min(1)
    .max(50)
    .optional()
    .describe('The error codes that are worth another attempt. Default: every error that may pass.'),
})

export const budgetSchema = z.strictObject({
  tokens: z.int().positive().optional().describe('The most tokens, input and output together, of all model calls.'),
  usd: z.number().positive().optional().describe('The most US dollars of all model calls.'),
  time: durationSchema.optional().describe('How long it may work; counted anew when the run is resumed.'),
})

/** A list is given, or made of the files that fit a pattern, or of numbers. */
const forEachSchema = z.union([
  z.string(),
  z.array(z.unknown()),
  z.strictObject({
    files: z.string().min(1).max(1000).describe('A pattern of files of the project, for example data/*.csv; each item is the path of one.'),
  }),
  z.strictObject({
    from: z.union([z.int(), z.string()]).default(0).describe('The first number.'),
    to: z.union([z.int(), z.string()]).describe('The last number, itself included.'),
    step: z.int().min(1).default(1).describe('How far one number is from the next.'),
  }),
])

const cacheSchema = z.union([
  z.boolean(),
  z.strictObject({ ttl: durationSchema.optional().describe('How long a result may be used again. Default: for ever.') }),
])

const maxSteps = 5000

/** One unit of work, or steps that belong together. */
export const stepSchema = z
  .strictObject({
    id: stepIdSchema.describe('What others call it: steps.ID.output. No two steps of a document have the same, wherever they stand.'),
    description: z.string().max(2000).optional().describe('What it does here, for people; for a tool also what the model is told of it.'),
    uses: z
      .string()
      .optional()
      .describe('The step type; `pipewright plugin list` shows which there are. Either this, or `steps`, or `switch`.'),
    with: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(
        'What the step type is given. Every text in it is a template; one that is exactly one {{ expression }} keeps the type of its value.',
      ),
    get steps() {
      return z
        .array(stepSchema)
        .min(1)
        .max(maxSteps)
        .optional()
        .describe('A group: steps that run together, side by side where nothing is between them. Its output is theirs, by id, or `output`.')
    },
    switch: z.string().optional().describe('A value that decides which of the `cases` runs.'),
    get cases() {
      return z
        .record(z.string(), z.array(stepSchema).min(1).max(maxSteps))
        .optional()
        .describe('For switch: the steps for each value. The output is that of the steps that ran, by id, or `output`.')
    },
    get default() {
      return z
        .array(stepSchema)
        .min(1)
        .max(maxSteps)
        .optional()
        .describe('For switch: the steps for every other value. Without it, nothing runs.')
    },
    output: z.unknown().optional().describe('For steps and switch: a template of the output, in which their steps can be referred to.'),
    if: z
      .union([z.string(), z.boolean()])
      .optional()
      .describe('A condition, as in Liquid’s if. When it does not hold the step is skipped and its output is null.'),
    needs: z.array(stepIdSchema).optional().describe('Steps that have to be finished before, beside those that it refers to.'),
    for_each: forEachSchema
      .optional()
      .describe(
        'A list: the step runs once for each element, which is then called item, with its index. The output is the list of outputs.',
      ),
    as: stepIdSchema.optional().describe('For for_each: another name for the item, so that steps inside of steps can tell theirs apart.'),
    concurrency: z
      .int()
      .min(1)
      .max(64)
      .optional()
      .describe('How many elements of for_each are worked on side by side (default 4); for a group without it, how many of its steps.'),
    while: z
      .string()
      .optional()
      .describe('Repeats the step as long as this holds; looked at before each time, with loop.index and loop.output, the output before.'),
    until: z
      .string()
      .optional()
      .describe('Repeats the step until this holds; looked at after each time. The output is that of the last time.'),
    max_iterations: z.int().min(1).max(10_000).optional().describe('For while and until: how often at most. It has to be said.'),
    on_limit: z
      .enum(['fail', 'continue'])
      .optional()
      .describe('For while and until: what happens after max_iterations; continue takes the last output. Default fail.'),
    model: modelNameSchema.optional().describe('The model that it asks, as provider/model. Default: the pipeline’s, then the project’s.'),
    models: z
      .array(modelNameSchema)
      .min(1)
      .max(10)
      .optional()
      .describe('Models in the order in which they are asked: each next one when the one before cannot answer.'),
    session: stepIdSchema
      .optional()
      .describe(
        'A conversation that steps with the same name go on with, in the order of the document. Each item of a for_each has its own.',
      ),
    get tools() {
      return z
        .array(toolSchema)
        .min(1)
        .max(64)
        .optional()
        .describe('Steps that the model may call, as often as it wants within the step type’s limit; {{ arguments.NAME }} is what it gave.')
    },
    timeout: durationSchema.optional().describe('How long one attempt may take. Default 10m.'),
    retry: retrySchema
      .optional()
      .describe('Attempts after an error that may pass. Default: three for a step type that is safe to repeat, one for others.'),
    get on_error() {
      return z
        .union([
          z.literal(['fail', 'continue']),
          z.strictObject({
            continue: z.unknown().describe('The output in place of the missing one; may refer to error.code and error.message.'),
          }),
          z.strictObject({ model: modelNameSchema.describe('The step runs once more with this model.') }),
          z.strictObject({ step: stepSchema.describe('This step runs in its place, and its output counts.') }),
        ])
        .optional()
        .describe('What happens when it has failed for good; in for_each, to each item. Default fail. continue goes on with null.')
    },
    budget: budgetSchema
      .optional()
      .describe('What this step may use at most, all its items, attempts and steps together; within the run’s budget.'),
    cache: cacheSchema
      .optional()
      .describe('Takes the output of an earlier run with the same input, model and settings. For steps without effects. Default false.'),
    idempotency_key: z
      .string()
      .max(500)
      .optional()
      .describe('Whatever happens, the step is done once for each value of this: a later run takes the recorded output.'),
    class: z
      .enum(['analysis', 'generation', 'validation'])
      .optional()
      .describe('What kind of work it is, for budgets by class. Default: the step type’s own.'),
  })
  .meta({ id: 'step' })

/** A step that a model may call. */
export const toolSchema = stepSchema
  .extend({
    description: z.string().min(1).max(2000).describe('What the model is told of the tool: what it does and when to use it.'),
    arguments: z
      .record(z.string(), z.unknown())
      .default({ type: 'object', properties: {} })
      .describe('A JSON Schema of what the model has to give.'),
  })
  .meta({ id: 'tool' })

/** The defaults of steps that do not say otherwise. */
export const defaultsSchema = z.strictObject({
  model: modelNameSchema.optional().describe('The model of steps that name none, as provider/model.'),
  models: z
    .array(modelNameSchema)
    .min(1)
    .max(10)
    .optional()
    .describe('The models of steps that name none, in the order in which they are asked.'),
  timeout: durationSchema.optional().describe('The timeout of steps that state none.'),
  retry: retrySchema.optional().describe('The attempts of steps that state none and may be repeated.'),
  concurrency: z.int().min(1).max(64).optional().describe('The concurrency of steps that state none.'),
  on_error: z.enum(['fail', 'continue']).optional().describe('What happens when a step has failed that does not say so itself.'),
  budget: budgetSchema.optional().describe('The budget of each step that states none.'),
  cache: cacheSchema.optional().describe('For steps without effects that do not say so themselves.'),
})

export type StepDocument = z.infer<typeof stepSchema>
export type ToolDocument = z.infer<typeof toolSchema>
export type ForEachDocument = NonNullable<StepDocument['for_each']>
export type ErrorPolicy = NonNullable<StepDocument['on_error']>
export type BudgetDocument = z.infer<typeof budgetSchema>
