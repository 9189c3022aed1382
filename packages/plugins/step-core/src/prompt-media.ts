import { basename, extname } from 'node:path'
import { PipewrightError, type FileValue, type MediaPart, type StepFiles } from '@pipewright/kernel'
import { nameOf } from './file-value.js'

const maxBytes = 20 * 1024 * 1024

const mediaTypes = {
  image: { '.png': 'image/png', '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.gif': 'image/gif', '.webp': 'image/webp' },
  document: { '.pdf': 'application/pdf' },
} as const satisfies Record<MediaPart['type'], Readonly<Record<string, string>>>

/** Reads a file that is shown to the model. @throws FILE_INVALID when it is no image or document */
export async function readMedia(type: MediaPart['type'], file: string | FileValue, files: StepFiles): Promise<MediaPart> {
  const name = nameOf(file)
  const mediaType = mediaTypeOf(type, file)
  if (mediaType === undefined) {
    throw new PipewrightError('FILE_INVALID', `${name} cannot be shown as ${type === 'image' ? 'an image' : 'a document'}.`, {
      hint: `Give a file that ends in ${Object.keys(mediaTypes[type]).join(', ')}.`,
      place: { file: name },
    })
  }
  const { bytes } = await files.read(file, { maxBytes })
  return { type, mediaType, base64: Buffer.from(bytes).toString('base64'), name: basename(name) }
}

/** A file that was stored says what it is; one in the project says it by its name. */
function mediaTypeOf(type: MediaPart['type'], file: string | FileValue): string | undefined {
  const known: Readonly<Record<string, string>> = mediaTypes[type]
  if (typeof file !== 'string' && Object.values(known).includes(file.mediaType)) return file.mediaType
  return known[extname(nameOf(file)).toLowerCase()]
}
