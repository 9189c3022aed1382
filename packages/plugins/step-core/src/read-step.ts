import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { z } from 'zod'
import { defineStep } from '@pipewright/kernel'
import { encodings } from './decode-text.js'
import { formatOf, readFormats } from './file-formats.js'
import { fileSchema, nameOf } from './file-value.js'
import { mediaTypeOf } from './media-types.js'

/** Loaded when a step first runs: to look at a pipeline takes none of it. */
let decoder: Promise<typeof import('./decode-file.js')> | undefined

/** Reads a file as text or data. */
export const readStep = defineStep({
  contract: 'v1',
  id: 'read',
  summary: 'Reads a file of the project as text or data.',
  input: z.strictObject({
    path: fileSchema.describe('The file, relative to the project; or a file of another step.'),
    format: z
      .enum(['auto', ...readFormats, 'file'])
      .default('auto')
      .describe(
        'How to read it; auto goes by the end of the file’s name and reads everything else as text. file stores it, for steps that take files.',
      ),
    encoding: z.enum(encodings).default('auto').describe('auto: UTF-8, or UTF-16 when the file begins with its mark.'),
    header: z.boolean().optional().describe('For csv and tsv: whether the first row names the columns. Default: yes, unless columns does.'),
    columns: z.array(z.string().min(1)).min(1).max(1000).optional().describe('For csv and tsv: names for the columns, in their order.'),
    delimiter: z.string().length(1).optional().describe('For csv: what stands between two cells. Default: found out from the file.'),
    max_bytes: z
      .int()
      .min(1)
      .max(1024 ** 3)
      .optional()
      .describe('The largest file that is read. Default 64 MiB.'),
  }),
  output: z.strictObject({
    path: z.string().describe('Relative to the project; absolute for a file outside that was named on the command line.'),
    name: z.string().describe('The file’s name without its folders.'),
    format: z.enum([...readFormats, 'file']).describe('How it was read.'),
    bytes: z.int().describe('Its size.'),
    sha256: z.string().describe('The SHA-256 of its bytes, in hexadecimal.'),
    content: z
      .unknown()
      .describe('text: a text; lines: a list of texts; csv, tsv, jsonl: a list of records; json, yaml: the value; file: the file.'),
    columns: z.array(z.string()).describe('csv, tsv: the names of the columns, in the order of the file; empty for anything else.'),
    warnings: z.array(z.string()).describe('What was odd about a table, such as rows that are too long.'),
  }),
  // The file may be another one next time.
  deterministic: false,
  safeToRepeat: true,
  usesModel: false,
  sensitive: ['path'],
  class: 'analysis',
  async run({ path, format, max_bytes: maxBytes, ...options }, context) {
    const file = await context.files.read(path, maxBytes === undefined ? {} : { maxBytes })
    context.signal.throwIfAborted()
    const name = basename(nameOf(path))
    const facts = { path: file.path, name, bytes: file.bytes.byteLength, sha256: createHash('sha256').update(file.bytes).digest('hex') }
    if (format === 'file') {
      const content = await context.files.store(file.bytes, {
        name,
        mediaType: typeof path === 'string' ? mediaTypeOf(name) : path.mediaType,
      })
      return { ...facts, format, content, columns: [], warnings: [] }
    }
    const chosen = format === 'auto' ? formatOf(name) : format
    decoder ??= import('./decode-file.js')
    const { decodeFile } = await decoder
    const { content, columns, warnings } = decodeFile(file.bytes, { ...options, path: file.path, format: chosen })
    return { ...facts, format: chosen, content, columns: [...columns], warnings: [...warnings] }
  },
})
