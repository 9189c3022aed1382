import type { MediaPart, Message, MessagePart, ModelRequest } from '@pipewright/kernel'
import type { OpenAI } from 'openai'
import { expressOutput } from '../express-output.js'
import { imageUrl, readDocument } from '../media.js'
import type { ChatConfig } from '../openai-config.js'
import type { Endpoint } from './endpoints.js'

type Params = OpenAI.ChatCompletionCreateParamsStreaming
type MessageParam = OpenAI.ChatCompletionMessageParam
type Content = OpenAI.ChatCompletionContentPart

export interface ConvertedRequest {
  readonly params: Params
  readonly rewrite: ((text: string) => string) | undefined
}

/** A request in the words of Chat Completions. @throws PROVIDER_INVALID_REQUEST for media that the endpoint does not take */
export function convertRequest(request: ModelRequest, endpoint: Endpoint, config: ChatConfig): ConvertedRequest {
  const { strict, told, rewrite } = expressOutput(request, config.schema)
  const system = [request.system, told].filter((text) => text).join('\n\n')
  const params: Params = {
    model: request.model,
    [config.outputCap]: request.maxOutputTokens,
    stream: true,
    stream_options: { include_usage: true },
    messages: [
      ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
      ...request.messages.flatMap((message) => convertMessage(message, endpoint)),
    ],
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.tools === undefined || request.tools.length === 0 ? {} : { tools: request.tools.map(convertTool) }),
    ...(strict === undefined
      ? {}
      : { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { ...strict }, strict: true } } }),
  }
  return { params, rewrite }
}

function convertTool({ name, description, input }: NonNullable<ModelRequest['tools']>[number]): OpenAI.ChatCompletionTool {
  return { type: 'function', function: { name, description, parameters: { ...input, type: 'object' } } }
}

function convertMessage({ role, content }: Message, endpoint: Endpoint): MessageParam[] {
  if (role === 'assistant') return [convertAnswer(content)]
  // Each result is a message of its own, and has to follow the calls at once.
  const results = content.flatMap((part): MessageParam[] =>
    part.type === 'tool-result'
      ? [{ role: 'tool', tool_call_id: part.id, content: part.isError === true ? `Error: ${part.content}` : part.content }]
      : [],
  )
  const said = content.flatMap((part) => convertPart(part, endpoint))
  return said.length === 0 ? results : [...results, { role: 'user', content: shortest(said) }]
}

function convertAnswer(content: readonly MessagePart[]): OpenAI.ChatCompletionAssistantMessageParam {
  const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('')
  const calls = content.flatMap((part) =>
    part.type === 'tool-call'
      ? [{ id: part.id, type: 'function' as const, function: { name: part.tool, arguments: JSON.stringify(part.arguments ?? {}) } }]
      : [],
  )
  return { role: 'assistant', content: text, ...(calls.length === 0 ? {} : { tool_calls: calls }) }
}

function convertPart(part: MessagePart, endpoint: Endpoint): Content[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ type: 'text', text: part.text }]
    case 'image':
      return [{ type: 'image_url', image_url: { url: imageUrl(part, endpoint.name) } }]
    case 'document':
      return [convertDocument(part, endpoint)]
    case 'tool-call':
    case 'tool-result':
      return []
  }
}

function convertDocument(part: MediaPart, { name, documents }: Endpoint): Content {
  const document = readDocument(part, { provider: name, takesPdf: documents })
  if ('text' in document) return { type: 'text', text: document.text }
  return { type: 'file', file: { filename: document.filename, file_data: document.data } }
}

/** Some endpoints take lists only where there are images. */
function shortest(content: Content[]): string | Content[] {
  const texts = content.flatMap((part) => (part.type === 'text' ? [part.text] : []))
  return texts.length === content.length ? texts.join('\n\n') : content
}
