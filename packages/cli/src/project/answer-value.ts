import { checkAgainstSchema, type Question } from '@pipewright/kernel'

/**
 * What was typed, as the value that a question asks for: as JSON where it is JSON and that fits, otherwise as text. Without
 * a schema any text is asked for.
 */
export function valueFor(text: string, question: Pick<Question, 'schema'> | undefined): unknown {
  const schema = question?.schema
  if (schema === undefined) return text
  const value = parseJson(text)
  // A text in quotes is what was typed, quotes included, unless only the text within fits.
  const [meant, otherwise] = value === undefined || typeof value === 'string' ? [text, value ?? text] : [value, text]
  const isOther = problemsWith(meant, schema).length > 0 && problemsWith(otherwise, schema).length === 0
  // When neither fits, the person is told what is wrong with what they most likely meant.
  return isOther ? otherwise : meant
}

/** What is wrong with a value, in words; nothing when the schema cannot be used, which is not the person's fault. */
export function problemsWith(value: unknown, schema: NonNullable<Question['schema']>): readonly string[] {
  try {
    return checkAgainstSchema(schema, value).map(({ message }) => message)
  } catch {
    return []
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
