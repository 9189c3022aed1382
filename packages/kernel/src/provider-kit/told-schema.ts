import type { JsonSchema } from '../points/provider.js'

/** So many places in a text are tried as the beginning of a JSON value. */
const mostPlaces = 200

/** Asks in words for JSON that fits a schema, of a model that cannot be held to it. Stands behind the prompt or the instructions. */
export function tellSchema(schema: JsonSchema): string {
  return `Answer with one JSON value that is valid against the JSON Schema below, and with nothing around it: no other words, no code fence.\n\n${JSON.stringify(schema)}`
}
/**
 * The JSON value in an answer, as compact text: the whole answer, what stands in a code fence, or the first object or array
 * within prose. Undefined when there is none.
 * @param type the type that the schema asks for, if it names one: prose may hold brackets of other kinds
 */
export function extractJson(answer: string, type: unknown): string | undefined {
  const fenced = [...answer.matchAll(/```[a-zA-Z]*\s*\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
  for (const text of [answer, ...fenced, ...balancedTexts(answer)]) {
    const value = parse(text)
    if (value !== undefined && isOfType(value, type)) return JSON.stringify(value)
  }
  return undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON is an answer to the question asked here, not a failure.
    return undefined
  }
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return type !== 'array' || Array.isArray(value)
}

/** The texts that begin with a bracket and end where it closes, outermost first. */
function* balancedTexts(text: string): Generator<string> {
  let tried = 0
  for (let start = 0; start < text.length && tried < mostPlaces; start++) {
    if (text[start] !== '{' && text[start] !== '[') continue
    tried += 1
    const end = closingPlace(text, start)
    if (end !== undefined) yield text.slice(start, end + 1)
  }
}

function closingPlace(text: string, start: number): number | undefined {
  let depth = 0
  let inString = false
  for (let place = start; place < text.length; place++) {
    const character = text[place]
    if (inString) {
      if (character === '\\') place += 1
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') {
      depth -= 1
      if (depth === 0) return place
    }
  }
  return undefined
}
