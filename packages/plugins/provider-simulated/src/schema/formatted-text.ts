import { pick, randomInteger } from '../seeded-random.js'
import type { Simulation } from './simulation.js'

/** A text in one of JSON Schema's formats, about what the prompt is about; undefined for a format that is not known. */
export function formattedText(format: string | undefined, simulation: Simulation): string | undefined {
  const { random } = simulation
  const number = (low: number, high: number): number => randomInteger(random, low, high)
  const padded = (low: number, high: number): string => String(number(low, high)).padStart(2, '0')
  const word = (): string => plainWord(simulation)
  const hexadecimal = (length: number): string => Array.from({ length }, () => number(0, 15).toString(16)).join('')
  const date = (): string => `${number(2020, 2026)}-${padded(1, 12)}-${padded(1, 28)}`
  const time = (): string => `${padded(0, 23)}:${padded(0, 59)}:${padded(0, 59)}Z`

  switch (format) {
    case 'date':
      return date()
    case 'time':
      return time()
    case 'date-time':
    case 'iso-date-time':
      return `${date()}T${time()}`
    case 'duration':
      return `PT${number(1, 59)}M`
    case 'email':
    case 'idn-email':
      return `${word()}@example.com`
    case 'hostname':
    case 'idn-hostname':
      return `${word()}.example.com`
    case 'uri':
    case 'url':
    case 'iri':
      return `https://example.com/${word()}/${number(1, 999)}`
    case 'uri-reference':
    case 'iri-reference':
    case 'uri-template':
    case 'json-pointer':
    case 'json-pointer-uri-fragment':
      return `${format === 'json-pointer-uri-fragment' ? '#' : ''}/${word()}/${number(1, 99)}`
    case 'relative-json-pointer':
      return `${number(0, 3)}/${word()}`
    case 'ipv4':
      return `192.0.2.${number(1, 254)}`
    case 'ipv6':
      return `2001:db8::${hexadecimal(4)}`
    case 'uuid':
      return `${hexadecimal(8)}-${hexadecimal(4)}-4${hexadecimal(3)}-8${hexadecimal(3)}-${hexadecimal(12)}`
    case 'regex':
      return `^${word()}$`
    case 'byte':
      return Buffer.from(word()).toString('base64')
    case 'slug':
      return `${word()}-${number(1, 999)}`
    default:
      return undefined
  }
}

function plainWord({ random, material }: Simulation): string {
  const plain = material.words.filter((word) => /^[a-z]{1,20}$/.test(word))
  return plain.length > 0 ? pick(random, plain) : 'example'
}
