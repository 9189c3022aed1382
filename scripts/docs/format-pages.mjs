import { configSchema } from '../../packages/cli/dist/project/config-schema.js'
import { documentSchema, manifestSchema, pipelineTestSchema } from '../../packages/kernel/dist/index.js'
import { page } from './markdown.mjs'
import { schemaTable } from './schema-table.mjs'

const keys =
  '`a.b` is a key in a map, `a[].b` one in each element of a list, `a.*.b` one under any name. A key that is not here is an error that names the nearest right one.'
const jsonSchemaOf = (schema) => schema.toJSONSchema({ io: 'input', unrepresentable: 'any' })
const tableOf = (schema) => schemaTable(jsonSchemaOf(schema))

export function pipelinePage() {
  const format = jsonSchemaOf(documentSchema)
  const { step, tool } = withoutNameless(format.$defs, format.$defs)
  const onlyOfTools = { ...tool, properties: { description: tool.properties.description, arguments: tool.properties.arguments } }
  return page(
    'Pipeline documents',
    'A pipeline is a YAML document of at most 1 MiB, usually `pipelines/NAME/pipeline.yaml`. `pipewright init` writes a JSON Schema of it with the options of the installed step types, so that an editor completes and checks it.',
    `[Pipelines](../pipelines.md) shows how steps are put together. What a step takes under \`with:\` is on the page of [the plugin](plugins/README.md) that it comes from. ${keys}`,
    schemaTable(format),
    '## Step',
    'Either `uses`, or `steps`, or `switch` says what it is; everything else goes with each of them, unless it says otherwise.',
    schemaTable(step),
    '## Tool',
    'A step in `tools:` is a step like any other, and tells the model of itself:',
    schemaTable(onlyOfTools),
    `## Templates

Every text under \`with:\` and \`outputs:\` is a [Liquid](https://liquidjs.com) template, and \`if:\` and \`for_each:\` are expressions of it.

| name | value |
| --- | --- |
| \`inputs.NAME\` | an input |
| \`variables.NAME\` | a variable |
| \`secrets.NAME\` | a secret of the project, under \`with:\` only |
| \`steps.ID.output\` | what a step gave; null if it was skipped |
| \`steps.ID.status\` | \`succeeded\` or \`skipped\` |
| \`steps.ID.error\` | the \`code\` and \`message\` of what had gone wrong, when \`on_error\` went on; else null |
| \`steps.ID.errors\` | for \`for_each\`: the same for each such item, with its \`index\` |
| \`item\`, \`index\` | inside \`for_each\`: the element, and its number from 0; \`as:\` gives the element another name too |
| \`loop.index\`, \`loop.output\` | inside \`while\` and \`until\`: how many turns are done, and what the last one gave; null before the first |
| \`arguments.NAME\` | inside a tool: what the model gave |
| \`error.code\`, \`error.message\` | inside \`on_error\`: what has gone wrong |
| \`run.id\`, \`run.started_at\` | the run |
| \`run.status\`, \`run.error\` | under \`finally:\`: \`succeeded\`, \`stopped\` or \`failed\`, and the \`code\` and \`message\`, or null |

- A text that is exactly one \`{{ expression }}\` keeps the type of its value: a list stays a list.
- Inside a longer text, lists and maps are written as JSON.
- A name that does not exist is an error before anything runs. A value that turns out to be missing is an error when it is rendered, unless \`{{ value | default: "…" }}\` says what stands in its place.
- Conditions take an empty text, 0 and null for no.
- \`.size\`, \`.first\` and \`.last\` work on lists and texts. \`include\`, \`render\` and \`layout\` find nothing.

Options that the step type marks as JSONata (the \`expression\` of \`transform\`) are not templates: data reaches them through the step's other options.`,
  )
}

export function configurationPage() {
  return page(
    'Configuration',
    '`pipewright.yaml` makes a folder a project: the nearest one upwards from where a command runs. Every key is optional, and the file may be empty.',
    keys,
    tableOf(configSchema),
    `## Environment

| variable | meaning |
| --- | --- |
| \`PIPEWRIGHT_REGISTRY\` | the registry to use, before the configuration's |
| \`PIPEWRIGHT_TOKEN\` | the registry token to use, before the one that \`login\` remembered |
| \`NO_COLOR\` | no colours |

Keys of providers are read from the variables that each [provider's page](plugins/README.md) names. They are never written anywhere.

## Secrets

\`\`\`yaml
secrets:
  SERVICE_TOKEN: { env: SERVICE_TOKEN }
  SIGNING_KEY: { file: ../keys/signing.pem }
\`\`\`

A template refers to one as \`{{ secrets.SERVICE_TOKEN }}\`, alone or in a longer text, and may put it through \`url_encode\` and \`base64_encode\`; any other filter is an error when the step runs. A pipeline reaches the secrets that are named here and nothing else of the environment; steps cannot read their files as files.

- A secret is read when a step first needs it, and given to that step. Conditions, other steps' \`with:\` and everything that is kept (journals, caches, reports, receipts) see a stand-in or \`[secret SERVICE_TOKEN]\`.
- What a step returns, says and fails with is searched for the secret: as it is, line by line, and as addresses, JSON and base64 write it. A step that turns it into something else (a hash, a part of it) can give that away, and what a step writes into a file or sends is its own.
- It has 4 to 16,384 characters; one line break at the end of a file does not count. A file that everybody on the machine can read is warned of.`,
  )
}

export function testsPage() {
  return page(
    'Test files',
    'The tests of a pipeline are the files `tests/*.test.yaml` beside its `pipeline.yaml`. `pipewright test` runs each on a copy of the folder, so that nothing a test writes stays. What a cassette holds is on the page of [the cassette provider](plugins/provider-cassette.md).',
    keys,
    tableOf(pipelineTestSchema),
    'An assertion passes when all of its matchers do. A path that does not exist fails it.',
  )
}

export function manifestPage() {
  return page(
    'Plugin manifest',
    'The `pipewright` block of a plugin’s `package.json`. It is read without running any of the plugin’s code. [Write a plugin](../write-a-plugin.md) makes one.',
    keys,
    tableOf(manifestSchema),
  )
}

/** What several places of a format share and nobody has named stands in each of them. */
function withoutNameless(node, definitions) {
  if (Array.isArray(node)) return node.map((one) => withoutNameless(one, definitions))
  if (typeof node !== 'object' || node === null) return node
  const name = /^#\/\$defs\/(__.*)$/.exec(node.$ref ?? '')?.[1]
  if (name !== undefined) return withoutNameless({ ...definitions[name], ...node, $ref: undefined }, definitions)
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withoutNameless(value, definitions)]))
}
