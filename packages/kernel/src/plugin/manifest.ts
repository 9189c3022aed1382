import { z } from 'zod'

/** The kinds of things that plugins contribute. */
export const contributionKinds = ['provider', 'step', 'guardrail', 'genesis-stage', 'store'] as const
export type ContributionKind = (typeof contributionKinds)[number]

/** The contract versions that this kernel accepts for each kind: the newest and, once there is one, the one before. */
export const contractVersions: Readonly<Record<ContributionKind, readonly string[]>> = {
  provider: ['v1'],
  step: ['v1'],
  guardrail: ['v1'],
  'genesis-stage': ['v1'],
  store: ['v1'],
}

const identifier = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9_-]*$/, 'lower-case letters, digits, - and _')

export const contributionSchema = z.strictObject({
  kind: z.enum(contributionKinds),
  id: identifier,
  contract: z.string(),
  /**
   * A JSON file in the package that describes the contribution (`StepDescription` and its siblings), so that it can be
   * checked without running the plugin's code. `pipewright plugin describe` writes it. Without it the plugin is loaded
   * as soon as its description is needed.
   */
  description: z.string().optional(),
})

const configKey = String.raw`config:[\w-]+(\.([\w-]+|\*))*`
const host = z
  .string()
  .max(300)
  .regex(
    new RegExp(String.raw`^(\*|(\*\.)?[\w-]+(\.[\w-]+)*|\[[0-9a-fA-F:.]+\]|${configKey})$`),
    'a host name without scheme, port and path, *.host, * or config:KEY',
  )
const variable = z
  .string()
  .max(200)
  .regex(new RegExp(`^([A-Za-z_][A-Za-z0-9_]*|${configKey})$`), 'the name of an environment variable, or config:KEY')

export const permissionsSchema = z.strictObject({
  /** Hosts that `ctx.fetch` may reach: names, `*.example.com`, `*` for any, `config:KEY` for the host of a configured URL. */
  network: z.array(host).default([]),
  /** Environment variables that `ctx.secret` may read; `config:KEY` for the name, or list of names, that a configuration key gives (`config:a.*.b`: b of each in a). */
  environment: z.array(variable).default([]),
  /** `project`: reads and writes files of the project. `state`: writes the project's state folder. */
  files: z.array(z.enum(['project', 'state'])).default([]),
  /** Commands that it starts; `config:KEY` for what a configuration key names. */
  subprocesses: z.array(z.string()).default([]),
})

/** The static `pipewright` block of a plugin's package.json. */
export const manifestSchema = z.strictObject({
  /** The kernel versions that the plugin works with, as a semver range. */
  kernel: z.string(),
  contributes: z.array(contributionSchema).min(1).max(100),
  /** Other plugins that have to be active before, by package name, with a semver range. */
  requires: z.record(z.string(), z.string()).default({}),
  /** A JSON Schema file of the plugin's configuration, for editors. */
  config: z.string().optional(),
  permissions: permissionsSchema.default({ network: [], environment: [], files: [], subprocesses: [] }),
})

export type Contribution = z.infer<typeof contributionSchema>
export type Permissions = z.infer<typeof permissionsSchema>

/** A plugin's manifest with what the rest of package.json adds to it. */
export interface Manifest extends z.infer<typeof manifestSchema> {
  readonly name: string
  readonly version: string
}
