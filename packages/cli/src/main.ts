import { quickAnswer } from './quick-answer.js'

const argv = process.argv.slice(2)
if (!quickAnswer(argv)) {
  const { runProgram } = await import('./program.js')
  const exitCode = await runProgram(argv)
  await new Promise<void>((resolve) => process.stderr.write('', () => resolve()))
  // A step that was given up and does not heed it neither keeps the process nor goes on when its run is over.
  process.exit(exitCode)
}
