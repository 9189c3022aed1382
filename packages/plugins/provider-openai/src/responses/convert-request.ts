import type { MediaPart, Message, MessagePart, ModelRequest } from '@pipewright/kernel'
import type { OpenAI } from 'openai'
import { expressOutput } from '../express-output.js'
import { imageUrl, readDocument } from '../media.js'

type Params = OpenAI.Responses.ResponseCreateParamsStreaming
type Item = OpenAI.Responses.ResponseInputItem
type Content = OpenAI.Responses.ResponseInputContent

/** What the provider is called where people read it. */
export const providerName = 'OpenAI'

export interface ConvertedRequest {
  readonly params: Params
  readonly rewrite: ((text: string) => string) | undefined
}

/** A request in the words of the Responses API. @throws PROVIDER_INVALID_REQUEST for media that it does not take */
export function convertRequest(request: ModelRequest): ConvertedRequest {
  const { strict, told, rewrite } = expressOutput(request, 'strict')
  const instructions = [request.system, told].filter((text) => text).join('\n\n')
  const params: Params = {
    model: request.model,
    // Hidden reasoning counts towards it.
    max_output_tokens: request.maxOutputTokens,
    stream: true,
    // Nothing of a call is kept for later ones.
    store: false,
    input: request.messages.flatMap(convertMessage),
    ...(instructions === '' ? {} : { instructions }),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.tools === undefined || request.tools.length === 0 ? {} : { tools: request.tools.map(convertTool) }),
    ...(strict === undefined ? {} : { text: { format: { type: 'json_schema', name: 'answer', schema: strict, strict: true } } }),
  }
  return { params, rewrite }
}

function convertTool({ name, description, input }: NonNullable<ModelRequest['tools']>[number]): OpenAI.Responses.FunctionTool {
  // In strict mode the API would refuse schemas with optional properties.
  return { type: 'function', name, description, parameters: { ...input, type: 'object' }, strict: false }
}

/** Calls of tools and their results are items of their own, in the order in which they were said. */
function convertMessage({ role, content }: Message): Item[] {
  const items: Item[] = []
  let said: Content[] = []
  const flush = (): void => {
    if (said.length > 0) items.push(role === 'assistant' ? { role, content: textOf(said) } : { role: 'user', content: said })
    said = []
  }
  for (const part of content) {
    const item = convertCall(part)
    if (item === undefined) {
      said.push(...convertPart(part))
      continue
    }
    flush()
    items.push(item)
  }
  flush()
  return items
}

function convertCall(part: MessagePart): Item | undefined {
  if (part.type === 'tool-call') {
    return { type: 'function_call', call_id: part.id, name: part.tool, arguments: JSON.stringify(part.arguments ?? {}) }
  }
  if (part.type !== 'tool-result') return undefined
  // The API has no word for a failed call.
  const output = part.isError === true ? `Error: ${part.content}` : part.content
  return { type: 'function_call_output', call_id: part.id, output }
}

function convertPart(part: MessagePart): Content[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ type: 'input_text', text: part.text }]
    case 'image':
      return [{ type: 'input_image', image_url: imageUrl(part, providerName), detail: 'auto' }]
    case 'document':
      return [convertDocument(part)]
    case 'tool-call':
    case 'tool-result':
      return []
  }
}

function convertDocument(part: MediaPart): Content {
  const document = readDocument(part, { provider: providerName, takesPdf: true })
  if ('text' in document) return { type: 'input_text', text: document.text }
  return { type: 'input_file', filename: document.filename, file_data: document.data }
}

/** What a model has said before is text. */
function textOf(content: readonly Content[]): string {
  return content.flatMap((part) => (part.type === 'input_text' ? [part.text] : [])).join('')
}
