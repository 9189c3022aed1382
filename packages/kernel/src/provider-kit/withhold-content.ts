import type { ModelRequest } from '../points/provider.js'

const longestText = 500
/** A piece of the prompt as short as this is common language, and gives nothing away. */
const telling = 16
/** Keys as they usually look, for those that a gateway adds or shortens by itself. */
const usualKeys = /\b(?:sk|pk|key|ghp|gho|xox[abp])[-_][A-Za-z0-9_*.-]{6,}|\bAIza[A-Za-z0-9_-]{20,}|\bBearer\s+[A-Za-z0-9._~+/=-]{8,}/g

/** What a provider said, cut short, without the secrets and without any piece of the request that it quotes. */
export function withholdContent(
  text: string,
  { secrets, request }: { readonly secrets: readonly string[]; readonly request: ModelRequest },
): string {
  let told = text.slice(0, longestText * 4)
  for (const secret of secrets) if (secret !== '') told = told.replaceAll(secret, '[redacted]')
  told = told.replaceAll(usualKeys, '[redacted]').slice(0, longestText)
  return withoutQuotes(told, textsOf(request))
}

function withoutQuotes(told: string, texts: readonly string[]): string {
  let kept = ''
  let place = 0
  while (place < told.length) {
    const length = quotedLength(told, place, texts)
    kept += length === 0 ? told[place] : '[…]'
    place += Math.max(1, length)
  }
  return kept
}

/** How much of what stands at a place is quoted from one of the texts; 0 when it is too little to matter. */
function quotedLength(told: string, place: number, texts: readonly string[]): number {
  let longest = 0
  for (const text of texts) {
    let length = Math.max(telling, longest + 1)
    while (place + length <= told.length && text.includes(told.slice(place, place + length))) longest = length++
  }
  return longest
}

function textsOf(request: ModelRequest): string[] {
  const parts = request.messages.flatMap(({ content }) => content)
  const spoken = parts.flatMap((part) => {
    switch (part.type) {
      case 'text':
        return [part.text]
      case 'tool-result':
        return [part.content]
      case 'tool-call':
        return [JSON.stringify(part.arguments) ?? '']
      case 'image':
      case 'document':
        return [part.base64.slice(0, 1_000), ...(part.name === undefined ? [] : [part.name])]
    }
  })
  return [request.system ?? '', ...spoken].filter((text) => text.length >= telling)
}
