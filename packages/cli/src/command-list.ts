import type { CommandRunner } from './program.js'

/** A command as data; its code is loaded when it is called, so that help is fast. */
export interface CommandDefinition {
  /** Name and arguments as commander reads them. */
  readonly usage: string
  readonly summary: string
  readonly options?: readonly (readonly [flags: string, description: string, kind?: 'repeatable'])[]
  readonly commands?: readonly CommandDefinition[]
  readonly hidden?: boolean
  readonly load?: () => Promise<{ readonly run: CommandRunner }>
}

export const commandList: readonly CommandDefinition[] = [
  {
    usage: 'init [dir]',
    summary: 'make a project: configuration, a first pipeline, editor schema',
    load: () => import('./commands/init.js'),
  },
  {
    usage: 'genesis [words...]',
    summary: 'turn a requirement into a pipeline; `genesis edit FILE "CHANGE"` changes one',
    options: [
      ['--out <dir>', 'where the pipeline’s folder goes (default: pipelines/)'],
      ['--answers <file>', 'answers to genesis’ questions, as JSON or YAML'],
      ['--template <name>', 'take this template'],
      ['--no-model', 'spend no model tokens'],
      ['--allow-custom', 'allow a pipeline designed from scratch when no template fits'],
      ['--max-usd <amount>', 'the most that genesis may spend'],
      ['--model <name>', 'the model of the pipeline, as provider/model'],
      ['--provider <name>', 'send genesis’ own model calls to this provider'],
      ['--yes', 'take every default and approve the result'],
      ['--dry-run', 'select and say, write nothing'],
    ],
    load: () => import('./commands/genesis.js'),
  },
  {
    usage: 'tour [words...]',
    summary: 'the whole way once, with a registry of its own: requirement, pipeline, plan, run',
    load: () => import('./commands/tour.js'),
  },
  {
    usage: 'validate <files...>',
    summary: 'the five validations of pipelines',
    options: [['--no-tests', 'leave out the fifth: running the tests']],
    load: () => import('./commands/validate.js'),
  },
  {
    usage: 'plan <file>',
    summary: 'what would run, and what it would cost',
    options: [
      ['--input <name=value>', 'an input; @file reads a file; may be given several times', 'repeatable'],
      ['--inputs <file>', 'inputs as JSON or YAML'],
    ],
    load: () => import('./commands/plan.js'),
  },
  {
    usage: 'run <file>',
    summary: 'run a pipeline',
    options: [
      ['--input <name=value>', 'an input; @file reads a file; may be given several times', 'repeatable'],
      ['--inputs <file>', 'inputs as JSON or YAML'],
      ['--provider <name>', 'send every model call to this provider, for example simulated'],
      ['--max-usd <amount>', 'the most that this run may spend'],
      ['--no-cache', 'do every step anew, though an earlier run has its result'],
      ['--dry-run', 'plan it, run nothing'],
    ],
    load: () => import('./commands/run.js'),
  },
  {
    usage: 'runs',
    summary: 'runs and their journals',
    load: () => import('./commands/runs-list.js'),
    commands: [
      { usage: 'show <id>', summary: 'how a run stands', load: () => import('./commands/runs-show.js') },
      {
        usage: 'resume <id>',
        summary: 'continue a run that was paused or interrupted, or whose pipeline was changed',
        options: [['--from <step>', 'do this step and everything after it again']],
        load: () => import('./commands/runs-resume.js'),
      },
      { usage: 'cancel <id>', summary: 'give a run up', load: () => import('./commands/runs-cancel.js') },
      {
        usage: 'report <id>',
        summary: 'a page to look at',
        options: [['--out <file>', 'where to write it (default: ID.html)']],
        load: () => import('./commands/runs-report.js'),
      },
    ],
  },
  {
    usage: 'approve <id>',
    summary: 'say yes to what waits, a run or a genesis result',
    options: [
      ['--reason <text>', 'why'],
      ['--step <path>', 'which of several questions'],
    ],
    load: () => import('./commands/approve.js'),
  },
  {
    usage: 'reject <id>',
    summary: 'say no to what waits, a run or a genesis result',
    options: [
      ['--reason <text>', 'why'],
      ['--step <path>', 'which of several questions'],
    ],
    load: () => import('./commands/reject.js'),
  },
  {
    usage: 'answer <id>',
    summary: 'give a run the value that it asks for',
    options: [
      ['--value <value>', 'text, or JSON, or @file; without it, you are asked on a terminal'],
      ['--step <path>', 'which of several questions'],
    ],
    load: () => import('./commands/answer.js'),
  },
  {
    usage: 'test <paths...>',
    summary: 'run pipelines’ tests',
    options: [['--record', 'record model answers as cassettes']],
    load: () => import('./commands/test.js'),
  },
  {
    usage: 'search <words...>',
    summary: 'look for templates, components and plugins',
    options: [
      ['--kind <kind>', 'template, component or plugin'],
      ['--limit <n>', 'how many (default 10)'],
    ],
    load: () => import('./commands/search.js'),
  },
  { usage: 'info <name>', summary: 'what a package is and takes; NAME or NAME@RANGE', load: () => import('./commands/info.js') },
  {
    usage: 'install [names...]',
    summary: 'install templates into pipelines/; without a name, what the lock file says',
    options: [['--frozen', 'change nothing in the lock file; fail where it does not fit']],
    load: () => import('./commands/install.js'),
  },
  {
    usage: 'publish [dir]',
    summary: 'publish a template, component or plugin listing',
    options: [['--dry-run', 'check and say, send nothing']],
    load: () => import('./commands/publish.js'),
  },
  {
    usage: 'yank <name>',
    summary: 'take NAME@VERSION out of new installations',
    options: [
      ['--reason <text>', 'why'],
      ['--undo', 'take it back'],
    ],
    load: () => import('./commands/yank.js'),
  },
  {
    usage: 'deprecate <name>',
    summary: 'say that NAME@VERSION should no longer be used',
    options: [['--reason <text>', 'why']],
    load: () => import('./commands/deprecate.js'),
  },
  {
    usage: 'login',
    summary: 'remember a registry token',
    options: [['--token <token>', 'the token; without it, it is read from standard input']],
    load: () => import('./commands/login.js'),
  },
  { usage: 'logout', summary: 'forget the registry token', load: () => import('./commands/logout.js') },
  { usage: 'whoami', summary: 'who the registry takes you for', load: () => import('./commands/whoami.js') },
  {
    usage: 'plugin',
    summary: 'plugins',
    commands: [
      { usage: 'list', summary: 'the plugins of this project', load: () => import('./commands/plugin-list.js') },
      {
        usage: 'describe [dir]',
        summary: 'write the description files of a plugin package',
        load: () => import('./commands/plugin-describe.js'),
      },
    ],
  },
  {
    usage: 'registry',
    summary: 'the registry service',
    commands: [
      {
        usage: 'serve',
        summary: 'serve a registry with its API and web pages',
        options: [
          ['--port <n>', 'the port (default 7400; 0 for a free one)'],
          ['--host <address>', 'the address to listen on (default 127.0.0.1)'],
          ['--data <dir>', 'the folder of the embedded database (default .pipewright/registry)'],
          ['--database-url <url>', 'a PostgreSQL database instead'],
          ['--no-seed', 'do not publish the starter library into an empty registry'],
        ],
        load: () => import('./commands/registry-serve.js'),
      },
      {
        usage: 'token',
        summary: 'make an administrator’s token',
        options: [
          ['--name <name>', 'whose (default admin)'],
          ['--data <dir>', 'the folder of the embedded database (default .pipewright/registry)'],
          ['--database-url <url>', 'a PostgreSQL database instead'],
        ],
        load: () => import('./commands/registry-token.js'),
      },
    ],
  },
  { usage: 'budget', summary: 'accounts: spent, reserved, left', load: () => import('./commands/budget.js') },
  { usage: 'doctor', summary: 'what is missing on this machine and how to get it', load: () => import('./commands/doctor.js') },
]
