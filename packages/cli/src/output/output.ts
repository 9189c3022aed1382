import { isatty } from 'node:tty'
import pico from 'picocolors'
import { commandName } from './command-name.js'

interface OutputOptions {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
}

/**
 * Where a command speaks. Results for people go to stdout; with `--json` exactly one document does, and everything meant
 * for people goes nowhere. Progress, notes and errors go to stderr.
 */
export class Output {
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  /** Colours where a terminal reads along and nobody asked for none. */
  readonly color: ReturnType<typeof pico.createColors>
  private answered = false

  constructor(options: OutputOptions = {}) {
    this.json = options.json === true
    this.quiet = options.quiet === true
    this.verbose = options.verbose === true
    this.color = pico.createColors(this.isTerminal && pico.isColorSupported)
  }

  /** Whether a person watches stdout. */
  get isTerminal(): boolean {
    return !this.json && isatty(1)
  }

  /** How many columns a person sees; null where nobody watches. */
  get columns(): number | null {
    return this.isTerminal ? (process.stdout.columns ?? 80) : null
  }

  /** Whether a person can be asked. */
  get canAsk(): boolean {
    return this.isTerminal && isatty(0)
  }

  /** The one document of a program's answer. */
  result(document: unknown): void {
    if (!this.json || this.answered) return
    this.answered = true
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
  }

  /** A result for people. */
  print(text = ''): void {
    if (!this.json) process.stdout.write(`${text}\n`)
  }

  /** A command to try next, as it is called from here; what it does, below it. */
  next(command: string, what?: string): void {
    this.print(`  ${this.color.cyan('→')} ${commandName(process.cwd())} ${command}`)
    if (what !== undefined) this.print(`      ${this.color.dim(what)}`)
  }

  /** What is good to know and not the result. */
  note(text: string): void {
    if (!this.quiet) process.stderr.write(`${text}\n`)
  }

  /** What must not be overlooked. */
  warn(text: string): void {
    process.stderr.write(`${this.color.yellow('warning')} ${text}\n`)
  }

  error(text: string): void {
    process.stderr.write(`${text}\n`)
  }
}
