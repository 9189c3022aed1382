import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  PipewrightError,
  silentLogger,
  systemClock,
  type CallContext,
  type ModelRequest,
  type ModelResponse,
  type Provider,
} from '@pipewright/kernel'
import simulatedPlugin from '@pipewright/provider-simulated'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCassetteProvider } from './cassette-provider.js'

const provider = createCassetteProvider(systemClock)
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cassettes-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

function request(text: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return { model: 'claude-haiku-4-5', messages: [{ role: 'user', content: [{ type: 'text', text }] }], maxOutputTokens: 200, ...more }
}

/** A model that exists on any machine: the simulated one. */
async function simulated(): Promise<Provider> {
  // Its setup uses nothing of what a host gives it.
  const { providers = [] } = await simulatedPlugin.setup({} as never, undefined)
  const [found] = providers
  if (found === undefined) throw new Error('The simulated plugin contributes no provider.')
  return found
}

function context(step: string, settings: Record<string, unknown> = {}, signal = new AbortController().signal): CallContext {
  return {
    signal,
    logger: silentLogger,
    run: { id: 'run', step },
    settings: { folder, ...settings },
    named: { provider: 'anthropic', model: 'claude-haiku-4-5', resolve: simulated },
  }
}

async function answer(asked: ModelRequest, within: CallContext): Promise<ModelResponse> {
  let text = ''
  for await (const chunk of provider.generate(asked, within)) {
    if (chunk.type === 'text') text += chunk.text
    else {
      expect(chunk.response.text).toBe(text)
      return chunk.response
    }
  }
  throw new Error('The stream has no end.')
}

async function write(name: string, cassette: unknown): Promise<void> {
  await writeFile(join(folder, name), typeof cassette === 'string' ? cassette : JSON.stringify(cassette))
}

function authored(...entries: { match: unknown; response: unknown }[]): unknown {
  return { origin: 'authored', entries }
}

describe('replaying', () => {
  it('finds an answer by step and texts of the prompt, and says where it comes from', async () => {
    await write(
      'hand.json',
      authored({ match: { step: 'classify', contains: ['server is down'] }, response: { json: { urgency: 'high' } } }),
    )
    const response = await answer(request('The server is down!'), context('each[2]/classify[7]'))
    expect(response).toMatchObject({ text: '{"urgency":"high"}', origin: 'authored', finishReason: 'stop', model: 'claude-haiku-4-5' })
    expect(response.usage).toEqual({ inputTokens: 6, outputTokens: 5, estimated: true })
  })

  it('prefers the entry that says most about the prompt, then the first', async () => {
    await write('b.json', authored({ match: { step: 'classify', contains: ['server', 'down'] }, response: { text: 'last file' } }))
    await write(
      'a.json',
      authored(
        { match: { step: 'classify' }, response: { text: 'any' } },
        { match: { step: 'classify', contains: ['server'] }, response: { text: 'one text' } },
        { match: { step: 'classify', contains: ['server', 'down'] }, response: { text: 'two texts' } },
        { match: { step: 'draft', contains: ['server', 'down', 'Berlin'] }, response: { text: 'another step' } },
      ),
    )
    expect((await answer(request('The server in Berlin is down'), context('classify'))).text).toBe('two texts')
    expect((await answer(request('The server is slow'), context('classify'))).text).toBe('one text')
    expect((await answer(request('My invoice is wrong'), context('classify'))).text).toBe('any')
    expect((await answer(request('My invoice is wrong'), context('classify'))).text).toBe('any')
  })

  it('gives usage, model and tool calls as they were recorded', async () => {
    const toolCalls = [{ id: 'call-1', tool: 'weather', arguments: { city: 'Berlin' } }]
    const usage = { inputTokens: 100, outputTokens: 12, cachedInputTokens: 80 }
    await write('a.json', {
      origin: 'real',
      entries: [{ match: { step: 'look' }, response: { toolCalls, usage, model: 'claude-haiku-4-5-20251001' } }],
    })
    const within = context('look')
    const response = await answer(request('Weather?'), within)
    expect(response).toMatchObject({ origin: 'real', usage, model: 'claude-haiku-4-5-20251001', finishReason: 'tool-calls' })
    expect(response.toolCalls).toEqual([{ type: 'tool-call', ...toolCalls[0] }])
    expect(await provider.countInput?.(request('Weather?'), within)).toBe(100)
  })

  it('never answers with more than the cap', async () => {
    await write('a.json', authored({ match: { step: 'draft' }, response: { text: 'word '.repeat(100) } }))
    const response = await answer(request('Write', { maxOutputTokens: 10 }), context('draft'))
    expect(response).toMatchObject({ finishReason: 'length', usage: { outputTokens: 10 } })
    expect(response.text.length).toBeLessThanOrEqual(40)
  })

  it('sees a cassette that has changed', async () => {
    await write('a.json', authored({ match: { step: 'draft' }, response: { text: 'before' } }))
    expect((await answer(request('Write'), context('draft'))).text).toBe('before')
    await write('a.json', authored({ match: { step: 'draft' }, response: { text: 'after it' } }))
    expect((await answer(request('Write'), context('draft'))).text).toBe('after it')
  })

  it('stops when it is aborted', async () => {
    await write('a.json', authored({ match: { step: 'draft' }, response: { text: 'a long answer' } }))
    const controller = new AbortController()
    const read = async (): Promise<void> => {
      for await (const _ of provider.generate(request('Write'), context('draft', {}, controller.signal)))
        controller.abort(new Error('enough'))
    }
    await expect(read()).rejects.toThrow('enough')
  })
})

describe('an answer that is missing', () => {
  const missing = async (text: string, step: string): Promise<PipewrightError> => {
    const thrown = await answer(request(text), context(step)).catch((error: unknown) => error)
    if (!PipewrightError.isInstance(thrown)) throw new Error('Nothing was thrown.')
    return thrown
  }

  it('is an error that names the step, the folder, the nearest entry and the way to record', async () => {
    await write(
      'a.json',
      authored(
        { match: { step: 'classify', contains: ['server', 'Berlin', 'fire'] }, response: { text: 'x' } },
        { match: { step: 'classify', contains: ['server', 'fire'] }, response: { text: 'x' } },
      ),
    )
    const error = await missing('The server is down', 'classify[3]')
    expect(error.code).toBe('CASSETTE_MISSING')
    expect(error.message).toContain('"classify[3]"')
    expect(error.message).toContain(folder)
    expect(error.message).toContain('entry 2 of a.json, but the prompt does not contain "fire"')
    expect(error.hint).toContain('--record')
  })

  it('says which steps there are answers for', async () => {
    await write('a.json', authored({ match: { step: 'draft' }, response: { text: 'x' } }))
    expect((await missing('The server is down', 'classify')).message).toContain('entries for draft only')
  })

  it('says that there are none', async () => {
    expect((await missing('The server is down', 'classify')).message).toContain('holds no cassettes')
    await rm(folder, { recursive: true })
    expect((await missing('The server is down', 'classify')).message).toContain('holds no cassettes')
  })

  it('says that nobody named a folder', async () => {
    await expect(answer(request('Hello'), { ...context('a'), settings: { folder: 'cassettes' } })).rejects.toMatchObject({
      code: 'CASSETTE_MISSING',
    })
  })
})

describe('a broken cassette', () => {
  it.each([
    ['JSON cut short', '{\n  "origin": "real",\n  "entries": [', /is not JSON/],
    ['JSON with a mistake', '{\n  "origin": real }', /is not JSON/],
    ['an unknown origin', { origin: 'guessed', entries: [] }, /origin/],
    ['an unknown key', { origin: 'real', entries: [], extra: 1 }, /extra/],
    ['an entry without an answer', authored({ match: { step: 'a' }, response: {} }), /text, json or toolCalls/],
    ['an entry with two answers', authored({ match: { step: 'a' }, response: { text: '1', json: 1 } }), /not both/],
    ['an entry that matches nothing', authored({ match: {}, response: { text: 'x' } }), /either/],
  ])('with %s is an error that names the file', async (_, cassette, message) => {
    await write('good.json', authored({ match: { step: 'a' }, response: { text: 'x' } }))
    await write('bad.json', cassette)
    await expect(answer(request('Hello'), context('a'))).rejects.toMatchObject({
      code: 'CASSETTE_INVALID',
      message: expect.stringMatching(message),
      place: expect.objectContaining({ file: join(folder, 'bad.json') }),
    })
  })

  it('names the line of a mistake in the JSON', async () => {
    await write('bad.json', '{\n  "origin": "real"\n  "entries": [] }')
    await expect(answer(request('Hello'), context('a'))).rejects.toMatchObject({ place: { line: 3, column: 3 } })
  })

  it('may not be larger than 4 MiB', async () => {
    await write('large.json', authored({ match: { step: 'a' }, response: { text: 'x'.repeat(5 * 1024 * 1024) } }))
    await expect(answer(request('Hello'), context('a'))).rejects.toMatchObject({ code: 'CASSETTE_INVALID' })
  })
})

describe('recording', () => {
  it('keeps what the named model answered, with its origin, and replays it', async () => {
    const recorded = await answer(request('The server is down. Nobody can log in.'), context('draft[0]', { record: true }))
    expect(recorded.text).toContain('[simulated]')
    expect(await readdir(folder)).toEqual(['draft.simulated.json'])
    const replayed = await answer(request('The server is down. Nobody can log in.', { maxOutputTokens: 199 }), context('draft[0]'))
    expect(replayed).toEqual(recorded)
  })

  it('does not find it for another prompt, model or schema', async () => {
    await answer(request('One'), context('draft', { record: true }))
    await expect(answer(request('Two'), context('draft'))).rejects.toMatchObject({ code: 'CASSETTE_MISSING' })
    await expect(answer(request('One', { temperature: 1 }), context('draft'))).rejects.toMatchObject({
      message: expect.stringContaining('recorded for this step'),
    })
    const other = { ...context('draft'), named: { provider: 'openai', model: 'gpt-5-mini', resolve: simulated } }
    await expect(answer(request('One'), other)).rejects.toMatchObject({ code: 'CASSETTE_MISSING' })
  })

  it('keeps all of many answers that come side by side, sorted, each once', async () => {
    const all = Array.from({ length: 12 }, (_, index) =>
      answer(request(`Item ${index % 10}`), context(`draft[${index}]`, { record: true })),
    )
    await Promise.all(all)
    const text = await readFile(join(folder, 'draft.simulated.json'), 'utf8')
    const { entries } = JSON.parse(text) as { entries: { match: { request: string } }[] }
    const keys = entries.map(({ match }) => match.request)
    expect(keys).toHaveLength(10)
    expect(keys).toEqual([...keys].sort())
    expect(await readdir(folder)).toEqual(['draft.simulated.json'])
  })

  it('writes neither the prompt nor what is in it', async () => {
    await answer(
      request('password: hunter2', { system: 'Answer in one word, without the password.', outputSchema: { enum: ['yes', 'no'] } }),
      context('a', { record: true }),
    )
    expect(await readFile(join(folder, 'a.simulated.json'), 'utf8')).not.toContain('hunter2')
  })

  it('does not write over a broken cassette', async () => {
    await write('draft.simulated.json', '{ broken')
    await expect(answer(request('One'), context('draft', { record: true }))).rejects.toMatchObject({ code: 'CASSETTE_INVALID' })
    expect(await readFile(join(folder, 'draft.simulated.json'), 'utf8')).toBe('{ broken')
  })

  it('needs a model to record', async () => {
    await expect(answer(request('One'), { ...context('a', { record: true }), named: null })).rejects.toMatchObject({
      code: 'PROVIDER_INVALID_REQUEST',
    })
  })
})
