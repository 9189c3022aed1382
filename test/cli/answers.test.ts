import { symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createProject, pipewright, pipewrightJson } from '../support/command-line.js'

interface Run {
  readonly runId: string
  readonly status: string
  readonly outputs: Readonly<Record<string, unknown>>
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null
  readonly questions: readonly { readonly step: string; readonly kind: string; readonly message: string; readonly schema?: object }[]
}

/** A plugin whose step asks for a value. */
const askPlugin = {
  'node_modules/asker/package.json': JSON.stringify({
    name: 'asker',
    version: '1.0.0',
    type: 'module',
    exports: './index.js',
    pipewright: { kernel: '*', contributes: [{ kind: 'step', id: 'ask', contract: 'v1' }] },
  }),
  'node_modules/asker/index.js': `
import { z } from 'zod'
const ask = {
  contract: 'v1', id: 'ask', summary: 'Asks.', class: 'analysis', deterministic: false, safeToRepeat: true, usesModel: false, effect: true,
  input: z.strictObject({ message: z.string(), schema: z.record(z.string(), z.unknown()).optional() }), output: z.unknown(),
  run: async ({ message, schema }, context) => (await context.ask({ kind: 'input', message, ...(schema ? { schema } : {}) })).value,
}
export default { setup: () => ({ steps: [ask] }) }
`,
}

const asking = (schema = ''): string => `pipeline: asking
steps: [{ id: ask, uses: ask, with: { message: 'How many?'${schema === '' ? '' : `, schema: ${schema}`} } }]
outputs: { value: '{{ steps.ask.output }}' }
`
const approving = `pipeline: approving
steps: [{ id: ask, uses: approval, with: { message: 'Go?' } }]
outputs: { approved: '{{ steps.ask.output.approved }}' }
`

/** A project whose one pipeline has paused to ask. */
async function paused(document: string, files: Readonly<Record<string, string>> = {}): Promise<{ cwd: string; run: Run }> {
  const cwd = await createProject({ ...askPlugin, 'pipewright.yaml': 'plugins: [asker]\n', 'p.yaml': document, ...files })
  const kernel = createRequire(import.meta.url).resolve('@pipewright/kernel/package.json')
  await symlink(dirname(createRequire(kernel).resolve('zod/package.json')), join(cwd, 'node_modules', 'zod'))
  const { code, document: run } = await pipewrightJson<Run>(['run', 'p.yaml'], { cwd })
  expect({ code, status: run.status }).toEqual({ code: 6, status: 'paused' })
  return { cwd, run }
}

describe('a run that asks for a value', () => {
  test('says so with what fits, and goes on with the value', async () => {
    const { cwd, run } = await paused(asking('{ type: integer }'))
    expect(run.questions).toEqual([{ step: 'ask', kind: 'input', message: 'How many?', schema: { type: 'integer' } }])
    expect((await pipewright(['runs', 'show', run.runId], { cwd })).stdout).toContain(`answer ${run.runId} --value`)
    const answered = await pipewrightJson<Run>(['answer', run.runId, '--value', '5'], { cwd })
    expect(answered).toMatchObject({ code: 0, document: { status: 'succeeded', outputs: { value: 5 } } })
  })

  test('takes text as it is, and data from a file', async () => {
    const text = await paused(asking())
    const answered = await pipewrightJson<Run>(['answer', text.run.runId, '--value', '5', '--step', 'ask'], { cwd: text.cwd })
    expect(answered.document.outputs).toEqual({ value: '5' })
    const data = await paused(asking('{ type: array, items: { type: string } }'), { 'names.yaml': '[Ada, Grace]\n' })
    const read = await pipewrightJson<Run>(['answer', data.run.runId, '--value', '@names.yaml'], { cwd: data.cwd })
    expect(read.document.outputs).toEqual({ value: ['Ada', 'Grace'] })
  })

  test('takes no value that does not fit, and none at all for one; it waits on', async () => {
    const { cwd, run } = await paused(asking('{ type: integer }'))
    const wrong = await pipewrightJson<Run>(['answer', run.runId, '--value', 'five'], { cwd })
    expect(wrong).toMatchObject({
      code: 3,
      document: { error: { code: 'ANSWER_INVALID', message: expect.stringContaining('integer') as string } },
    })
    const none = await pipewright(['answer', run.runId], { cwd })
    expect(none.code).toBe(2)
    expect(none.stderr).toContain('How many?')
    const yes = await pipewrightJson<Run>(['approve', run.runId], { cwd })
    expect(yes).toMatchObject({ code: 3, document: { error: { hint: expect.stringContaining(`answer ${run.runId} --value`) as string } } })
    expect(await pipewrightJson<Run>(['answer', run.runId, '--value', '5'], { cwd })).toMatchObject({ code: 0 })
  })
})

describe('a run that asks for a yes or a no', () => {
  test('takes no value for one, and says what it takes', async () => {
    const { cwd, run } = await paused(approving)
    for (const args of [[], ['--value', 'yes']]) {
      const wrong = await pipewrightJson<Run>(['answer', run.runId, ...args], { cwd })
      expect(wrong).toMatchObject({ code: 3, document: { error: { hint: expect.stringContaining(`approve ${run.runId}`) as string } } })
    }
    expect(await pipewrightJson<Run>(['reject', run.runId], { cwd })).toMatchObject({ code: 5 })
  })

  test('takes one answer of two that are given at the same time', async () => {
    const { cwd, run } = await paused(approving)
    const both = await Promise.all([1, 2].map(() => pipewrightJson<Run>(['approve', run.runId], { cwd })))
    expect(both.map(({ code }) => code).toSorted((left, right) => left - right)).toEqual([0, 1])
    expect(both.find(({ code }) => code === 1)?.document.error).toMatchObject({ code: 'RUN_NOT_WAITING' })
  })
})
