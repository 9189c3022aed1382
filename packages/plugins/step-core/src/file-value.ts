import { z } from 'zod'
import type { FileValue } from '@pipewright/kernel'

/** A file that is passed by reference: what another step stored. */
const fileValueSchema = z
  .strictObject({
    file: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, 'sha256: and the digest of the bytes')
      .describe('sha256: and the digest of its bytes.'),
    name: z.string().min(1).max(255).describe('A name for people.'),
    mediaType: z.string().max(255).describe('For example application/pdf.'),
    bytes: z.int().min(0).describe('Its size.'),
  })
  .meta({ title: 'file' })

/** Where a step is told of a file: a path in the project, or a file that another step stored. */
export const fileSchema = z.union([z.string().min(1), fileValueSchema])

export function isFileValue(value: unknown): value is FileValue {
  return fileValueSchema.safeParse(value).success
}

/** What a file is called in messages and by whoever is shown it. */
export function nameOf(file: string | FileValue): string {
  return typeof file === 'string' ? file : file.name
}
