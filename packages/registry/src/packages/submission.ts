import { z } from '@hono/zod-openapi'
import { packageKinds } from '@pipewright/kernel/documents'

export const manifestSchema = z
  .looseObject({
    kind: z.enum(packageKinds),
    name: z.string().max(200),
    version: z.string().max(100),
    description: z.string().max(5000).default(''),
    tags: z.array(z.string().max(60)).max(30).default([]),
  })
  .openapi('Manifest')

export const submissionSchema = z
  .object({
    manifest: manifestSchema,
    files: z
      .array(z.object({ path: z.string().max(500), content: z.string(), encoding: z.enum(['utf8', 'base64']).default('utf8') }))
      .max(1000),
    integrity: z.string().max(200),
  })
  .openapi('Submission')

/** What a package is published as. */
export type Submission = z.infer<typeof submissionSchema>
