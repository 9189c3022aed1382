import { PipewrightError } from '@pipewright/kernel/documents'
import { parse, YAMLParseError } from 'yaml'

/** The value of a YAML file of a package, aliases bounded. @throws PACKAGE_INVALID saying where */
export function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 }) as unknown
  } catch (cause) {
    const start = cause instanceof YAMLParseError ? cause.linePos?.[0] : undefined
    const reason = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]?.replace(/ at line .*$/, '') ?? ''
    throw new PipewrightError('PACKAGE_INVALID', `${file} is not YAML: ${reason}.`, {
      place: start ? { file, line: start.line, column: start.col } : { file },
      cause,
    })
  }
}
