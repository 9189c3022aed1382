import { createHash } from 'node:crypto'
import { canonicalJson, type CallContext, type ModelRequest } from '@pipewright/kernel'

/** `provider/model` as the pipeline names it. */
export function namedModel(request: ModelRequest, context: CallContext): string {
  return context.named === null ? `cassette/${request.model}` : `${context.named.provider}/${context.named.model}`
}

/** What a request is recorded under. The output cap is left out: a budget changes it, and with it nothing that was asked. */
export function requestKey(request: ModelRequest, context: CallContext): string {
  const { maxOutputTokens: _, ...asked } = request
  const text = canonicalJson({ ...asked, model: namedModel(request, context) })
  return `sha256-${createHash('sha256').update(text).digest('hex')}`
}

/** The step's own id: `classify` for `each[3]/classify[0]`. */
export function stepId(path: string): string {
  return (path.split('/').at(-1) ?? path).replace(/\[\d+\]$/, '')
}

/** All text that a model would read, for entries that match by it. */
export function promptText(request: ModelRequest): string {
  const parts = request.messages.flatMap((message) =>
    message.content.map((part) => (part.type === 'text' ? part.text : part.type === 'tool-result' ? part.content : '')),
  )
  return [request.system ?? '', ...parts].join('\n')
}
