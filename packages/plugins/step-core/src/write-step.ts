import { z } from 'zod'
import { defineStep } from '@pipewright/kernel'
import { encode, formatOf, writeFormats } from './file-formats.js'

/** Writes text or data to a file. */
export const writeStep = defineStep({
  contract: 'v1',
  id: 'write',
  summary: 'Writes text or data to a file of the project.',
  input: z.strictObject({
    path: z.string().min(1).describe('The file, relative to the project. Folders are made.'),
    content: z.unknown().describe('A text, or the data that the format is made of.'),
    format: z
      .enum(['auto', ...writeFormats])
      .default('auto')
      .describe('auto goes by the file’s name.'),
    if_exists: z
      .enum(['number', 'overwrite', 'fail'])
      .default('number')
      .describe('number: the new file is called name-2, name-3 … when another content stands there.'),
  }),
  output: z.strictObject({ path: z.string().describe('Where it was written.'), bytes: z.int() }),
  deterministic: true,
  // The same content a second time lands in the same file.
  safeToRepeat: true,
  usesModel: false,
  effect: true,
  class: 'generation',
  async run({ path, content, format, if_exists: ifExists }, context) {
    const encoded = encode(content, format === 'auto' ? formatOf(path) : format)
    const written = await context.files.write(path, encoded, { ifExists })
    return { path: written, bytes: Buffer.byteLength(encoded) }
  },
})
