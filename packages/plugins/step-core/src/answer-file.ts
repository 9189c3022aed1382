import { extname } from 'node:path'
import { endingOf, unknownMediaType } from './media-types.js'

const maxLength = 200

/** How the answer to a request is stored as a file: under the name that the service gives it, or the last one of its address. */
export function describeAnswerFile(url: URL, headers: Headers): { readonly name: string; readonly mediaType: string } {
  const mediaType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() || unknownMediaType
  const given = givenName(headers.get('content-disposition') ?? '') ?? decode(url.pathname.split('/').at(-1) ?? '')
  const name = harmless(given) || url.hostname
  return { name: extname(name) === '' || name === url.hostname ? `${name}${endingOf(mediaType)}` : name, mediaType }
}

function givenName(disposition: string): string | undefined {
  const encoded = /filename\*\s*=\s*utf-8''([^;]+)/i.exec(disposition)?.[1]
  if (encoded !== undefined) return decode(encoded.trim())
  const plain = /filename\s*=\s*(?:"([^"]*)"|([^;"]+))/i.exec(disposition)
  return plain?.[1] ?? plain?.[2]?.trim()
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A stranger's name for a file, without folders, control characters and names that mean a folder. */
function harmless(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  // oxlint-disable-next-line no-control-regex
  const clean = last.replaceAll(/[\u0000-\u001f\u007f<>:"|?*]/g, '_').slice(-maxLength)
  return /^\.*$/.test(clean) ? '' : clean
}
