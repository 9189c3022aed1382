import { extname } from 'node:path'

export const readFormats = ['text', 'json', 'jsonl', 'yaml', 'csv', 'tsv', 'lines', 'base64'] as const
export const writeFormats = ['text', 'markdown', 'json', 'jsonl', 'yaml', 'csv', 'tsv', 'base64'] as const
export type ReadFormat = (typeof readFormats)[number]
export type WriteFormat = (typeof writeFormats)[number]

const byExtension: Readonly<Record<string, ReadFormat & WriteFormat>> = {
  '.json': 'json',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.csv': 'csv',
  '.tsv': 'tsv',
}

/** The format that a file's name says; text when it says nothing. */
export function formatOf(path: string): ReadFormat & WriteFormat {
  return byExtension[extname(path).toLowerCase()] ?? 'text'
}
