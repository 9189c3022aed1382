import { code, table } from './markdown.mjs'
import { schemaTable, wordTables } from './schema-table.mjs'

/** What a contribution is called in headings; GitHub makes its anchor of it. */
function heading({ kind, id }) {
  return `${kind.replace('-', ' ')} ${code(id)}`
}

export function anchor({ kind, id }) {
  return `${kind}-${id}`
}

/** One line on a contribution, from its description file. */
export function summaryOf(entry) {
  if (entry.kind === 'provider') return providerSummary(entry)
  return entry.summary ?? ''
}

/** All that its description file says of a contribution. */
export function contributionPart(entry) {
  const parts =
    { step: stepParts, 'genesis-stage': stageParts, guardrail: guardrailParts, provider: providerParts }[entry.kind]?.(entry) ?? []
  return [`## ${heading(entry)}`, summaryOf(entry), ...parts].filter((text) => text !== '').join('\n\n')
}

function stepParts({ input, output, deterministic, safeToRepeat, usesModel, effect, class: stepClass, ...more }) {
  const facts = table(
    ['what', 'answer'],
    [
      ['the same input gives the same output', deterministic ? 'yes' : 'no'],
      ['may be repeated after a crash', safeToRepeat ? 'yes' : 'only when a person says so'],
      ['asks a model', usesModel ? 'yes' : 'no'],
      ['does something beside returning a value', effect ? 'yes' : 'no'],
      ['class', stepClass],
      ...(more.usesTools ? [['a model can be given tools to call', 'yes']] : []),
      ...(more.usesSession ? [['can go on with a session', 'yes']] : []),
      ...(more.usesIdempotencyKey ? [['tells a service that it has been done before', 'yes']] : []),
      ...(more.sensitive ? [['decide what is done to the world', more.sensitive.map(code).join(', ')]] : []),
    ],
  )
  return [facts, schemaPart('Options, under `with:`', input), schemaPart('Output', output)]
}

function stageParts({ reads, writes, usesModel }) {
  return [usesModel ? 'It asks a model.' : 'It asks no model.', schemaPart('Reads', reads), schemaPart('Writes', writes)]
}

function guardrailParts({ phase, options }) {
  return [`Its phase is ${code(phase)}.`, schemaPart('Options', options)]
}

function providerParts({ hardCap, capabilities }) {
  const able = Object.entries({ tools: 'tools', images: 'images', documents: 'documents', outputSchema: 'answers that fit a schema' })
  const cap = hardCap ? 'yes, so budgets hold exactly' : 'no: its declared worst case is reserved, and it is cut off there'
  return [
    table(['what', 'answer'], [['keeps the output cap', cap], ...able.map(([key, name]) => [name, capabilities[key] ? 'yes' : 'no'])]),
  ]
}

function providerSummary({ id, origin, anyModel, pricing }) {
  if (origin === undefined) return ''
  const models = anyModel ? 'any model name' : 'models with a known price'
  return `Answers ${code(`${id}/MODEL`)} with answers of origin ${code(origin)}. It takes ${models}${pricing === 'free' ? ' and costs nothing' : ''}.`
}

function schemaPart(title, schema) {
  const text = [schema.description ?? '', schemaTable(schema), ...wordTables(schema)].filter((part) => part !== '').join('\n\n')
  return text === '' ? '' : `### ${title}\n\n${text}`
}
