/** A file that a page shows: a code block whose info string says `file=PATH`. */
export interface PageFile {
  readonly type: 'file'
  readonly path: string
  readonly text: string
}

/** A `console` block: commands behind `$`, each with what the page says it prints. */
export interface PageCommands {
  readonly type: 'commands'
  /** The exit code of the last command, from `exit=N`; the others have to end with 0. */
  readonly exit: number
  readonly commands: readonly PageCommand[]
}

export interface PageCommand {
  readonly command: string
  /** The lines that the page shows of its output; others may stand between them. */
  readonly output: readonly string[]
}

/** The parts of a Markdown page that can be executed, in order. Blocks without a file name or a prompt are for reading only. */
export function readPage(markdown: string): readonly (PageFile | PageCommands)[] {
  const blocks = markdown.matchAll(/^```(\S+)[ \t]*([^\n]*)\n([\s\S]*?)^```$/gm)
  return [...blocks].flatMap(([, language, info = '', text = '']): (PageFile | PageCommands)[] => {
    const attributes = Object.fromEntries(info.split(' ').map((pair) => pair.split('=')))
    if (attributes['file'] !== undefined) return [{ type: 'file', path: String(attributes['file']), text }]
    if (language !== 'console') return []
    return [{ type: 'commands', exit: Number(attributes['exit'] ?? 0), commands: readCommands(text) }]
  })
}

function readCommands(text: string): PageCommand[] {
  const pieces = text.split(/^\$ /m)
  return pieces.slice(1).map((piece) => {
    const [command = '', ...output] = piece.split('\n')
    return { command, output: output.filter((line) => line.trim() !== '') }
  })
}

/**
 * The first line that a page shows and that was not printed, in its place after the ones before; undefined if all were.
 * Figures, run ids and widths differ from run to run, so they do not count.
 */
export function missingLine(shown: readonly string[], printed: string): string | undefined {
  const lines = printed.split('\n').map(comparable)
  let from = 0
  return shown.find((line) => {
    if (line.trim() === '…') return false
    const at = lines.indexOf(comparable(line), from)
    if (at !== -1) from = at + 1
    return at === -1
  })
}

function comparable(line: string): string {
  return line
    .replaceAll(/\b(run|genesis)-[a-z0-9]+-[a-z0-9]+/g, '$1-ID')
    .replaceAll(/\d+([.,]\d+)*/g, '0')
    .replaceAll(/[─\s]+/g, ' ')
    .trim()
}
