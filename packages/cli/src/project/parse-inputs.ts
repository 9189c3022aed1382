import { readFile, stat } from 'node:fs/promises'
import { basename, isAbsolute, relative, resolve, sep } from 'node:path'
import Papa from 'papaparse'
import { parse as parseYaml } from 'yaml'
import { nameHint, PipewrightError, type InputDocument, type PipelineDocument } from '@pipewright/kernel'

const maxFileBytes = 256 * 1024 * 1024

export interface ParsedInputs {
  readonly values: Readonly<Record<string, unknown>>
  /** Absolute paths outside the project that the person named. */
  readonly grantedFiles: readonly string[]
}

/** What was typed after `--input` and `--inputs`, as values of the declared types. @throws INPUT_…, FILE_NOT_FOUND */
export async function parseInputs(
  document: PipelineDocument,
  given: readonly string[],
  file: string | undefined,
  root: string,
  cwd: string,
): Promise<ParsedInputs> {
  const values: Record<string, unknown> = file === undefined ? {} : await readInputsFile(resolve(cwd, file))
  const granted: string[] = []
  const namedHere = new Set(Object.keys(values))
  for (const entry of given) {
    const split = entry.indexOf('=')
    const name = split === -1 ? entry : entry.slice(0, split)
    if (split === -1)
      throw new PipewrightError('USAGE', `--input ${entry} has no value.`, {
        hint: `Write --input ${entry}=VALUE, or --input ${entry}=@FILE.`,
      })
    const input = document.inputs[name]
    if (!input)
      throw new PipewrightError('INPUT_UNKNOWN', `${document.pipeline} has no input "${name}".`, {
        hint: nameHint(name, Object.keys(document.inputs), 'Leave it out.'),
      })
    values[name] = await parseValue(name, entry.slice(split + 1), input, cwd)
    namedHere.add(name)
  }
  for (const name of namedHere) {
    const value = values[name]
    if (document.inputs[name]?.type !== 'file' || typeof value !== 'string') continue
    const absolute = resolve(cwd, value)
    const inside = relative(root, absolute)
    const isOutside = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)
    values[name] = isOutside ? absolute : inside.split(sep).join('/')
    if (isOutside) granted.push(absolute)
  }
  return { values, grantedFiles: granted }
}

async function readInputsFile(path: string): Promise<Record<string, unknown>> {
  const value = await readData(path)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PipewrightError('INPUT_INVALID', `${path} is not a map of input names to values.`)
  return value as Record<string, unknown>
}

async function parseValue(name: string, text: string, input: InputDocument, cwd: string): Promise<unknown> {
  const isReference = text.startsWith('@')
  if (input.type === 'file') return isReference ? text.slice(1) : text
  if (isReference) {
    const path = resolve(cwd, text.slice(1))
    return input.type === 'string' ? readText(path) : readData(path)
  }
  switch (input.type) {
    case 'string':
      return text
    case 'number':
    case 'integer': {
      const value = Number(text)
      if (text.trim() === '' || Number.isNaN(value))
        throw new PipewrightError('INPUT_INVALID', `Input "${name}" has to be a number, not "${text}".`)
      return value
    }
    case 'boolean':
      if (['true', 'yes', '1'].includes(text)) return true
      if (['false', 'no', '0'].includes(text)) return false
      throw new PipewrightError('INPUT_INVALID', `Input "${name}" has to be true or false, not "${text}".`)
    default:
      return parseJsonOrYaml(text, `--input ${name}`)
  }
}

/** What a file holds: data, when its name says so, and otherwise its text. @throws FILE_NOT_FOUND, FILE_TOO_LARGE, INPUT_INVALID */
export async function readData(path: string): Promise<unknown> {
  return parseData(await readText(path), path)
}

async function readText(path: string): Promise<string> {
  const info = await stat(path).catch(() => null)
  if (!info?.isFile()) throw new PipewrightError('FILE_NOT_FOUND', `There is no file ${path}.`)
  if (info.size > maxFileBytes)
    throw new PipewrightError('FILE_TOO_LARGE', `${path} is larger than ${maxFileBytes / 1024 ** 2} MiB.`, {
      hint: 'Give it to an input of type file: it is then read by the step.',
    })
  return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
}

/** Data out of a file, by its name: tables become lists of records. */
function parseData(text: string, path: string): unknown {
  const name = basename(path).toLowerCase()
  if (name.endsWith('.csv') || name.endsWith('.tsv')) {
    return Papa.parse<Record<string, string>>(text, {
      header: true,
      skipEmptyLines: 'greedy',
      delimiter: name.endsWith('.tsv') ? '\t' : '',
    }).data
  }
  if (name.endsWith('.jsonl') || name.endsWith('.ndjson'))
    return text.split(/\r?\n/).flatMap((line) => (line.trim() === '' ? [] : [parseJsonOrYaml(line, path)]))
  if (name.endsWith('.json') || name.endsWith('.yaml') || name.endsWith('.yml')) return parseJsonOrYaml(text, path)
  return text
}

function parseJsonOrYaml(text: string, where: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 100 }) as unknown
  } catch (error) {
    throw new PipewrightError(
      'INPUT_INVALID',
      `${where} is neither JSON nor YAML: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
    )
  }
}
