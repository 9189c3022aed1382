import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { z } from 'zod'
import { defineStep } from '@pipewright/kernel'
import { decode, formatOf, readFormats } from './file-formats.js'

/** Reads a file as text or data. */
export const readStep = defineStep({
  contract: 'v1',
  id: 'read',
  summary: 'Reads a file of the project as text or data.',
  input: z.strictObject({
    path: z.string().min(1).describe('The file, relative to the project.'),
    format: z
      .enum(['auto', ...readFormats])
      .default('auto')
      .describe('How to read it; auto goes by the file’s name.'),
    header: z.boolean().optional().describe('For csv and tsv: whether the first row names the columns. Default true.'),
    columns: z.array(z.string().min(1)).max(1000).optional().describe('For csv and tsv without a header row: the names of the columns.'),
    max_bytes: z
      .int()
      .min(1)
      .max(1024 ** 3)
      .optional()
      .describe('The largest file that is read. Default 64 MiB.'),
  }),
  output: z.strictObject({
    path: z.string(),
    name: z.string().describe('The file’s name without its folders.'),
    format: z.enum(readFormats),
    bytes: z.int(),
    sha256: z.string(),
    content: z.unknown().describe('A text; a list of records (csv, tsv, jsonl) or of lines; the value of json and yaml.'),
  }),
  deterministic: false,
  safeToRepeat: true,
  usesModel: false,
  class: 'analysis',
  async run({ path, format, header, columns, max_bytes: maxBytes }, context) {
    const file = await context.files.read(path, maxBytes === undefined ? {} : { maxBytes })
    const chosen = format === 'auto' ? formatOf(path) : format
    return {
      path: file.path,
      name: basename(file.path),
      format: chosen,
      bytes: file.bytes.byteLength,
      sha256: createHash('sha256').update(file.bytes).digest('hex'),
      content: decode(file.bytes, chosen, path, { header, columns }),
    }
  },
})
