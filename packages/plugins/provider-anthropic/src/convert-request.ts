import { PipewrightError, tellSchema, type MediaPart, type Message, type MessagePart, type ModelRequest } from '@pipewright/kernel'
import type { Anthropic } from '@anthropic-ai/sdk'
import { expressSchema } from './express-schema.js'

export interface ConvertedRequest {
  readonly params: Anthropic.MessageCreateParamsStreaming
  /** Whether the output schema is told to the model in words, since the API cannot hold it to it. */
  readonly isSchemaTold: boolean
}

/** A request in the words of the Messages API. @throws PROVIDER_INVALID_REQUEST for media that it does not take */
export async function convertRequest(request: ModelRequest): Promise<ConvertedRequest> {
  const { outputSchema } = request
  const schema = outputSchema === undefined ? undefined : await expressSchema(outputSchema)
  const isSchemaTold = outputSchema !== undefined && schema === undefined
  const system = [request.system, isSchemaTold ? tellSchema(outputSchema) : undefined].filter((text) => text).join('\n\n')
  const params: Anthropic.MessageCreateParamsStreaming = {
    model: request.model,
    max_tokens: request.maxOutputTokens,
    stream: true,
    messages: request.messages.map(convertMessage).filter(({ content }) => content.length > 0),
    ...(system === '' ? {} : { system }),
    ...(request.tools === undefined || request.tools.length === 0 ? {} : { tools: request.tools.map(convertTool) }),
    ...(schema === undefined ? {} : { output_config: { format: { type: 'json_schema', schema } } }),
  }
  return { params, isSchemaTold }
}

function convertTool({ name, description, input }: NonNullable<ModelRequest['tools']>[number]): Anthropic.Tool {
  return { name, description, input_schema: { ...input, type: 'object' } }
}

function convertMessage({ role, content }: Message): Anthropic.MessageParam & { content: Anthropic.ContentBlockParam[] } {
  // What tools answer is said by the user, before anything else.
  const parts = content.filter(isSaid).toSorted((left, right) => rank(left) - rank(right))
  return { role: role === 'assistant' ? 'assistant' : 'user', content: parts.map(convertPart) }
}

function rank({ type }: MessagePart): number {
  return type === 'tool-result' ? 0 : 1
}

/** The API refuses empty text. */
function isSaid(part: MessagePart): boolean {
  return part.type !== 'text' || part.text !== ''
}

function convertPart(part: MessagePart): Anthropic.ContentBlockParam {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image':
      return { type: 'image', source: { type: 'base64', media_type: imageType(part), data: part.base64 } }
    case 'document':
      return convertDocument(part)
    case 'tool-call':
      return { type: 'tool_use', id: part.id, name: part.tool, input: part.arguments }
    case 'tool-result':
      return { type: 'tool_result', tool_use_id: part.id, content: part.content, is_error: part.isError ?? false }
  }
}

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const

function imageType({ mediaType }: MediaPart): (typeof imageTypes)[number] {
  const known = imageTypes.find((type) => type === mediaType)
  if (known === undefined) throw wrongMedia(mediaType, imageTypes)
  return known
}

function convertDocument({ mediaType, base64, name }: MediaPart): Anthropic.DocumentBlockParam {
  const title = name === undefined ? {} : { title: name }
  if (mediaType === 'application/pdf')
    return { type: 'document', source: { type: 'base64', media_type: mediaType, data: base64 }, ...title }
  if (!mediaType.startsWith('text/')) throw wrongMedia(mediaType, ['application/pdf', 'text/*'])
  const data = Buffer.from(base64, 'base64').toString()
  return { type: 'document', source: { type: 'text', media_type: 'text/plain', data }, ...title }
}

function wrongMedia(mediaType: string, taken: readonly string[]): PipewrightError {
  return new PipewrightError('PROVIDER_INVALID_REQUEST', `Anthropic does not take ${mediaType}.`, {
    hint: `Convert it to one of ${taken.join(', ')}.`,
  })
}
