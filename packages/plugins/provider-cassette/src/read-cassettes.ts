import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PipewrightError, type Place } from '@pipewright/kernel'
import { z } from 'zod'
import { cassetteSchema, mostCassetteBytes, mostCassettes, type Cassette } from './cassette-schema.js'

/** Folders are read again only when a file in them has changed: a run asks for every call. */
const mostKept = 20
const kept = new Map<string, { readonly state: string; readonly cassettes: readonly Cassette[] }>()

/** The cassettes of a folder in the order of their names; none for a folder that does not exist. @throws CASSETTE_INVALID */
export async function readCassettes(folder: string): Promise<readonly Cassette[]> {
  const files = await cassetteFiles(folder)
  const state = files.map(({ file, size, modified }) => `${file} ${size} ${modified}`).join('\n')
  const known = kept.get(folder)
  if (known?.state === state) return known.cassettes
  const cassettes = await Promise.all(files.map(({ file }) => readCassette(file)))
  if (kept.size >= mostKept) kept.delete(kept.keys().next().value ?? '')
  kept.set(folder, { state, cassettes })
  return cassettes
}

async function cassetteFiles(folder: string): Promise<{ file: string; size: number; modified: number }[]> {
  const names = (await namesIn(folder)).filter((name) => name.endsWith('.json')).sort()
  if (names.length > mostCassettes) {
    throw new PipewrightError('CASSETTE_INVALID', `${folder} holds ${names.length} cassettes; ${mostCassettes} are the most.`, {
      hint: 'Delete the ones that no test uses.',
      place: { file: folder },
    })
  }
  return Promise.all(
    names.map(async (name) => {
      const file = join(folder, name)
      const { size, mtimeMs } = await stat(file)
      if (size > mostCassetteBytes) throw invalid(file, `has ${size} bytes; ${mostCassetteBytes} are the most`)
      return { file, size, modified: mtimeMs }
    }),
  )
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** @throws CASSETTE_INVALID, at the line and column of a mistake in the JSON */
export async function readCassette(file: string): Promise<Cassette> {
  const text = await readFile(file, 'utf8')
  const parsed = cassetteSchema.safeParse(parseJson(text, file))
  if (!parsed.success) throw invalid(file, `is not a cassette:\n${z.prettifyError(parsed.error)}`)
  return { ...parsed.data, file }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    // Most messages of the parser end with the place; where one does not, it quotes the text around it.
    const [, line, column] = /\(line (\d+) column (\d+)\)$/.exec(message) ?? []
    throw invalid(file, `is not JSON: ${message}`, line === undefined ? {} : { line: Number(line), column: Number(column) })
  }
}

function invalid(file: string, what: string, at: Omit<Place, 'file'> = {}): PipewrightError {
  return new PipewrightError('CASSETTE_INVALID', `${file} ${what}`, { place: { file, ...at } })
}
