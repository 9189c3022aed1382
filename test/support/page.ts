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
  /** How many lines of output the page shows of each command, from `lines=N`. Default: all. */
  readonly lines: number
  readonly commands: readonly PageCommand[]
  /** The whole text between the fences. */
  readonly text: string
}

export interface PageCommand {
  readonly command: string
  /** What the page shows of its output. Other lines may stand between these. */
  readonly output: string
}

/** The parts of a Markdown page that can be executed, in order. Blocks without a file name or a prompt are for reading only. */
export function readPage(markdown: string): readonly (PageFile | PageCommands)[] {
  const blocks = markdown.matchAll(/^```(\S+)[ \t]*([^\n]*)\n([\s\S]*?)^```$/gm)
  return [...blocks].flatMap(([, language, info = '', text = '']): (PageFile | PageCommands)[] => {
    const attributes = new Map([...info.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]))
    const path = attributes.get('file')
    if (path !== undefined) return [{ type: 'file', path, text }]
    if (language !== 'console') return []
    const number = (name: string, otherwise: number): number => Number(attributes.get(name) ?? otherwise)
    return [{ type: 'commands', exit: number('exit', 0), lines: number('lines', Infinity), commands: readCommands(text), text }]
  })
}

function readCommands(text: string): PageCommand[] {
  const [, ...pieces] = text.split(/^\$ /m)
  return pieces.map((piece) => {
    const end = piece.indexOf('\n')
    return { command: piece.slice(0, end), output: piece.slice(end + 1) }
  })
}

/**
 * The first line that a page shows and that was not printed, in its place after the ones before; undefined if all were.
 * Figures, run ids and widths differ from run to run, so they do not count.
 */
export function missingLine(shown: string, printed: string): string | undefined {
  const lines = printed.split('\n').map(comparable)
  let from = 0
  return shown.split('\n').find((line) => {
    if (['', '…'].includes(line.trim())) return false
    const at = lines.indexOf(comparable(line), from)
    if (at !== -1) from = at + 1
    return at === -1
  })
}

/** A command as it was run, and what it printed. */
export interface Outcome {
  readonly command: string
  readonly printed: string
}

/**
 * The text of a block with what its commands print now; as it is when that is true still, so that figures do not change
 * for nothing. Commands that are shown without output stay so.
 */
export function writeCommands({ lines, commands, text }: PageCommands, outcomes: readonly Outcome[]): string {
  const isTrue = commands.every(
    ({ output }, index) => output.trim() !== '…' && missingLine(output, outcomes[index]?.printed ?? '') === undefined,
  )
  if (isTrue) return text
  const pieces = outcomes.map(({ command, printed }, index) => {
    if (commands[index]?.output === '') return `$ ${command}\n`
    const all = printed.trimEnd().split(/[ \t]*\n/)
    const shown = all.length > lines ? [...all.slice(0, lines), '…'] : all
    return `$ ${command}\n${shown.join('\n')}\n`
  })
  return pieces.join('')
}

function comparable(line: string): string {
  return line
    .replaceAll(runId, 'run-ID')
    .replaceAll(/\d+([.,]\d+)*/g, '0')
    .replaceAll(/\b(ms|s|min)\b/g, 's')
    .replaceAll(/[─\s]+/g, ' ')
    .trim()
}

/** The id of a run, as commands print it. */
export const runId = /\brun-[a-z0-9]{6,}-[a-z0-9]{5}\b/g
