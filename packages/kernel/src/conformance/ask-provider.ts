import { onTestFinished } from 'vitest'
import { PipewrightError } from '../errors/pipewright-error.js'
import type { CallContext, ModelRequest, ModelResponse, Provider } from '../points/provider.js'
import { collectChunks, conformanceContext } from './provider-scenario.js'
import { startWireServer, type WireReply, type WireServer } from './wire-server.js'

/** A stand-in for a provider's API that is closed when the test ends. */
export async function standIn(reply: WireReply): Promise<WireServer> {
  const server = await startWireServer(reply)
  onTestFinished(() => server.close())
  return server
}

export function callContext(signal?: AbortSignal): CallContext {
  return conformanceContext({}, signal)
}

/** A provider's answer, and the pieces that it came in. */
export async function askProvider(
  provider: Provider,
  request: ModelRequest,
): Promise<{ readonly response: ModelResponse; readonly pieces: readonly string[] }> {
  const chunks = await collectChunks(provider.generate(request, callContext()))
  const last = chunks.at(-1)
  if (last?.type !== 'end') throw new Error('The stream has no end.')
  return { response: last.response, pieces: chunks.flatMap((chunk) => (chunk.type === 'text' ? [chunk.text] : [])) }
}

/** The error that a call ends with. */
export async function failedCall(provider: Provider, request: ModelRequest): Promise<PipewrightError> {
  const outcome = await askProvider(provider, request).catch((error: unknown) => error)
  if (PipewrightError.isInstance(outcome)) return outcome
  throw new Error('It did not end with a PipewrightError.', { cause: outcome })
}
