import { PipewrightError, tellSchema, type MessagePart, type ModelRequest } from '@pipewright/kernel'

/** A request as the plain text that a command reads. @throws PROVIDER_INVALID_REQUEST for what text cannot say */
export function renderPrompt(request: ModelRequest): string {
  if ((request.tools?.length ?? 0) > 0) throw onlyText('tools')
  const [only] = request.messages
  const isOneQuestion = request.messages.length === 1 && only?.role === 'user'
  const messages = request.messages.map((message) => {
    const text = message.content.map(partText).join('\n')
    return isOneQuestion ? text : `[${message.role}]\n${text}`
  })
  const demand = request.outputSchema === undefined ? undefined : tellSchema(request.outputSchema)
  return [request.system, ...messages, demand].filter((text) => text !== undefined && text !== '').join('\n\n') + '\n'
}

function partText(part: MessagePart): string {
  switch (part.type) {
    case 'text':
      return part.text
    case 'tool-result':
      return part.content
    case 'tool-call':
      return `${part.tool}(${JSON.stringify(part.arguments)})`
    case 'image':
    case 'document':
      throw onlyText(`${part.type}s`)
  }
}

function onlyText(what: string): PipewrightError {
  return new PipewrightError('PROVIDER_INVALID_REQUEST', `Commands are given text only, and the request holds ${what}.`, {
    hint: `Name a model of a provider that takes ${what}, for example anthropic or openai.`,
  })
}
