import { extname } from 'node:path'

const officeFiles: Readonly<Record<string, string>> = {
  '.xlsx': 'an Excel workbook',
  '.docx': 'a Word document',
  '.pptx': 'a PowerPoint presentation',
  '.ods': 'an OpenDocument spreadsheet',
  '.odt': 'an OpenDocument text',
}

const marks: readonly { readonly bytes: readonly number[]; readonly what: (path: string) => string }[] = [
  { bytes: [0x25, 0x50, 0x44, 0x46, 0x2d], what: () => 'a PDF document' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: (path) => officeFiles[extname(path).toLowerCase()] ?? 'a ZIP archive' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], what: () => 'a document of an old Office version' },
  { bytes: [0x1f, 0x8b], what: () => 'a gzip archive' },
  { bytes: [0x89, 0x50, 0x4e, 0x47], what: () => 'a PNG image' },
  { bytes: [0xff, 0xd8, 0xff], what: () => 'a JPEG image' },
]

/** What a file is, when its first bytes say that it is no text; for messages that help more than "not UTF-8". */
export function knownBinary(bytes: Uint8Array, path: string): string | undefined {
  return marks.find((mark) => mark.bytes.every((byte, index) => bytes[index] === byte))?.what(path)
}
