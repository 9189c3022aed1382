import type { InputDocument } from '@pipewright/kernel'

export interface NamedFile {
  /** As the requirement writes it. */
  readonly mentioned: string
  /** As the pipeline reads it. */
  readonly path: string
}

export interface Found {
  readonly value: unknown
  /** The words that it was taken from. */
  readonly from: string
}

const languages: Readonly<Record<string, string>> = Object.fromEntries(
  'English German French Spanish Italian Portuguese Dutch Polish Czech Swedish Norwegian Danish Finnish Greek Turkish Russian Ukrainian Arabic Hebrew Hindi Chinese Japanese Korean Vietnamese Thai Indonesian'
    .split(' ')
    .map((name) => [name.toLowerCase(), name]),
)
const tones = 'friendly formal casual professional neutral playful serious technical warm persuasive humorous concise enthusiastic'.split(
  ' ',
)

/** The value that a requirement's words give to a parameter; undefined when they give none. Nothing is made up. */
export function fillParameter(
  name: string,
  input: InputDocument,
  text: string,
  files: readonly NamedFile[],
  taken: Set<string>,
): Found | undefined {
  if (input.type === 'file') {
    const file = files.find((candidate) => !taken.has(candidate.path))
    if (!file) return undefined
    taken.add(file.path)
    return { value: file.path, from: file.mentioned }
  }
  if (input.enum) return fromChoices(input.enum, text)
  if (input.type === 'integer' || input.type === 'number') return fromNumber(name, input, text)
  if (input.type === 'string') return fromText(name, text)
  return undefined
}

function fromChoices(choices: readonly (string | number | boolean)[], text: string): Found | undefined {
  const found = choices.filter(
    (choice) => typeof choice === 'string' && choice.length > 2 && hasWord(text, choice.replaceAll(/[_-]/g, ' ')),
  )
  // Two of the choices in one sentence is no choice.
  const [only] = found
  return found.length === 1 && only !== undefined ? { value: only, from: String(only) } : undefined
}

function fromNumber(name: string, input: InputDocument, text: string): Found | undefined {
  const words = name.split('_').filter((word) => word.length > 2 && !['max', 'min', 'count', 'number', 'limit'].includes(word))
  for (const word of words) {
    const singular = word.replace(/s$/, '')
    const match = new RegExp(`(\\d[\\d,]*(?:\\.\\d+)?)[ -]?${escape(singular)}s?\\b`, 'i').exec(text)
    if (!match) continue
    const value = Number((match[1] ?? '').replaceAll(',', ''))
    const fits =
      !Number.isNaN(value) &&
      (input.type === 'number' || Number.isInteger(value)) &&
      value >= (input.minimum ?? -Infinity) &&
      value <= (input.maximum ?? Infinity)
    if (fits) return { value, from: match[0] }
  }
  return undefined
}

function fromText(name: string, text: string): Found | undefined {
  if (/language/.test(name)) {
    const match = /\b(?:in|into|to) ([A-Z]?[a-z]+)\b/g
    for (const [from, word = ''] of text.matchAll(match)) {
      const language = languages[word.toLowerCase()]
      if (language !== undefined) return { value: language, from }
    }
    return undefined
  }
  if (/tone|style|voice/.test(name)) {
    const tone = tones.find((word) => hasWord(text, word))
    return tone === undefined ? undefined : { value: tone, from: tone }
  }
  if (/audience|readers?$/.test(name))
    return after(
      text,
      /\b(?:for|aimed at|to) (?:an? |the |our )?((?:[\w'-]+ ){0,4}?(?:beginners|developers|engineers|customers|readers|students|parents|teachers|managers|investors|users|executives|experts|kids|children|people|teams?|owners|buyers|designers|nurses|doctors|marketers|founders))\b/i,
    )
  if (/question/.test(name)) {
    const match =
      /(?:^|[.!:;,]\s*|["“])((?:who|what|when|where|which|why|how|is|are|does|do|did|can|must|may|whose)\b[^?"”]{3,300}\?)/i.exec(text)
    return match?.[1] === undefined ? quoted(text) : { value: match[1].trim(), from: match[1].trim() }
  }
  if (/topic|subject|title|theme/.test(name))
    return quoted(text) ?? after(text, /\b(?:about|on|regarding|covering) ((?:[\p{L}\p{N}'’-]+ ?){1,12})/iu)
  return undefined
}

function quoted(text: string): Found | undefined {
  const match = /["“]([^"”]{3,300})["”]/.exec(text)
  return match?.[1] === undefined ? undefined : { value: match[1].trim(), from: match[0] }
}

function after(text: string, pattern: RegExp): Found | undefined {
  const match = pattern.exec(text)
  const value = match?.[1]?.replace(/\s+(?:for|in|with|to|of|from|and|that|which)\s.*$/i, '').trim()
  return match && value !== undefined && value !== '' ? { value, from: match[0].trim() } : undefined
}

function hasWord(text: string, word: string): boolean {
  return new RegExp(`(?<![\\p{L}\\p{N}])${escape(word)}(?![\\p{L}\\p{N}])`, 'iu').test(text)
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
