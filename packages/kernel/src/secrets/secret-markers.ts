import { randomBytes } from 'node:crypto'
import { base64Forms } from './secret-forms.js'

/** What names of secrets are made of. */
const name = '[A-Za-z][A-Za-z0-9_]*'

/**
 * What stands for a secret until a step needs it: a text that nobody can guess, so that it is not found where no template put it.
 * It is safe in addresses and JSON, and `=` tells whether a filter has encoded it for an address.
 */
export class SecretMarkers {
  private readonly nonce: string
  private readonly plain: RegExp
  private readonly encoded: RegExp
  private readonly inBase64: readonly string[]

  constructor(nonce: string) {
    this.nonce = nonce
    this.plain = new RegExp(`secret=${nonce}=(${name})=`, 'g')
    this.encoded = new RegExp(`secret%3D${nonce}%3D(${name})%3D`, 'g')
    this.inBase64 = base64Forms(`secret=${nonce}=`)
  }

  create(secret: string): string {
    return `secret=${this.nonce}=${secret}=`
  }

  /** Puts something else in the place of every marker, encoded as the marker is. */
  replace(text: string, value: (secret: string) => string): string {
    let filled = text
    if (filled.includes(this.nonce)) {
      filled = filled
        .replaceAll(this.plain, (_, secret: string) => value(secret))
        .replaceAll(this.encoded, (_, secret: string) => encodeURIComponent(value(secret).toWellFormed()))
    }
    if (!this.inBase64.some((form) => filled.includes(form))) return filled
    return filled.replaceAll(/[A-Za-z0-9+/]+={0,2}/g, (run) => this.replaceInBase64(run, value))
  }

  /** Whether a text has a marker in it that something has changed, so that it can no longer be replaced. */
  isSpoilt(text: string): boolean {
    return text.includes(this.nonce) || text.includes(this.nonce.toUpperCase())
  }

  private replaceInBase64(run: string, value: (secret: string) => string): string {
    // One character for each byte, so that nothing is lost of bytes that are no text.
    const decoded = Buffer.from(run, 'base64').toString('latin1')
    const filled = decoded.replaceAll(this.plain, (_, secret: string) => Buffer.from(value(secret)).toString('latin1'))
    return filled === decoded ? run : Buffer.from(filled, 'latin1').toString('base64')
  }
}

export function createNonce(): string {
  return randomBytes(12).toString('hex')
}
