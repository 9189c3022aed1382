import type { ModelRequest } from '../points/provider.js'

// What the wire format adds around each message and request, in tokens, generously.
const perRequest = 64
const perPart = 16
// Providers scale images down before they count them; none bills more than this for one.
const perImage = 8_000

/** An upper bound of the input tokens of a request: no tokenizer makes more tokens than the text has bytes of UTF-8. */
export function boundInputTokens(request: ModelRequest): number {
  let tokens = perRequest + textBound(request.system ?? '')
  for (const message of request.messages) {
    for (const part of message.content) {
      tokens += perPart
      switch (part.type) {
        case 'text':
          tokens += textBound(part.text)
          break
        case 'image':
          tokens += perImage
          break
        case 'document':
          tokens += part.base64.length
          break
        case 'tool-call':
          tokens += textBound(part.tool) + jsonBound(part.arguments)
          break
        case 'tool-result':
          tokens += textBound(part.content)
          break
      }
    }
  }
  if (request.tools) tokens += jsonBound(request.tools)
  if (request.outputSchema) tokens += jsonBound(request.outputSchema) + perRequest
  return tokens
}

export function textBound(text: string): number {
  return Buffer.byteLength(text)
}

function jsonBound(value: unknown): number {
  return textBound(JSON.stringify(value) ?? '')
}
