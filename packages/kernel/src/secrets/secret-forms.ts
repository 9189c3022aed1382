/** A line of a secret that is shorter gives nothing away, and may stand in any text. */
const tellingLine = 12

/**
 * The texts that a secret may turn up as: itself, a line of it, and what it becomes in addresses, in JSON (in a text of JSON too)
 * and in base64.
 */
export function formsOf(secret: string): ReadonlySet<string> {
  const lines = secret.split(/\r?\n/).map((line) => line.trim())
  return new Set([
    secret,
    ...(lines.length > 1 ? lines.filter((line) => line.length >= tellingLine) : []),
    ...addressForms(secret),
    ...jsonForms(secret),
    ...base64Forms(secret),
  ])
}

/** Encoders differ in which characters they encode, and in how they write the digits. */
function addressForms(secret: string): string[] {
  const text = secret.toWellFormed()
  const all = encodeURIComponent(text)
  const form = new URLSearchParams({ s: text }).toString().slice(2)
  const path = encodeURI(text)
  return [all, path, form].flatMap((encoded) => [encoded, encoded.replaceAll(/%[0-9A-F]{2}/g, (digits) => digits.toLowerCase())])
}

function jsonForms(secret: string): string[] {
  const once = JSON.stringify(secret).slice(1, -1)
  return [once, JSON.stringify(once).slice(1, -1)]
}

/**
 * What is sure to stand in any base64 text of something that the secret is a part of: it depends on how many bytes are before it,
 * and its ends on what is beside it.
 */
export function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const whole = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
  })
  return whole.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')])
}
