import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PipewrightError, silentLogger, type CallContext, type ModelRequest, type ModelResponse, type Provider } from '@pipewright/kernel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { commandConfigSchema, type commandSchema } from './command-config.js'
import { createCommandProvider } from './command-provider.js'
import { LiveCommands } from './live-commands.js'

const script = fileURLToPath(new URL('fixtures/fake-model.mjs', import.meta.url))
const environment = { PATH: process.env['PATH'], HOME: '/home/somebody', API_KEY: 'abcdef-the-key', OTHER_KEY: 'not given' }
const live = new LiveCommands()
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'command-test-'))
})
afterEach(async () => {
  await live.stopAll()
  await rm(folder, { recursive: true, force: true })
})

/** A provider whose command `fake` is a script that only stands in for a model. */
function fake(behaviour: string[], more: Partial<z.input<typeof commandSchema>> = {}): Provider {
  const config = commandConfigSchema.parse({ commands: { fake: { command: [process.execPath, script, ...behaviour], ...more } } })
  return createCommandProvider(config, (name) => environment[name as keyof typeof environment], live)
}

function request(text: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return { model: 'fake', messages: [{ role: 'user', content: [{ type: 'text', text }] }], maxOutputTokens: 1_000, ...more }
}

function context(signal = new AbortController().signal): CallContext {
  return { signal, logger: silentLogger, run: { id: 'run', step: 'step' }, settings: {}, named: null }
}

async function answer(provider: Provider, asked: ModelRequest, signal?: AbortSignal): Promise<ModelResponse & { texts: string[] }> {
  const texts: string[] = []
  for await (const chunk of provider.generate(asked, context(signal))) {
    if (chunk.type === 'text') texts.push(chunk.text)
    else {
      expect(texts.join('')).toBe(chunk.response.text)
      return { ...chunk.response, texts }
    }
  }
  throw new Error('The stream has no end.')
}

async function failure(provider: Provider, asked: ModelRequest = request('Hello')): Promise<PipewrightError> {
  const thrown = await answer(provider, asked).catch((error: unknown) => error)
  if (!PipewrightError.isInstance(thrown)) throw new Error(`Nothing was thrown, or something else: ${String(thrown)}`)
  return thrown
}

/** Whether anything still writes to a file. */
async function isGrowing(file: string): Promise<boolean> {
  if (!existsSync(file)) return false
  const before = (await readFile(file)).length
  await new Promise((resolve) => setTimeout(resolve, 300))
  return (await readFile(file)).length > before
}

describe('asking', () => {
  it('gives the prompt on standard input and takes the answer from standard output', async () => {
    const prompt = 'Say "$(whoami)" & `id`; then\nstop. ' + 'A long prompt. '.repeat(20_000)
    const response = await answer(fake(['echo']), request(prompt, { maxOutputTokens: 1_000_000 }))
    expect(response.text).toBe(prompt.trim())
    expect(response).toMatchObject({ finishReason: 'stop', origin: 'real', model: 'fake', toolCalls: [] })
    expect(response.usage.estimated).toBe(true)
  })

  it('gives system text and a conversation as plain text', async () => {
    const text = (text: string): { type: 'text'; text: string } => ({ type: 'text', text })
    const messages: ModelRequest['messages'] = [
      { role: 'user', content: [text('What is 2 + 2?')] },
      { role: 'assistant', content: [text('4')] },
      { role: 'user', content: [text('And twice that?')] },
    ]
    const response = await answer(fake(['echo']), request('', { system: 'Be brief.', messages }))
    expect(response.text).toBe('Be brief.\n\n[user]\nWhat is 2 + 2?\n\n[assistant]\n4\n\n[user]\nAnd twice that?')
  })

  it('passes the answer on as it comes', async () => {
    const response = await answer(fake(['lines', 'one', 'two', 'three']), request('Count'))
    expect(response.text).toBe('one\ntwo\nthree')
    expect(response.texts.length).toBeGreaterThan(1)
  })

  it('does not mind a command that does not read its input', async () => {
    const response = await answer(fake(['ignore-input']), request('A long prompt. '.repeat(50_000)))
    expect(response.text).toBe('I did not listen.')
  })

  it('runs in an empty temporary folder that is gone afterwards, with only the environment it is given', async () => {
    const response = await answer(fake(['about'], { environment: ['API_KEY', 'NOT_SET'] }), request('Where are you?'))
    const about = JSON.parse(response.text) as { folder: string; environment: Record<string, string> }
    expect(about.folder.startsWith(tmpdir())).toBe(true)
    expect(existsSync(about.folder)).toBe(false)
    const { __CF_USER_TEXT_ENCODING: _, ...given } = about.environment
    expect(given).toEqual({ PATH: environment.PATH, HOME: '/home/somebody', API_KEY: 'abcdef-the-key' })
  })

  it('refuses what text cannot say', async () => {
    const image = request('', { messages: [{ role: 'user', content: [{ type: 'image', mediaType: 'image/png', base64: '' }] }] })
    expect(await failure(fake(['echo']), image)).toMatchObject({
      code: 'PROVIDER_INVALID_REQUEST',
      message: expect.stringContaining('images'),
    })
    const tools = request('Hello', { tools: [{ name: 'look', description: '', input: {} }] })
    expect(await failure(fake(['echo']), tools)).toMatchObject({
      code: 'PROVIDER_INVALID_REQUEST',
      message: expect.stringContaining('tools'),
    })
  })
})

describe('a model’s name', () => {
  it('becomes one argument', async () => {
    const provider = fake(['about'], { modelArguments: ['--model', '{model}'] })
    const response = await answer(provider, request('Hello', { model: 'fake:llama3.2:1b' }))
    expect(JSON.parse(response.text)).toMatchObject({ arguments: ['--model', 'llama3.2:1b'] })
  })

  it.each(['--help', '-x', 'a b', 'a;b', '$(id)', '', 'x'.repeat(300)])('may not be %j', async (model) => {
    const provider = fake(['about'], { modelArguments: ['--model', '{model}'] })
    expect(await failure(provider, request('Hello', { model: `fake:${model}` }))).toMatchObject({ code: 'PROVIDER_INVALID_REQUEST' })
  })

  it('is asked for, or refused, as the command needs it', async () => {
    const needs = fake(['about', '{model}'])
    expect((await failure(needs)).hint).toContain('command/fake:MODEL')
    expect((await failure(fake(['about']), request('Hello', { model: 'fake:large' }))).message).toContain('takes no model')
  })

  it('has to be an argument of its own in the configuration', () => {
    expect(commandConfigSchema.safeParse({ commands: { a: { command: ['llm', '--model={model}'] } } }).success).toBe(false)
  })
})

describe('JSON', () => {
  const outputSchema = { type: 'object', properties: { urgency: { enum: ['low', 'high'] } }, required: ['urgency'] }

  it.each([
    ['alone', '{"urgency": "high"}'],
    ['in a fence', 'Sure! Here it is:\n```json\n{"urgency": "high"}\n```\nAnything else?'],
    ['in prose', 'As [1] says, the answer is {"urgency": "high"}, I think {really}.'],
  ])('is taken out of an answer where it stands %s', async (_, said) => {
    const response = await answer(fake(['say', said]), request('How urgent?', { outputSchema }))
    expect(response).toMatchObject({ text: '{"urgency":"high"}', finishReason: 'stop' })
  })

  it('is asked for with its schema', async () => {
    const { text } = await answer(fake(['echo']), request('How urgent?', { outputSchema }))
    expect(JSON.parse(text)).toEqual(outputSchema)
  })

  it('that is missing is an error that may be tried again', async () => {
    expect(await failure(fake(['say', 'I would rather not.']), request('How urgent?', { outputSchema }))).toMatchObject({
      code: 'PROVIDER_BAD_RESPONSE',
      retryable: true,
    })
  })
})

describe('a report in JSON', () => {
  const report = {
    answer: 'result',
    error: 'is_error',
    inputTokens: ['usage.input_tokens', 'usage.cached'],
    outputTokens: ['usage.output_tokens'],
  }
  const reporting = (said: unknown): Provider => fake(['say', JSON.stringify(said)], { format: 'json', report })

  it('gives the answer and what the command says that it used', async () => {
    const response = await answer(
      reporting({ result: 'Hello.', is_error: false, usage: { input_tokens: 12, cached: 30, output_tokens: 3 } }),
      request('Hi'),
    )
    expect(response.text).toBe('Hello.')
    expect(response.usage).toEqual({ inputTokens: 42, outputTokens: 3 })
  })

  it('without usage leaves it to be counted', async () => {
    const response = await answer(reporting({ result: 'Hello there.' }), request('Hi there, how are you?'))
    expect(response.usage).toEqual({ inputTokens: 7, outputTokens: 3, estimated: true })
  })

  it('that says it failed is a failure', async () => {
    expect(await failure(reporting({ is_error: true, result: 'Invalid API key · Please run /login' }))).toMatchObject({
      code: 'PROVIDER_AUTH',
    })
  })

  it('that is none is an error', async () => {
    expect(await failure(fake(['say', 'Hello.'], { format: 'json', report }))).toMatchObject({ code: 'PROVIDER_BAD_RESPONSE' })
    expect(await failure(reporting({ answer: 'Hello.' }))).toMatchObject({
      code: 'PROVIDER_BAD_RESPONSE',
      message: expect.stringContaining('"result"'),
    })
  })
})

describe('the cap', () => {
  it('cuts the answer off and ends the command', async () => {
    const file = join(folder, 'alive')
    const response = await answer(fake(['linger-politely', file]), request('Talk', { maxOutputTokens: 2 }))
    expect(response).toMatchObject({ text: 'I begin', finishReason: 'length', usage: { outputTokens: 2, estimated: true } })
    expect(await isGrowing(file)).toBe(false)
  })

  it('cuts JSON too, and says so', async () => {
    const response = await answer(
      fake(['say', '{"a":"one two three four five six"}']),
      request('Talk', { maxOutputTokens: 3, outputSchema: {} }),
    )
    expect(response.finishReason).toBe('length')
    expect(response.usage.outputTokens).toBe(3)
  })

  it('does not cut characters in half', async () => {
    const response = await answer(fake(['say', '👩‍🚀🧑🏽‍🔬𓂀𓆣']), request('Talk', { maxOutputTokens: 4 }))
    expect(response.text).not.toContain('\uFFFD')
  })

  it('is found quickly in text without an end', async () => {
    const response = await answer(fake(['echo']), request('a'.repeat(100_000), { maxOutputTokens: 1_000_000 }))
    expect(response.text).toHaveLength(100_000)
    expect(response.usage.outputTokens).toBeLessThan(100_000)
  })

  it('on all output is 4 MiB', async () => {
    expect(await failure(fake(['flood']), request('Talk', { maxOutputTokens: 100_000_000, outputSchema: {} }))).toMatchObject({
      code: 'PROVIDER_BAD_RESPONSE',
      retryable: false,
    })
  })
})

describe('failures', () => {
  it.each([
    ['Error 429: Too Many Requests', 'PROVIDER_RATE_LIMITED'],
    ['the model is overloaded (529)', 'PROVIDER_OVERLOADED'],
    ['Invalid API key. Please log in.', 'PROVIDER_AUTH'],
    ['prompt is too long: 210000 tokens', 'PROVIDER_CONTEXT_TOO_LONG'],
    ['connect ECONNREFUSED 127.0.0.1:11434', 'PROVIDER_NETWORK'],
    ["model 'llama9' not found, try pulling it first", 'PROVIDER_INVALID_REQUEST'],
    ['Segmentation fault', 'PROVIDER_BAD_RESPONSE'],
    ['', 'PROVIDER_BAD_RESPONSE'],
  ])('with %j on standard error are %s', async (said, code) => {
    const error = await failure(fake(['fail', '3', said]))
    expect(error.code).toBe(code)
    expect(error.message).toContain('ended with code 3')
    expect(error.message).toContain(said.slice(0, 20))
  })

  it('never show keys', async () => {
    const error = await failure(
      fake(['fail', '1', 'key abcdef-the-key, sk-ant-REDACTED and Bearer eyJhbGciOi.x refused'], { environment: ['API_KEY'] }),
    )
    const shown = JSON.stringify([error.message, error.hint, error.details])
    expect(shown).not.toMatch(/abcdef-the-key|sk-ant-api03|eyJhbGciOi/)
    expect(shown).toContain('[redacted]')
  })

  it('keep the first 2 KB of what was said', async () => {
    const error = await failure(fake(['fail-loudly']))
    expect(JSON.stringify(error.details).length).toBeLessThan(2_200)
  })

  it('of a command that prints nothing are errors', async () => {
    expect(await failure(fake(['say', '']))).toMatchObject({
      code: 'PROVIDER_BAD_RESPONSE',
      message: expect.stringContaining('printed nothing'),
    })
  })

  it('of a command that is not there say how to get it', async () => {
    const none = createCommandProvider(commandConfigSchema.parse({}), () => '/nowhere', live)
    const claude = await failure(none, request('Hello', { model: 'claude:sonnet' }))
    expect(claude).toMatchObject({ code: 'PROVIDER_INVALID_REQUEST', hint: expect.stringContaining('npm install -g') })
    const unknown = await failure(none, request('Hello', { model: 'clod' }))
    expect(unknown).toMatchObject({ code: 'PROVIDER_INVALID_REQUEST', hint: expect.stringContaining('claude, codex, gemini, llm, ollama') })
    expect(await failure(none, request('Hello', { model: 'constructor' }))).toMatchObject({ code: 'PROVIDER_INVALID_REQUEST' })
  })
})

describe('ending', () => {
  it('an aborted call ends the command and its children', async () => {
    const file = join(folder, 'alive')
    const controller = new AbortController()
    const reason = new Error('no longer needed')
    const read = async (): Promise<void> => {
      for await (const _ of fake(['linger', file]).generate(request('Talk'), context(controller.signal))) controller.abort(reason)
    }
    await expect(read()).rejects.toBe(reason)
    expect(await isGrowing(file)).toBe(false)
  })

  it('a call aborted before it begins starts nothing', async () => {
    const file = join(folder, 'alive')
    await expect(answer(fake(['linger', file]), request('Talk'), AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late')
    expect(existsSync(file)).toBe(false)
  })

  it('a call that takes too long ends with an error, and the command with it', async () => {
    const file = join(folder, 'alive')
    expect(await failure(fake(['linger-politely', file], { timeoutMs: 700 }))).toMatchObject({ code: 'PROVIDER_TIMEOUT', retryable: true })
    expect(await isGrowing(file)).toBe(false)
  })

  it('a reader that stops reading ends the command', async () => {
    const file = join(folder, 'alive')
    for await (const _ of fake(['linger-politely', file]).generate(request('Talk'), context())) break
    expect(await isGrowing(file)).toBe(false)
  })

  it('a command that leaves a child behind does not keep it', async () => {
    const file = join(folder, 'alive')
    expect((await answer(fake(['leave-child', file]), request('Talk'))).text).toBe('Done.')
    expect(await isGrowing(file)).toBe(false)
  })

  it('disposing the plugin ends what is running', async () => {
    const file = join(folder, 'alive')
    const stream = fake(['linger-politely', file]).generate(request('Talk'), context())[Symbol.asyncIterator]()
    await stream.next()
    const rest = stream.next()
    await live.stopAll()
    await expect(rest).rejects.toMatchObject({ code: 'PROVIDER_BAD_RESPONSE', message: expect.stringContaining('was ended by') })
    expect(await isGrowing(file)).toBe(false)
  })
})
