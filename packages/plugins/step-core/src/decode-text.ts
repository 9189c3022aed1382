import { PipewrightError } from '@pipewright/kernel'
import { knownBinary } from './known-binary.js'

export const encodings = ['auto', 'utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const
export type Encoding = (typeof encodings)[number]

/** Bytes as text, without a byte order mark. `auto` goes by that mark, and is UTF-8 without one. @throws FILE_INVALID */
export function decodeText(bytes: Uint8Array, encoding: Encoding, path: string): string {
  const binary = knownBinary(bytes, path)
  if (binary !== undefined) {
    throw new PipewrightError('FILE_INVALID', `${path} is ${binary}, not text.`, {
      hint: 'Save or export it as text first: CSV for a table, .txt or .md for a document.',
      place: { file: path },
    })
  }
  const chosen = encoding === 'auto' ? markedEncoding(bytes) : encoding
  let text: string
  try {
    text = new TextDecoder(chosen, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new PipewrightError('FILE_INVALID', `${path} is not text in ${chosen.toUpperCase()}${firstInvalid(bytes, chosen)}.`, {
      hint: 'Save it as UTF-8, or name its encoding, for example encoding: windows-1252. For what is not text: format: base64.',
      place: { file: path },
      cause,
    })
  }
  // No text holds this character; UTF-16 read as something else, and most binary files, do.
  if (text.includes('\u0000')) {
    throw new PipewrightError('FILE_INVALID', `${path} is not text: it holds zero bytes.`, {
      hint: 'Name its encoding, for example encoding: utf-16le. For what is not text: format: base64.',
      place: { file: path },
    })
  }
  return text
}

function markedEncoding(bytes: Uint8Array): Exclude<Encoding, 'auto'> {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return 'utf-8'
}

function firstInvalid(bytes: Uint8Array, encoding: string): string {
  if (encoding !== 'utf-8') return ''
  // The decoder that forgives puts this character in the place of what it cannot read.
  const before = new TextDecoder().decode(bytes).split('\uFFFD')[0] ?? ''
  return ` (line ${before.split('\n').length})`
}
