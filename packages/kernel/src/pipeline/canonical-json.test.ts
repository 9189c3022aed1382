import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.js'

describe('canonicalJson', () => {
  it('gives equal values equal texts', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'ä' })).toBe('{"a":"ä","b":[{"c":null,"d":1}]}')
    expect(canonicalJson({ a: 'ä', b: [{ c: null, d: 1 }], gone: undefined })).toBe('{"a":"ä","b":[{"c":null,"d":1}]}')
  })

  it('keeps the order of arrays', () => {
    expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]))
  })
})
