import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sendEvents, startWireServer } from '@pipewright/kernel/conformance'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createProject, pipewright, pipewrightJson } from '../support/command-line.js'

interface Tour {
  readonly genesis: { readonly status: string; readonly source: string; readonly template: { readonly name: string } | null }
  readonly run: {
    readonly status: string
    readonly origin: string | null
    readonly outputs: Readonly<Record<string, unknown>>
    readonly usage: { readonly calls: number }
  } | null
}

const orders = await readFile(join(import.meta.dirname, '../../examples/orders.csv'), 'utf8')
const patience = { timeout: 90_000 }

describe('the tour, which `npm start` takes', patience, () => {
  test('starts a registry, has a pipeline made over HTTP, and runs it on the example; again without seeding anew', async () => {
    const cwd = await createProject({ 'examples/orders.csv': orders })
    const { code, stdout, stderr } = await pipewright(['tour'], { cwd })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/http:\/\/127\.0\.0\.1:\d+ serves 8 packages/)
    for (const shown of [
      '→  1.00  @pipewright/csv-clean',
      '✓ syntax   ✓ semantic   ✓ logical   ✓ performance   ✓ quality',
      'Tests  13 passed, 0 failed',
      'notes (prompt · anthropic/claude-haiku-4-5; if inputs.notes',
      'No API key is set',
      'rows: 50',
      'SIMULATED answers: no real model was asked',
      'What to try next',
    ])
      expect(stdout).toContain(shown)

    const again = await pipewrightJson<Tour>(['tour'], { cwd })
    expect(again.code).toBe(0)
    expect(again.document.genesis).toMatchObject({ status: 'created', template: { name: '@pipewright/csv-clean' } })
    expect(again.document.genesis.source).toMatch(/^http:\/\/127\.0\.0\.1:/)
    expect(again.document.run).toMatchObject({ status: 'succeeded', origin: 'simulated', outputs: { rows: 50, rows_after: 48 } })
    // What stood there from the first time is left alone.
    expect((await stat(join(cwd, 'pipelines', 'csv-clean-2', 'pipeline.yaml'))).isFile()).toBe(true)
  })

  test('runs on the template’s own sample when the requirement names no file', async () => {
    const { document } = await pipewrightJson<Tour>(['tour', 'what is the mood of our customer reviews?'], { cwd: await createProject() })
    expect(document).toMatchObject({
      genesis: { template: { name: '@pipewright/sentiment-report' } },
      run: { status: 'succeeded', origin: 'simulated' },
    })
  })

  test('makes and runs nothing when no template fits', async () => {
    const cwd = await createProject()
    const { code, document } = await pipewrightJson<Tour>(['tour', 'book me a flight to lisbon with a window seat'], { cwd })
    expect({ code, document }).toMatchObject({ code: 1, document: { genesis: { status: 'no-match', template: null }, run: null } })
    await expect(stat(join(cwd, 'pipelines'))).rejects.toThrow('ENOENT')
  })

  test('asks the real provider where there is a key, and says so beforehand', async () => {
    // Stands in for the Messages API: no model is behind it.
    const server = await startWireServer((response) => {
      sendEvents(response, messagesApi('{"summary":"It is fine.","issues":[]}'))
      response.end()
    })
    onTestFinished(() => server.close())
    const cwd = await createProject({
      'pipewright.yaml': `providers: { anthropic: { baseUrl: "${server.url}" } }\n`,
      'examples/orders.csv': orders,
    })
    const environment = { ANTHROPIC_API_KEY: 'sk-ant-for-a-stand-in' }
    const { code, stdout } = await pipewright(['tour'], { cwd, environment })
    expect(code).toBe(0)
    expect(stdout).toContain('ANTHROPIC_API_KEY is set: model calls go to Anthropic and cost real money.')
    expect(stdout).toContain('It is fine.')
    expect(stdout).not.toContain('for-a-stand-in')
    expect(server.requests.map(({ body }) => (body as { model: string }).model)).toEqual(['claude-haiku-4-5'])
  })
})

/** An answer in the events of the Messages API's stream. */
function messagesApi(text: string): { readonly event: string; readonly data: unknown }[] {
  const usage = { input_tokens: 100, output_tokens: 20 }
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-haiku-4-5', content: [], stop_reason: null, usage }
  const events = [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 20 } },
    { type: 'message_stop' },
  ]
  return events.map((data) => ({ event: data.type, data }))
}
