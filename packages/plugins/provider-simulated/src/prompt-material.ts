import type { ModelRequest } from '@pipewright/kernel'

/** What a simulated answer is made of. */
export interface PromptMaterial {
  /** The prompt's own words; never empty. */
  readonly words: readonly string[]
  /** The prompt's own sentences; never empty. */
  readonly sentences: readonly string[]
  /** What the prompt numbers its items by (`[7] …` at the start of lines, or `"id": 7`), in order; mostly none. */
  readonly ids: readonly string[]
}

/** Long prompts are read from their end, where the data stands that the instructions are about. */
const mostCharacters = 32_768

const fillers = new Set(
  'about after also been before could does each else from give have here into just like make more most must name only other over should some such than that their them then there these they this those what when where which while will with would write your'.split(
    ' ',
  ),
)

export function promptMaterial(request: ModelRequest): PromptMaterial {
  const text = promptText(request).slice(-mostCharacters)
  const words = significantWords(text)
  const sentences = wholeSentences(text)
  return {
    words: words.length > 0 ? words : ['answer', 'example', 'value'],
    sentences: sentences.length > 0 ? sentences : [`This answer is about ${words.slice(0, 6).join(' ') || 'nothing in particular'}.`],
    ids: itemIds(text),
  }
}

function itemIds(text: string): string[] {
  const found = text.matchAll(/^[ \t]*\[([\w-]{1,40})\](?=[ \t])|"id"\s*:\s*"?([\w-]{1,40})"?/gm)
  return [...new Set([...found].map(([, numbered, named]) => numbered ?? named ?? ''))].slice(0, 500)
}

/** The text of the last message that a person or a tool wrote: what is to be answered. */
function promptText(request: ModelRequest): string {
  const last = request.messages.findLast((message) => message.role !== 'assistant')
  const texts = (last?.content ?? []).map((part) => (part.type === 'text' ? part.text : part.type === 'tool-result' ? part.content : ''))
  return texts.join('\n').trim() || (request.system ?? '')
}

function significantWords(text: string): string[] {
  const found = new Set<string>()
  for (const { segment, isWordLike } of new Intl.Segmenter('en', { granularity: 'word' }).segment(text)) {
    const word = segment.toLowerCase()
    const isLongEnough = word.length >= 4 || !/[ -~]/u.test(word)
    if (isWordLike && isLongEnough && /^[\p{L}\p{M}'’-]+$/u.test(word) && !fillers.has(word)) found.add(word)
    if (found.size >= 500) break
  }
  return [...found]
}

function wholeSentences(text: string): string[] {
  const found = new Set<string>()
  for (const line of text.split(/\n+/)) {
    for (const { segment } of new Intl.Segmenter('en', { granularity: 'sentence' }).segment(line)) {
      const sentence = segment.replaceAll(/\s+/g, ' ').trim()
      const letters = sentence.match(/\p{L}/gu)?.length ?? 0
      // Lines of data, code and markup read badly as prose: most of a sentence is letters.
      if (sentence.length <= 300 && letters >= 12 && letters > sentence.length * 0.6) found.add(sentence)
      if (found.size >= 200) return [...found]
    }
  }
  return [...found]
}
