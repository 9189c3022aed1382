import { basename } from 'node:path'
import { LineCounter, parseDocument, isMap, isScalar } from 'yaml'
import { nameHint, PipewrightError } from '@pipewright/kernel'
import { configSchema, type ProjectConfig } from './config-schema.js'

/** The text of a pipewright.yaml as a configuration. @throws CONFIG_INVALID with the place */
export function parseConfig(text: string, file: string): ProjectConfig {
  const configName = basename(file)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number): { file: string; line: number; column: number } => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  const [problem] = document.errors
  if (problem)
    throw new PipewrightError(
      'CONFIG_INVALID',
      `${configName}: ${problem.code === 'DUPLICATE_KEY' ? 'this key stands here twice.' : problem.message}`,
      { place: at(problem.pos[0]) },
    )
  const value: unknown = document.toJS({ maxAliasCount: 100 }) ?? {}
  const parsed = configSchema.safeParse(value)
  if (parsed.success) return parsed.data

  const [issue] = parsed.error.issues
  const path = (issue?.path ?? []).map((part) => (typeof part === 'symbol' ? String(part) : part))
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    const parent: unknown = path.length === 0 ? document.contents : document.getIn(path, true)
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined
    const offset = pair && isScalar(pair.key) ? (pair.key.range?.[0] ?? 0) : 0
    const known = path.length === 0 ? Object.keys(configSchema.shape) : []
    throw new PipewrightError('CONFIG_INVALID', `${configName}: unknown key "${key}"${path.length > 0 ? ` in ${path.join('.')}` : ''}.`, {
      hint: nameHint(key, known, 'Remove the key.'),
      place: at(offset),
    })
  }
  const node = nodeAt(document, path)
  throw new PipewrightError('CONFIG_INVALID', `${configName}: "${path.join('.')}": ${issue?.message ?? 'not valid'}`, { place: at(node) })
}

function nodeAt(document: ReturnType<typeof parseDocument>, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] | null } | undefined
    if (node?.range) return node.range[0]
  }
  return 0
}
