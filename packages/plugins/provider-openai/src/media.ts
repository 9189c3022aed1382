import { PipewrightError, type MediaPart } from '@pipewright/kernel'

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp']

/** An image as the URL that the APIs take. @throws PROVIDER_INVALID_REQUEST */
export function imageUrl({ mediaType, base64 }: MediaPart, provider: string): string {
  if (!imageTypes.includes(mediaType)) throw wrongMedia(mediaType, imageTypes, provider)
  return `data:${mediaType};base64,${base64}`
}

/** A document as the APIs take it: as text, or as a file. @throws PROVIDER_INVALID_REQUEST */
export function readDocument(
  { mediaType, base64, name }: MediaPart,
  { provider, takesPdf }: { readonly provider: string; readonly takesPdf: boolean },
): { readonly text: string } | { readonly filename: string; readonly data: string } {
  if (mediaType.startsWith('text/')) {
    const text = Buffer.from(base64, 'base64').toString()
    return { text: name === undefined ? text : `${name}:\n\n${text}` }
  }
  if (mediaType !== 'application/pdf' || !takesPdf) {
    throw wrongMedia(mediaType, [...(takesPdf ? ['application/pdf'] : []), 'text/*'], provider)
  }
  // Without a name the APIs refuse a file.
  return { filename: name ?? 'document.pdf', data: `data:${mediaType};base64,${base64}` }
}

function wrongMedia(mediaType: string, taken: readonly string[], provider: string): PipewrightError {
  return new PipewrightError('PROVIDER_INVALID_REQUEST', `${provider} does not take ${mediaType}.`, {
    hint: `Convert it to ${taken.join(', ').replace(/, ([^,]+)$/, ' or $1')}.`,
  })
}
