import { PipewrightError } from '@pipewright/kernel'

// SQLite's primary result codes: https://www.sqlite.org/rescode.html
const busy = 5
const corrupt = 11
const full = 13
const notADatabase = 26

/** Any failure of SQLite or the file system as the kernel's error for it. Errors of the kernel's own pass unchanged. */
export function toStateError(thrown: unknown, file: string): PipewrightError {
  if (PipewrightError.isInstance(thrown)) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const options = { cause: thrown, place: { file } }
  switch (primaryCode(thrown)) {
    case corrupt:
    case notADatabase:
      return new PipewrightError('STATE_CORRUPT', `The state in ${file} is damaged: ${message}.`, options)
    case busy:
      return new PipewrightError('STATE_UNWRITABLE', `Other processes keep the state in ${file} locked.`, {
        ...options,
        retryable: true,
        hint: 'Try again; if it stays so, look for a process that hangs with this file open.',
      })
    case full:
      return new PipewrightError('STATE_UNWRITABLE', `There is no space left for the state in ${file}.`, options)
    default:
      return new PipewrightError('STATE_UNWRITABLE', `The state in ${file} cannot be used: ${message}.`, options)
  }
}

function primaryCode(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('errcode' in thrown)) return undefined
  // The low byte of an extended code is its primary code.
  return typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : undefined
}
