import type { StepFiles } from '@pipewright/kernel'
import { decodeText } from './decode-text.js'
import { nameOf } from './file-value.js'
import type { PromptPart } from './prompt-input.js'

/** The largest file that is put into a prompt. */
const maxFileBytes = 1024 * 1024

/** Puts a prompt together from its parts, with a blank line between them; parts that are empty are left out. */
export async function assembleText(parts: string | readonly PromptPart[], files: StepFiles): Promise<string> {
  if (typeof parts === 'string') return parts
  const texts = await Promise.all(parts.map((part) => textOf(part, files)))
  return texts.filter((text) => text.trim() !== '').join('\n\n')
}

async function textOf(part: PromptPart, files: StepFiles): Promise<string> {
  if (typeof part === 'string') return part
  if ('text' in part) return underTitle(part.title, part.text)
  const { path, bytes } = await files.read(part.file, { maxBytes: maxFileBytes })
  return underTitle(part.title ?? nameOf(part.file), decodeText(bytes, 'auto', path))
}

function underTitle(title: string | undefined, text: string): string {
  return title === undefined || text.trim() === '' ? text : `## ${title}\n\n${text}`
}
