import { z } from 'zod'

const field = z.string().min(1).max(500)
const fields = z.union([field, z.array(field).min(1).max(100)])
const expression = z.string().min(1).max(20_000).meta({ language: 'jsonata' })

/** How the values of many records become one; exactly one of the keys. */
export const aggregateSchema = z
  .strictObject({
    count: z
      .union([z.literal(true), field])
      .optional()
      .describe('How many records there are; with a field, in how many it has a value.'),
    sum: field.optional().describe('The sum of a field; 0 for no values.'),
    average: field.optional().describe('The mean of a field; null for no values.'),
    min: field.optional().describe('The least value of a field; null for no values.'),
    max: field.optional().describe('The greatest value of a field; null for no values.'),
    first: z
      .union([z.literal(true), field])
      .optional()
      .describe('The first record; with a field, its first value; null for none.'),
    list: z
      .union([z.literal(true), field])
      .optional()
      .describe('All records; with a field, all its values.'),
  })
  .refine(hasOneKey, 'names exactly one of count, sum, average, min, max, first, list')
  .meta({ minProperties: 1, maxProperties: 1 })

const aggregates = z.record(z.string().min(1), aggregateSchema)

const operation = z.strictObject({
  filter: expression.optional().describe('Keeps the records of which this condition is true.'),
  map: expression.optional().describe('Puts what this gives in the place of each record.'),
  derive: z
    .record(z.string().min(1), expression)
    .optional()
    .describe('Adds fields to each record, or replaces them: what each gives for the record as it was.'),
  select: z.array(field).min(1).max(1000).optional().describe('Keeps these fields, in this order.'),
  rename: z.record(z.string().min(1), field).optional().describe('Gives fields other names: old to new.'),
  drop: z.array(field).min(1).max(1000).optional().describe('Leaves these fields out.'),
  sort: z
    .strictObject({
      by: fields.optional().describe('One or more fields, the most important first. Default: the values themselves.'),
      descending: z.boolean().default(false).describe('The greatest first. What is empty comes last either way.'),
    })
    .optional()
    .describe('Sorts, those that are equal in their old order. Texts that are all numbers sort as numbers.'),
  group: z
    .strictObject({
      by: fields.describe('The fields whose values a group has in common.'),
      aggregates: aggregates
        .default({ items: { list: true } })
        .describe('More fields of the groups, by name. Default: items, the records.'),
    })
    .optional()
    .describe('Makes one record of all that have the same values, in the order of the first of each.'),
  aggregate: aggregates.optional().describe('Makes one map of all records: its fields by name. It comes last.'),
  join: z
    .strictObject({
      with: z.array(z.unknown()).max(1_000_000).describe('The other list.'),
      on: z
        .union([field, z.record(z.string().min(1), field)])
        .describe('The field that has to be the same in both; or a map, from fields here to fields there.'),
      kind: z.enum(['inner', 'left']).default('inner').describe('left keeps the records that have no other, with null for its fields.'),
      prefix: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .describe('What is put before the names of the other’s fields. Needed where both have a name.'),
    })
    .optional()
    .describe('Adds the fields of the records in another list to those that they belong to.'),
  distinct: z
    .strictObject({ by: fields.optional().describe('The fields that are compared. Default: the whole record.') })
    .optional()
    .describe('Keeps the first of those that are the same.'),
  limit: z.int().min(0).optional().describe('Keeps this many from the start.'),
  flatten: z
    .strictObject({
      field: field.optional().describe('A field that holds a list: each element makes a record, with the other fields beside it.'),
    })
    .optional()
    .describe('Takes lists apart by one level.'),
})

/** One operation on a list; exactly one of the keys. */
export const operationSchema = operation
  .refine(hasOneKey, `names exactly one of ${Object.keys(operation.shape).join(', ')}`)
  .meta({ minProperties: 1, maxProperties: 1 })

export type Operation = z.infer<typeof operationSchema>
export type Aggregate = z.infer<typeof aggregateSchema>
export type OperationGiven<Name extends keyof Operation> = NonNullable<Operation[Name]>

function hasOneKey(value: object): boolean {
  return Object.values(value).filter((given) => given !== undefined).length === 1
}
