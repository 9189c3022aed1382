import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { PipewrightError } from '@pipewright/kernel'

const lockSchema = z.strictObject({
  lockfileVersion: z.literal(1),
  packages: z.record(z.string(), z.strictObject({ version: z.string(), integrity: z.string().startsWith('sha512-'), source: z.string() })),
})

export type LockFile = z.infer<typeof lockSchema>

const fileName = 'pipewright.lock'

/** What `install` pinned; nothing without a file. @throws CONFIG_INVALID */
export async function readLock(root: string): Promise<LockFile> {
  const file = join(root, fileName)
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return { lockfileVersion: 1, packages: {} }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new PipewrightError('CONFIG_INVALID', `${fileName} is not JSON.`, {
      hint: 'Take it from version control again, or remove it and install anew.',
      place: { file },
      cause: error,
    })
  }
  const parsed = lockSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new PipewrightError('CONFIG_INVALID', `${fileName} is not a lock file: ${parsed.error.issues[0]?.message ?? ''}`, {
    place: { file },
  })
}

/** Sorted, so that it changes only where something changed. */
export async function writeLock(root: string, lock: LockFile): Promise<void> {
  const packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([left], [right]) => (left < right ? -1 : 1)))
  await writeFile(join(root, fileName), `${JSON.stringify({ lockfileVersion: 1, packages }, null, 2)}\n`)
}
