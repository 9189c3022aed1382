import { expect, test } from 'vitest'
import { commandName } from './command-name.js'

test.each<[string, string, Record<string, string>, string]>([
  ['a project', '/home/ada/project/node_modules/pipewright/bin/pipewright.js', {}, 'node_modules/.bin/pipewright'],
  ['a checkout', '/home/ada/project/packages/cli/bin/pipewright.js', {}, 'node_modules/.bin/pipewright'],
  ['npx', '/home/ada/project/node_modules/.bin/pipewright', { npm_command: 'exec' }, 'npx pipewright'],
  ['a global installation', '/usr/lib/node_modules/pipewright/bin/pipewright.js', {}, 'pipewright'],
])('the program is called as it was from %s', (_where, program, environment, name) => {
  expect(commandName('/home/ada/project', program, environment)).toBe(name)
})
