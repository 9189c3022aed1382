import { setFlagsFromString } from 'node:v8'

/**
 * Regular expressions come with templates and schemas of strangers, and one like (a+)+$ can make the backtracking engine
 * work for hours. From here on, V8 goes over to its linear engine when a match backtracks too much. That holds for the
 * whole process: V8 knows no smaller scope. Patterns with look-around or back references have no linear form and are
 * not helped by it.
 */
export function limitPatterns(): void {
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')
}
