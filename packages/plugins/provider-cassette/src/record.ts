import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PipewrightError, type Clock, type ModelResponse } from '@pipewright/kernel'
import { mostCassetteBytes, type CassetteEntry, type CassetteFile } from './cassette-schema.js'
import { readCassette } from './read-cassettes.js'

/** Answers come side by side, and each one rewrites a file: those to one file wait for each other. */
const writing = new Map<string, Promise<void>>()

/**
 * Writes an answer into the folder's cassette of that step and origin, in place of an older answer to the same request.
 * Neither the prompt nor any key is written, only the request's hash. Waits for other writers in this process only.
 */
export async function recordAnswer(folder: string, step: string, key: string, response: ModelResponse, clock: Clock): Promise<void> {
  const file = join(folder, `${step.replaceAll(/[^A-Za-z0-9_-]/g, '_')}.${response.origin}.json`)
  const before = writing.get(file) ?? Promise.resolve()
  const mine = before.then(() => addEntry(file, { match: { request: key, step }, response: entryOf(response) }, response, clock))
  // The next writer starts whether or not this one failed; this one's caller hears of it.
  const settled = mine.catch(() => undefined)
  writing.set(file, settled)
  try {
    await mine
  } finally {
    if (writing.get(file) === settled) writing.delete(file)
  }
}

function entryOf({ text, toolCalls, usage, finishReason, model }: ModelResponse): CassetteEntry['response'] {
  return {
    text,
    toolCalls: toolCalls.map((call) => ({ id: call.id, tool: call.tool, arguments: call.arguments })),
    usage,
    finishReason,
    model,
  }
}

async function addEntry(file: string, entry: CassetteEntry, { origin }: ModelResponse, clock: Clock): Promise<void> {
  const known = existsSync(file) ? (await readCassette(file)).entries : []
  const key = keyOf(entry)
  const entries = [...known.filter((other) => keyOf(other) !== key), entry].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
  const cassette: CassetteFile = { origin, recorded_at: new Date(clock.now()).toISOString(), entries }
  const text = `${JSON.stringify(cassette, null, 2)}\n`
  if (Buffer.byteLength(text) > mostCassetteBytes) {
    throw new PipewrightError('FILE_TOO_LARGE', `Recording would make ${file} larger than ${mostCassetteBytes} bytes.`, {
      hint: 'Record tests with less input, or delete answers that no test uses.',
    })
  }
  await writeWhole(file, text)
}

/** Readers see the old file or the new one, never a part. */
async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true })
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    await writeFile(temporary, text)
    await rename(temporary, file)
  } finally {
    await rm(temporary, { force: true })
  }
}

function keyOf({ match }: CassetteEntry): string {
  return 'request' in match ? match.request : ''
}
