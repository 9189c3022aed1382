import type { EstimateContext } from '@pipewright/kernel'
import { isFileValue } from './file-value.js'
import type { PromptInput } from './prompt-input.js'
import { roles } from './prompt-roles.js'

/** What stands for what is not known before running: a prompt and a file put into one, in tokens, and a list of files. */
const assumedPrompt = 2000
const assumedFile = 10_000
const assumedFiles = 3
/** What each image and document adds: none bills more for one image; a document has some twenty pages. */
const perImage = 8000
const perDocument = 50_000
/** How much of what is assumed at worst is likely: bytes are counted as tokens there, of which prose has four each. */
export const likelyShare = 1 / 4
/** What goes around a request, around a part of a prompt, and around its heading. */
export const framing = 200
const perPart = 2
const perHeading = 4

/** An upper bound of the tokens of the first request of a prompt, as far as it is known. */
export function promptBound(known: Partial<PromptInput>, context: EstimateContext): number {
  return promptTokens(known, context, context.countTokens, 1) + (context.sessionTokens?.worst ?? 0)
}

/** What the first request of a prompt most likely has, in tokens, beside what was said before. */
export function likelyPrompt(known: Partial<PromptInput>, context: EstimateContext): number {
  return Math.ceil(promptTokens(known, context, context.likelyTokens, likelyShare))
}

/** What a prompt adds to its session before the answer: its own text. */
export function saidTokens(prompt: PromptInput['prompt'] | undefined, countTokens: (text: string) => number, share: number): number {
  return textTokens(prompt, countTokens) || assumedPrompt * share
}

/** @param share how much of what is assumed counts */
function promptTokens(
  known: Partial<PromptInput>,
  { tools }: EstimateContext,
  countTokens: (text: string) => number,
  share: number,
): number {
  const jsonTokens = (value: unknown): number => (value === undefined ? 0 : countTokens(JSON.stringify(value)))
  const text = saidTokens(known.prompt, countTokens, share)
  const system = countTokens(roleText(known.role)) + textTokens(known.system, countTokens)
  const media = countOf(known.images) * perImage + countOf(known.documents) * perDocument
  return text + system + jsonTokens(known.schema) + jsonTokens(tools?.definitions) + (media + framing) * share
}

/** The tokens of a text or of parts, as far as they are known. */
function textTokens(parts: PromptInput['prompt'] | undefined, countTokens: (text: string) => number): number {
  if (typeof parts === 'string') return countTokens(parts)
  if (!Array.isArray(parts)) return 0
  const tokens = parts.map((part) => {
    if (typeof part === 'string') return countTokens(part) + perPart
    const heading = countTokens(part.title ?? '') + perHeading + perPart
    if ('text' in part) return heading + countTokens(part.text)
    // Each byte is a token at worst.
    return heading + (isFileValue(part.file) ? countTokens(part.file.name) + part.file.bytes : assumedFile)
  })
  return tokens.reduce((total, count) => total + count, 0)
}

/** Where the list itself is not known yet, a text stands for it. */
function countOf(files: unknown): number {
  if (files === undefined) return 0
  return Array.isArray(files) ? files.length : assumedFiles
}

function roleText(role: PromptInput['role']): string {
  return role === undefined || !Object.hasOwn(roles, role) ? '' : roles[role]
}
