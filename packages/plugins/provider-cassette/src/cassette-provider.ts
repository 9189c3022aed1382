import { isAbsolute } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  boundInputTokens,
  PipewrightError,
  type CallContext,
  type Clock,
  type ModelChunk,
  type ModelRequest,
  type ModelResponse,
  type Provider,
} from '@pipewright/kernel'
import { z } from 'zod'
import { findEntry, nearestEntry, type Wanted } from './find-entry.js'
import { readCassettes } from './read-cassettes.js'
import { recordAnswer } from './record.js'
import { replay } from './replay.js'
import { namedModel, promptText, requestKey, stepId } from './request-key.js'

const settingsSchema = z.object({
  /** The folder of the cassettes. */
  folder: z.string().refine(isAbsolute, 'an absolute path'),
  /** Calls the model that the pipeline names and records its answers, instead of replaying. */
  record: z.boolean().default(false),
})

/** Replays the answers in a folder of cassettes; when told to record, passes calls on and keeps what is answered. */
export function createCassetteProvider(clock: Clock): Provider {
  return {
    contract: 'v1',
    id: 'cassette',
    hardCap: true,
    anyModel: true,
    pricing: 'free',
    origin: 'mixed',
    capabilities: { tools: true, images: true, documents: true, outputSchema: true },

    async countInput(request, context) {
      const { folder, record } = readSettings(context)
      if (record) return (await (await namedProvider(context)).countInput?.(request, passedOn(context))) ?? boundInputTokens(request)
      return (await answerFrom(folder, request, context)).usage.inputTokens
    },

    async *generate(request, context): AsyncGenerator<ModelChunk> {
      context.signal.throwIfAborted()
      const { folder, record } = readSettings(context)
      if (record) {
        yield* recordCall(folder, request, context, clock)
        return
      }
      const response = await answerFrom(folder, request, context)
      for (const text of chunksOf(response.text)) {
        // Lets an abort through, as waiting for a network would.
        await nextTurn()
        context.signal.throwIfAborted()
        yield { type: 'text', text }
      }
      context.signal.throwIfAborted()
      yield { type: 'end', response }
    },
  }
}

function readSettings(context: CallContext): z.infer<typeof settingsSchema> {
  const parsed = settingsSchema.safeParse(context.settings)
  if (parsed.success) return parsed.data
  throw new PipewrightError(
    'CASSETTE_MISSING',
    `The cassette provider was not told where its cassettes are:\n${z.prettifyError(parsed.error)}`,
    {
      hint: '`pipewright test` says where; a run cannot use this provider without it.',
    },
  )
}

async function answerFrom(folder: string, request: ModelRequest, context: CallContext): Promise<ModelResponse> {
  const wanted: Wanted = { key: requestKey(request, context), step: stepId(context.run.step), prompt: promptText(request) }
  const cassettes = await readCassettes(folder)
  const found = findEntry(cassettes, wanted)
  if (found !== undefined) return replay(found, request)
  throw new PipewrightError(
    'CASSETTE_MISSING',
    `No answer for step "${context.run.step}" (${namedModel(request, context)}) is in ${folder}. ${nearestEntry(cassettes, wanted)}`,
    { step: context.run.step, details: { step: context.run.step, folder, request: wanted.key } },
  )
}

async function* recordCall(folder: string, request: ModelRequest, context: CallContext, clock: Clock): AsyncGenerator<ModelChunk> {
  const provider = await namedProvider(context)
  for await (const chunk of provider.generate(request, passedOn(context))) {
    if (chunk.type === 'end') await recordAnswer(folder, stepId(context.run.step), requestKey(request, context), chunk.response, clock)
    yield chunk
  }
}

async function namedProvider({ named, run }: CallContext): Promise<Provider> {
  if (named !== null) return named.resolve()
  throw new PipewrightError(
    'PROVIDER_INVALID_REQUEST',
    `Step "${run.step}" names the cassette provider itself: there is no model to record.`,
    {
      hint: 'Name a real model in the pipeline, and record with `pipewright test --record`.',
    },
  )
}

/** The context of the call that is recorded: as if this provider were not there. */
function passedOn(context: CallContext): CallContext {
  return { ...context, settings: {}, named: null }
}

/** A few pieces of a text, each whole characters. */
function chunksOf(text: string): string[] {
  const characters = [...text]
  const size = Math.max(1, Math.ceil(characters.length / 4))
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, index) =>
    characters.slice(index * size, (index + 1) * size).join(''),
  )
}
