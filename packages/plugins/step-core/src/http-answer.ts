import { PipewrightError } from '@pipewright/kernel'

export const answerFormats = ['auto', 'json', 'text', 'base64', 'file'] as const
export type AnswerFormat = Exclude<(typeof answerFormats)[number], 'file'>

/** Reads a body up to a limit and no further. @throws FILE_TOO_LARGE */
export async function readBody(response: Response, maxBytes: number, place: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) {
      throw new PipewrightError('FILE_TOO_LARGE', `${place} answered with more than ${maxBytes.toLocaleString('en')} bytes.`, {
        hint: 'Raise max_bytes, or ask for less.',
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A body as data; `auto` goes by what the answer says that it is. @throws STEP_FAILED when it is something else */
export function decodeAnswer(body: Uint8Array, contentType: string, format: AnswerFormat, place: string): unknown {
  if (format === 'base64') return Buffer.from(body).toString('base64')
  const text = decodeText(body, contentType, place)
  const isJson = format === 'json' || (format === 'auto' && /[/+]json\b/i.test(contentType))
  if (!isJson || (text === '' && format === 'auto')) return text
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new PipewrightError('STEP_FAILED', `${place} answered with something that is not JSON.`, {
      hint: 'Set format: text to see it as it is.',
      cause,
    })
  }
}

function decodeText(body: Uint8Array, contentType: string, place: string): string {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset, { fatal: true }).decode(body)
  } catch (cause) {
    throw new PipewrightError('STEP_FAILED', `${place} answered with something that is not text in ${charset}.`, {
      hint: 'Set format: file to take it as a file, or format: base64 to take the bytes as they are.',
      cause,
    })
  }
}
