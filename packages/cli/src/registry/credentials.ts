import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

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
  await writeFile(`${file}.tmp`, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.tmp`, file)
}

async function readAll(environment: Environment): Promise<Record<string, string>> {
  const text = await readFile(credentialsFile(environment), 'utf8').catch(() => '{}')
  return JSON.parse(text) as Record<string, string>
}
