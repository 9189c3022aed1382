import type { CommandRunner } from '../program.js'
import { approveOrReject } from './give-answer.js'

export const run: CommandRunner = (context, [id = ''], options) => approveOrReject(context, id, true, options)
