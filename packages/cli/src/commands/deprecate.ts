import type { CommandRunner } from '../program.js'
import { changeVersion } from './change-version.js'

export const run: CommandRunner = (context, [name = ''], options) => changeVersion(context, name, 'deprecate', options['reason'])
