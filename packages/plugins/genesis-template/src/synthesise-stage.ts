import { z } from 'zod'
import { parseDocument } from 'yaml'
import { defineStage } from '@pipewright/kernel'
import { deriveTests } from './derive-tests.js'
import { filledTemplate, packageFileShape, type Filled } from './shapes.js'
import { templateDocument } from './template-document.js'

/** Parts of a template that only help to find it. */
const onlyForSearch = ['also_called', 'examples', 'near_misses']

/** Writes the pipeline: the template's own text with the filled parameters in it, its documentation and its tests. */
export const synthesiseStage = defineStage({
  contract: 'v1',
  id: 'synthesise',
  summary: 'Writes the pipeline, its documentation and its tests, by code.',
  reads: z.strictObject({
    requirement: z.string().describe('What the person wrote.'),
    model: z.string().default('').describe('The model to run with, as provider/model; empty to keep the template’s.'),
    ...filledTemplate,
  }),
  writes: z.strictObject({
    name: z.string().describe('The name of the folder that it goes to.'),
    pipeline: z.string().describe('The text of the pipeline.'),
    files: z.array(packageFileShape).describe('All that is written, the pipeline included.'),
  }),
  usesModel: false,
  async run({ requirement, model, name, version, integrity, files, filled, defaulted, required }) {
    const short = name.split('/').at(-1) ?? name
    const template = files.find(({ path }) => path === 'pipeline.yaml')?.content ?? ''
    const pipeline = fillDocument(template, short, filled, model, `Made by genesis from ${name}@${version} for: ${requirement}`)
    const tests = deriveTests(files, templateDocument(files, name), filled)
    const readme = describe(files.find(({ path }) => path === 'README.md')?.content ?? '', {
      short,
      requirement,
      origin: `${name}@${version}`,
      integrity,
      filled,
      defaulted,
      required,
      dropped: tests.dropped,
    })
    const others = tests.files.filter(({ path }) => path !== 'pipeline.yaml' && path !== 'README.md')
    return {
      name: short,
      pipeline,
      files: [
        { path: 'pipeline.yaml', content: pipeline, encoding: 'utf8' as const },
        { path: 'README.md', content: readme, encoding: 'utf8' as const },
        ...others,
      ],
    }
  },
})

/** Edits the document itself, so that its comments, order and layout stay. */
function fillDocument(text: string, name: string, filled: readonly Filled[], model: string, comment: string): string {
  const document = parseDocument(text)
  document.set('pipeline', name)
  for (const { input, value } of filled) document.setIn(['inputs', input, 'default'], document.createNode(value))
  if (model !== '') document.setIn(['defaults', 'model'], model)
  for (const key of onlyForSearch) if (document.hasIn(['about', key])) document.deleteIn(['about', key])
  document.commentBefore = ` ${comment}`
  return document.toString({ lineWidth: 120 })
}

interface Facts {
  readonly short: string
  readonly requirement: string
  readonly origin: string
  readonly integrity: string
  readonly filled: readonly Filled[]
  readonly defaulted: readonly string[]
  readonly required: readonly string[]
  readonly dropped: readonly string[]
}

function describe(readme: string, { short, requirement, origin, integrity, filled, defaulted, required, dropped }: Facts): string {
  const rows = filled.map(
    ({ input, value, from, by }) =>
      `| ${input} | \`${JSON.stringify(value)}\` | ${by === 'answer' ? 'your answer' : `“${from.replaceAll('|', '\\|')}”`} |`,
  )
  const table =
    rows.length > 0
      ? ['| parameter | value | taken from |', '| --- | --- | --- |', ...rows].join('\n')
      : 'No parameter was filled from the requirement.'
  const run = `pipewright run pipelines/${short}/pipeline.yaml${required.map((input) => ` --input ${input}=…`).join('')}`
  return `# ${short}

Made by genesis, for this requirement:

> ${requirement}

It is the template ${origin} with these parameters:

${table}

${defaulted.length > 0 ? `Assumed: ${defaulted.join(', ')} keep the template's defaults.\n` : ''}${required.length > 0 ? `To be given when it runs: ${required.join(', ')}.\n` : ''}
Its tests are the template's own, which keep the template's values, and new ones with the values above.${dropped.length > 0 ? ` Left out, since the parameter is filled in now: ${dropped.join('; ')}.` : ''}

Maturity: **experimental**, until its tests, its use and people's reviews say more. Template integrity: \`${integrity}\`.

\`\`\`sh
${run}
pipewright test pipelines/${short}
\`\`\`

---

${readme.trim()}
`
}
