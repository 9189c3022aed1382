import { stringify as stringifyYaml } from 'yaml'
import { PipewrightError } from '@pipewright/kernel'
import type { WriteFormat } from './file-formats.js'
import { formatTable, type FormatTableOptions } from './format-table.js'

/** Data as a file's content. @throws STEP_INPUT_INVALID when the data does not have the shape of the format */
export function encodeFile(content: unknown, format: WriteFormat, options: FormatTableOptions = {}): string | Uint8Array {
  switch (format) {
    case 'text':
    case 'markdown':
      return typeof content === 'string' ? content : prettyJson(content)
    case 'json':
      return prettyJson(content)
    case 'jsonl':
      return asList(content, format)
        .map((element) => `${JSON.stringify(element)}\n`)
        .join('')
    case 'yaml':
      return stringifyYaml(content)
    case 'csv':
    case 'tsv':
      return formatTable(asList(content, format), format, options)
    case 'base64':
      return decodeBase64(content)
  }
}

function prettyJson(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`
}

function asList(content: unknown, format: string): readonly unknown[] {
  if (Array.isArray(content)) return content
  const kind = content === null ? 'null' : typeof content === 'object' ? 'one object' : `a ${typeof content}`
  throw new PipewrightError('STEP_INPUT_INVALID', `A ${format} file is made of a list, not of ${kind}.`)
}

function decodeBase64(content: unknown): Uint8Array {
  if (typeof content === 'string' && /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(content)) return Buffer.from(content, 'base64')
  throw new PipewrightError('STEP_INPUT_INVALID', 'The content is not a text in base64.')
}
