import { z } from '@hono/zod-openapi'
import { packageKinds } from '@pipewright/kernel/documents'
import { whyNotKept } from './why-not-kept.js'

const manifestSchema = z
  .looseObject({
    kind: z.enum(packageKinds),
    name: z.string().max(200),
    version: z.string().max(100),
    description: z.string().max(5000).default(''),
    tags: z
      .array(z.string().min(1).max(60))
      .max(30)
      .default([])
      .openapi({ description: 'Words to find it by, beside those of its document.' }),
  })
  .superRefine((manifest, context) => {
    const reason = whyNotKept(manifest)
    if (reason !== undefined) context.addIssue({ code: 'custom', message: `The manifest ${reason}.` })
  })
  .openapi('Manifest', {
    description:
      'What a package says of itself. A plugin listing adds `integrity`, that of its npm package, and `pipewright`, what its package.json says under that name.',
  })

const fileSchema = z.object({
  path: z.string().max(500).openapi({ description: 'Relative, with forward slashes.' }),
  content: z.string(),
  encoding: z.enum(['utf8', 'base64']).default('utf8'),
})

export const submissionSchema = z
  .object({
    manifest: manifestSchema,
    files: z.array(fileSchema).max(1000).openapi({ description: 'At most 200 files with 5 MiB together.' }),
    integrity: z.string().max(200).openapi({
      description:
        '`sha512-` and, in base64, the hash of the canonical JSON (sorted keys, no spaces) of the list of `{ path, sha512 }` of the files, sorted by path; each `sha512` is that of the file’s bytes, in base64.',
    }),
  })
  .openapi('Submission')

/** What a package is published as. */
export type Submission = z.infer<typeof submissionSchema>
