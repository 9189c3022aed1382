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
  kind: z.enum(contributionKinds).describe('What kind of thing it is.'),
  id: identifier.describe('Its name, unique among all of its kind in a project.'),
  contract: z.string().describe('The version of the kind’s contract that it keeps; now v1 for each.'),
  description: z
    .string()
    .optional()
    .describe(
      'A JSON file in the package that describes it, so that it can be checked without running code; `pipewright plugin describe` writes it. Without one the plugin is loaded as soon as somebody asks what it offers.',
    ),
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
  network: z
    .array(host)
    .default([])
    .describe('Hosts that its fetch may reach: a name, `*.example.com`, `*` for any, `config:KEY` for the host of a configured URL.'),
  environment: z
    .array(variable)
    .default([])
    .describe(
      'Environment variables that it may read as secrets: a name, or `config:KEY` for the name, or list of names, that a configuration key gives (`config:a.*.b`: b of each in a).',
    ),
  files: z
    .array(z.enum(['project', 'state']))
    .default([])
    .describe('project: it reads and writes files of the project. state: it writes the project’s state folder.'),
  subprocesses: z.array(z.string()).default([]).describe('Commands that it starts; `config:KEY` for what a configuration key names.'),
})

/** The static `pipewright` block of a plugin's package.json. */
export const manifestSchema = z.strictObject({
  kernel: z.string().describe('The kernel versions that it works with, as a semver range.'),
  contributes: z.array(contributionSchema).min(1).max(100).describe('Everything that it contributes; its code returns exactly this.'),
  requires: z
    .record(z.string(), z.string())
    .default({})
    .describe('Other plugins that have to be active before it, by package name, each with a semver range.'),
  config: z.string().optional().describe('A JSON file with the JSON Schema of its configuration; `pipewright plugin describe` writes it.'),
  permissions: permissionsSchema
    .default({ network: [], environment: [], files: [], subprocesses: [] })
    .describe('What it may reach. Everything else is refused.'),
})

export type Contribution = z.infer<typeof contributionSchema>
export type Permissions = z.infer<typeof permissionsSchema>

/** A plugin's manifest with what the rest of package.json adds to it. */
export interface Manifest extends z.infer<typeof manifestSchema> {
  readonly name: string
  readonly version: string
}
