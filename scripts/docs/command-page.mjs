import { commandList } from '../../packages/cli/dist/command-list.js'
import { code, page, table } from './markdown.mjs'

const exitCodes = [
  [0, 'done'],
  [1, 'the run, test or operation failed'],
  [2, 'usage: an unknown command, flag or argument'],
  [3, 'an invalid pipeline, template or plugin'],
  [4, 'stopped by a budget'],
  [5, 'stopped by a guardrail'],
  [6, 'paused: waits for an approval or an answer'],
  [7, 'the registry refused: not allowed, not found, conflict'],
  [130, 'interrupted; the run can be resumed'],
]

const common = [
  ['--json', 'print one JSON document on stdout and nothing else; everything for people goes to stderr'],
  ['--registry <url>', 'the registry to use'],
  ['--quiet', 'print results only'],
  ['--verbose', 'print more, stacks of defects included'],
  ['--version', 'print the version'],
  ['--help', 'print what there is'],
]

export function commandPage() {
  return page(
    'Command line',
    '`pipewright COMMAND [OPTIONS]`. What people read goes to a terminal in colours, unless `NO_COLOR` is set; programs use `--json`, whose documents [formats](formats.md#json-output) describes.',
    `## Options of every command\n\n${optionTable(common)}`,
    `## Exit codes\n\n${table(['code', 'meaning'], exitCodes)}`,
    '## Commands',
    ...commandList.filter(({ hidden }) => !hidden).flatMap((command) => sections(command, '')),
  )
}

function sections({ usage, summary, options = [], commands = [], load }, parent) {
  const name = `${parent}${usage.split(' ')[0]}`
  const own =
    load === undefined
      ? []
      : [`### ${name}`, code(`pipewright ${parent}${usage}`), sentence(summary), ...(options.length === 0 ? [] : [optionTable(options)])]
  return [...own, ...commands.filter(({ hidden }) => !hidden).flatMap((command) => sections(command, `${name} `))]
}

function optionTable(options) {
  return table(
    ['option', 'meaning'],
    options.map(([flags, description]) => [code(flags), description]),
  )
}

function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
