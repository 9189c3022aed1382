import type { Message, MessagePart, ModelRequest } from '@pipewright/kernel'

/** What a token of ordinary text weighs, about. */
export const bytesPerToken = 4

export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken)
}

/** The input tokens of a request, as a real provider would roughly count them. */
export function countInputTokens(request: ModelRequest): number {
  const framing = 4
  const extras = [request.tools, request.outputSchema].map((extra) => (extra === undefined ? 0 : tokensOf(JSON.stringify(extra))))
  const messages = request.messages.map((message) => framing + countMessage(message))
  return [tokensOf(request.system ?? ''), ...extras, ...messages].reduce((sum, tokens) => sum + tokens, 0)
}

function countMessage(message: Message): number {
  return message.content.reduce((sum, part) => sum + countPart(part), 0)
}

/** Pictures cost about the same whatever their size; documents by their bytes, of which base64 has four for three. */
function countPart(part: MessagePart): number {
  switch (part.type) {
    case 'text':
      return tokensOf(part.text)
    case 'image':
      return 1_500
    case 'document':
      return Math.ceil((part.base64.length * 3) / 4 / bytesPerToken)
    case 'tool-call':
      return tokensOf(JSON.stringify(part.arguments))
    case 'tool-result':
      return tokensOf(part.content)
  }
}
