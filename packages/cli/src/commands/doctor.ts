import { access, constants, mkdir, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { satisfies } from 'semver'
import { PipewrightError, type Durability } from '@pipewright/kernel'
import { openProject, type Project } from '../project/open-project.js'
import { registryUrl } from '../registry/template-source.js'
import type { CommandContext, CommandRunner } from '../program.js'

interface Check {
  readonly name: string
  readonly status: 'ok' | 'warning' | 'broken'
  readonly message: string
  readonly hint?: string
}

const neededNode = '>=22.18'

export const run: CommandRunner = async (context) => {
  const { output } = context
  const { color } = output
  const checks: Check[] = [checkNode()]
  const project = await openProject(context).catch((error: unknown) => {
    checks.push(broken('project', error))
    return null
  })
  if (project) {
    try {
      checks.push({ name: 'project', status: 'ok', message: project.root })
      checks.push(
        await checkPlugins(project),
        ...(await checkProviders(project, context)),
        ...(await checkSecrets(project)),
        await checkState(project),
        await checkRegistry(project, context),
      )
    } finally {
      await project.close()
    }
  }
  const ok = checks.every((check) => check.status !== 'broken')
  output.result({ ok, checks })
  const marks = { ok: color.green('✓'), warning: color.yellow('!'), broken: color.red('✗') }
  for (const check of checks) {
    output.print(`${marks[check.status]} ${check.name}: ${check.message}`)
    if (check.hint !== undefined) output.print(`    ${color.cyan('→')} ${check.hint}`)
  }
  return ok ? 0 : 1
}

function checkNode(): Check {
  if (satisfies(process.versions.node, neededNode)) return { name: 'node', status: 'ok', message: process.versions.node }
  return {
    name: 'node',
    status: 'broken',
    message: `${process.versions.node}; ${neededNode} is needed`,
    hint: 'Install a current Node.js from https://nodejs.org.',
  }
}

async function checkPlugins(project: Project): Promise<Check> {
  try {
    await project.host.activateAll()
  } catch (error) {
    return broken('plugins', error)
  }
  const plugins = project.host.list()
  const slowest = plugins.toSorted((left, right) => (right.activationMs ?? 0) - (left.activationMs ?? 0))[0]
  return {
    name: 'plugins',
    status: 'ok',
    message: `${plugins.length} start (slowest: ${slowest?.name ?? ''}, ${Math.round(slowest?.activationMs ?? 0)} ms)`,
  }
}

/** Says whether a provider's key is there; never what it is. */
async function checkProviders(project: Project, { environment }: CommandContext): Promise<Check[]> {
  const checks: Check[] = []
  for (const plugin of project.host.list()) {
    const providers = plugin.contributes.filter(({ kind }) => kind === 'provider').map(({ id }) => id)
    const keys = plugin.permissions.environment.filter((name) => /^[A-Z0-9_]+_(?:KEY|TOKEN)$/.test(name))
    if (providers.length === 0) continue
    const commands = plugin.permissions.subprocesses.filter((name) => !name.startsWith('config:'))
    if (commands.length > 0) {
      checks.push(await checkCommands(providers.join(', '), commands, environment))
      continue
    }
    for (const key of keys) {
      // A plugin of several providers names each key after the one that it is for.
      const provider = providers.find((id) => key.startsWith(id.toUpperCase())) ?? providers.join(', ')
      checks.push(
        environment[key]
          ? { name: provider, status: 'ok', message: `${key} is set` }
          : {
              name: provider,
              status: 'warning',
              message: `${key} is not set`,
              hint: `Set it to use ${provider}; --provider simulated needs no key.`,
            },
      )
    }
  }
  return checks
}

/** Says whether a secret is where the configuration says; never what it is. */
function checkSecrets({ secrets }: Project): Promise<Check[]> {
  return Promise.all(
    secrets.names.map(async (secret): Promise<Check> => {
      const name = `secret ${secret}`
      try {
        await secrets.read(secret)
        return { name, status: 'ok', message: `found in ${secrets.placeOf(secret)}` }
      } catch (error) {
        return { ...broken(name, error), status: 'warning' }
      }
    }),
  )
}

/** Which of the commands that can answer as a model are there. */
async function checkCommands(name: string, commands: readonly string[], environment: CommandContext['environment']): Promise<Check> {
  const folders = (environment['PATH'] ?? '').split(delimiter)
  const isThere = async (command: string): Promise<boolean> => {
    const tries = folders.map((folder) =>
      access(join(folder, command), constants.X_OK).then(
        () => true,
        () => false,
      ),
    )
    return (await Promise.all(tries)).includes(true)
  }
  const there = await Promise.all(commands.map(isThere))
  const found = commands.filter((_, index) => there[index])
  return found.length > 0
    ? { name, status: 'ok', message: `${found.join(', ')} found` }
    : { name, status: 'warning', message: `none of ${commands.join(', ')} is installed`, hint: 'Install one to have it answer as a model.' }
}

const meanings: Readonly<Record<Durability, string>> = {
  full: 'survives a power cut',
  normal: 'survives the process, and may be lost with the power',
  none: 'ends with the process',
}

async function checkState(project: Project): Promise<Check> {
  try {
    await mkdir(project.state, { recursive: true })
    const probe = join(project.state, `.doctor-${process.pid}`)
    await writeFile(probe, '')
    await rm(probe)
    const { journal, durability } = await project.store()
    await journal.list(1)
    return { name: 'state', status: 'ok', message: `${project.state} (durability ${durability}: what is recorded ${meanings[durability]})` }
  } catch (error) {
    return broken('state', error)
  }
}

async function checkRegistry(project: Project, context: CommandContext): Promise<Check> {
  const url = registryUrl(context, project.config)
  if (url === undefined) return { name: 'registry', status: 'ok', message: 'none named; the built-in catalogue serves' }
  try {
    const response = await fetch(new URL('/v1/health', url), { signal: AbortSignal.timeout(5000) })
    if (response.ok) return { name: 'registry', status: 'ok', message: url }
    return {
      name: 'registry',
      status: 'warning',
      message: `${url} answers ${response.status}`,
      hint: 'Without it the built-in catalogue serves.',
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return {
      name: 'registry',
      status: 'warning',
      message: `${url} cannot be reached: ${reason}`,
      hint: 'Without it the built-in catalogue serves.',
    }
  }
}

function broken(name: string, error: unknown): Check {
  if (!PipewrightError.isInstance(error)) return { name, status: 'broken', message: error instanceof Error ? error.message : String(error) }
  return { name, status: 'broken', message: `${error.code}: ${error.message}`, hint: error.hint }
}
