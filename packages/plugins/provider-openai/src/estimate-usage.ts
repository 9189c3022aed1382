import { countTokens, type MessagePart, type ModelRequest, type TokenUsage } from '@pipewright/kernel'

/** About what an image, and a byte of a document that is no text, come to. */
const tokensPerImage = 1_000
const bytesPerToken = 4

/** What a call used, as a general tokenizer counts it, for endpoints that do not say. */
export async function estimateUsage(request: ModelRequest, said: string): Promise<TokenUsage> {
  const parts = request.messages.flatMap(({ content }) => content)
  const extras = [request.tools, request.outputSchema].filter((extra) => extra !== undefined).map((extra) => JSON.stringify(extra))
  const text = [request.system ?? '', ...parts.map(textOf), ...extras].join('\n')
  const media = parts.reduce((sum, part) => sum + tokensOfMedia(part), 0)
  return { inputTokens: (await countTokens(text)) + media, outputTokens: await countTokens(said), estimated: true }
}

function textOf(part: MessagePart): string {
  switch (part.type) {
    case 'text':
      return part.text
    case 'tool-call':
      return JSON.stringify(part.arguments) ?? ''
    case 'tool-result':
      return part.content
    case 'image':
    case 'document':
      return part.mediaType.startsWith('text/') ? Buffer.from(part.base64, 'base64').toString() : ''
  }
}

function tokensOfMedia(part: MessagePart): number {
  if (part.type === 'image') return tokensPerImage
  if (part.type !== 'document' || part.mediaType.startsWith('text/')) return 0
  return Math.ceil((part.base64.length * 3) / 4 / bytesPerToken)
}
