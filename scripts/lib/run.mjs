import { spawn } from 'node:child_process'

/** What went wrong, in words for whoever runs the script. */
export class Failure extends Error {}

/** Runs a program and keeps what it prints. @returns { code, output, stdout }: output is all of it @throws the error of a program that is not there */
export function run(program, programArguments, options) {
  const child = spawn(program, programArguments, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const pieces = []
  const stdout = []
  child.stdout.on('data', (piece) => {
    pieces.push(piece)
    stdout.push(piece)
  })
  child.stderr.on('data', (piece) => pieces.push(piece))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 1, signal, output: Buffer.concat(pieces).toString(), stdout: Buffer.concat(stdout).toString() }),
    )
  })
}

/** Says what is being done, does it, and says how long it took. */
export async function withProgress(what, work) {
  const start = Date.now()
  process.stderr.write(`${what} … `)
  try {
    const result = await work()
    process.stderr.write(`${((Date.now() - start) / 1000).toFixed(1)} s\n`)
    return result
  } catch (error) {
    process.stderr.write('failed\n')
    throw error
  }
}
