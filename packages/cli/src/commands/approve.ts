import type { CommandRunner } from '../program.js'
import { answer } from './answer.js'

export const run: CommandRunner = (context, [id = ''], options) => answer(context, id, true, options)
