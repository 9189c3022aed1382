import { basename, extname } from 'node:path'
import { PipewrightError, type MediaPart, type StepFiles } from '@pipewright/kernel'

const maxBytes = 20 * 1024 * 1024

const mediaTypes = {
  image: { '.png': 'image/png', '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.gif': 'image/gif', '.webp': 'image/webp' },
  document: { '.pdf': 'application/pdf' },
} as const satisfies Record<MediaPart['type'], Readonly<Record<string, string>>>

/** Reads a file that is shown to the model. @throws FILE_INVALID when its name is not that of an image or document */
export async function readMedia(type: MediaPart['type'], path: string, files: StepFiles): Promise<MediaPart> {
  const known: Readonly<Record<string, string>> = mediaTypes[type]
  const mediaType = known[extname(path).toLowerCase()]
  if (mediaType === undefined) {
    throw new PipewrightError('FILE_INVALID', `${path} cannot be shown as ${type === 'image' ? 'an image' : 'a document'}.`, {
      hint: `Give a file that ends in ${Object.keys(known).join(', ')}.`,
      place: { file: path },
    })
  }
  const { bytes } = await files.read(path, { maxBytes })
  return { type, mediaType, base64: Buffer.from(bytes).toString('base64'), name: basename(path) }
}
