import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { PipewrightError } from '@pipewright/kernel'

type Environment = Readonly<Record<string, string | undefined>>

function credentialsFile(environment: Environment): string {
  const base = environment['XDG_CONFIG_HOME'] ?? join(environment['HOME'] ?? homedir(), '.config')
  return join(base, 'pipewright', 'credentials.json')
}

/** The token for a registry: PIPEWRIGHT_TOKEN, else what `login` remembered. */
export async function readToken(registry: string, environment: Environment): Promise<string | undefined> {
  return environment['PIPEWRIGHT_TOKEN'] ?? (await readAll(environment))[new URL(registry).origin]
}

/** Remembers a token, readable for its owner only. */
export async function writeToken(registry: string, token: string | undefined, environment: Environment): Promise<void> {
  const all = await readAll(environment)
  const { origin } = new URL(registry)
  if (token === undefined) delete all[origin]
  else all[origin] = token
  const file = credentialsFile(environment)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const part = `${file}.${randomUUID()}`
  await writeFile(part, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  await rename(part, file)
}

async function readAll(environment: Environment): Promise<Record<string, string>> {
  const file = credentialsFile(environment)
  const text = await readFile(file, 'utf8').catch(() => '{}')
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text))
  } catch {
    // Its contents are secret: nothing of them, nor of what was found wrong with them, is shown.
    throw new PipewrightError('CONFIG_INVALID', 'The file with the remembered tokens cannot be read.', {
      hint: 'Remove it, then `pipewright login` again.',
      place: { file },
    })
  }
}
