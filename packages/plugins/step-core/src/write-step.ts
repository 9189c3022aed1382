import { z } from 'zod'
import { defineStep } from '@pipewright/kernel'
import { formatOf, writeFormats } from './file-formats.js'
import { isFileValue } from './file-value.js'

/** The largest stored file that is written: what the read and http steps can store at most. */
const maxStoredBytes = 1024 ** 3

/** Loaded when a step first runs: to look at a pipeline takes none of it. */
let encoder: Promise<typeof import('./encode-file.js')> | undefined

/** Writes text or data to a file. */
export const writeStep = defineStep({
  contract: 'v1',
  id: 'write',
  summary: 'Writes text, data or a stored file to a file of the project.',
  input: z.strictObject({
    path: z.string().min(1).describe('The file, relative to the project. Folders are made.'),
    content: z
      .unknown()
      .describe('A text, the data that the format is made of (a list of records for csv, tsv and jsonl), or a file of another step.'),
    format: z
      .enum(['auto', ...writeFormats])
      .default('auto')
      .describe(
        'How to write it; auto writes a file as it is, and goes by the end of the name for all else. Text and markdown write a text as it is, other data as JSON.',
      ),
    if_exists: z
      .enum(['number', 'overwrite', 'fail'])
      .default('number')
      .describe('number: the new file is called name-2, name-3 … when another content stands there.'),
    columns: z.array(z.string()).max(1000).optional().describe('For csv and tsv: which columns, in which order. Default: all.'),
    escape_formulas: z
      .boolean()
      .default(false)
      .describe('For csv: puts an apostrophe before cells that a spreadsheet would run as formulas. It changes the data.'),
  }),
  output: z.strictObject({
    path: z.string().describe('Where it was written.'),
    bytes: z.int().describe('Its size.'),
  }),
  // Where it lands depends on what stands there already.
  deterministic: false,
  // The same content a second time lands in the same file.
  safeToRepeat: true,
  usesModel: false,
  effect: true,
  sensitive: ['path'],
  class: 'generation',
  async run({ path, content, format, if_exists: ifExists, columns, escape_formulas: escapeFormulas }, context) {
    context.signal.throwIfAborted()
    encoder ??= import('./encode-file.js')
    const { encodeFile } = await encoder
    const encoded =
      format === 'auto' && isFileValue(content)
        ? (await context.files.read(content, { maxBytes: maxStoredBytes })).bytes
        : encodeFile(content, format === 'auto' ? formatOf(path) : format, { columns, escapeFormulas })
    const written = await context.files.write(path, encoded, { ifExists })
    return { path: written, bytes: Buffer.byteLength(encoded) }
  },
})
