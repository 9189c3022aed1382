import { fstatSync, readFileSync, statSync, writeSync } from 'node:fs'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { version } from './version.js'

/**
 * Answers `--version` and `--help` without the parser, and without the streams that Node would load for standard output:
 * together they take as long as starting Node. @returns false when the whole program has to answer
 */
export function quickAnswer([only, ...others]: readonly string[]): boolean {
  if (others.length > 0) return false
  try {
    if (only === '--version' || only === '-V') return print(`${version}\n`)
    if (only !== '--help' && only !== '-h') return false
    // On a terminal, help is as wide as that is; anywhere else it is what the build has had the program print.
    return isTerminal() ? false : print(readFileSync(join(import.meta.dirname, 'help.txt')))
  } catch {
    // No such file, or nothing to print to: the program makes the one, and says what is wrong with the other.
    return false
  }
}

/** Without `node:tty`, which brings the streams. */
function isTerminal(): boolean {
  const output = fstatSync(1)
  return output.isCharacterDevice() && output.rdev !== statSync(devNull).rdev
}

function print(text: string | Uint8Array): true {
  writeSync(1, Buffer.from(text))
  return true
}
