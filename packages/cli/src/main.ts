import { quickAnswer } from './quick-answer.js'

const argv = process.argv.slice(2)
if (!quickAnswer(argv)) process.exitCode = await (await import('./program.js')).runProgram(argv)
