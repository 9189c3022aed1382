import type { InputDocument } from '@pipewright/kernel'
import { expect, test } from 'vitest'
import { fillParameter, type NamedFile } from './fill-parameter.js'

const fill = (name: string, input: InputDocument, text: string, files: readonly NamedFile[] = []): unknown =>
  fillParameter(name, input, text, files, new Set())?.value

test.each<[string, InputDocument, string, unknown]>([
  ['words', { type: 'integer' }, 'a post of 1,200 words', 1200],
  ['words', { type: 'integer' }, 'an 800-word post', 800],
  ['words', { type: 'integer', maximum: 500 }, 'a post of 800 words', undefined],
  ['words', { type: 'integer' }, 'a post in 3 parts', undefined],
  ['max_points', { type: 'integer' }, 'in 5 points please', 5],
  ['tone', { type: 'string', enum: ['friendly', 'formal'] }, 'answer in a Formal way', 'formal'],
  ['tone', { type: 'string', enum: ['friendly', 'formal'] }, 'formal or friendly, whatever', undefined],
  ['tone', { type: 'string', enum: ['friendly', 'formal'] }, 'informally', undefined],
  ['tone', { type: 'string' }, 'something playful', 'playful'],
  ['language', { type: 'string' }, 'a summary in German', 'German'],
  ['language', { type: 'string' }, 'put it into the shop', undefined],
  ['audience', { type: 'string' }, 'an explainer for home owners', 'home owners'],
  ['topic', { type: 'string' }, 'a blog post about indoor plants for beginners', 'indoor plants'],
  ['topic', { type: 'string' }, 'a post on “why bees dance” please', 'why bees dance'],
  ['question', { type: 'string' }, 'Look into the handbook: how many days of leave do I get?', 'how many days of leave do I get?'],
  ['anything_else', { type: 'string' }, 'a post about bees', undefined],
  ['flag', { type: 'boolean' }, 'a flag', undefined],
])('%s (%j) from “%s” is %j', (name, input, text, expected) => {
  expect(fill(name, input, text)).toEqual(expected)
})

test('says which words a value was taken from', () => {
  const found = fillParameter('words', { type: 'integer' }, 'I want 300 words on moss', [], new Set())
  expect(found).toEqual({ value: 300, from: '300 words' })
})

test('gives each file to one parameter only', () => {
  const files = [
    { mentioned: 'a.csv', path: 'data/a.csv' },
    { mentioned: 'b.csv', path: 'b.csv' },
  ]
  const taken = new Set<string>()
  const values = ['first', 'second', 'third'].map((name) => fillParameter(name, { type: 'file' }, '', files, taken)?.value)
  expect(values).toEqual(['data/a.csv', 'b.csv', undefined])
})

test('is not held up by long or odd text', () => {
  const odd = ['a'.repeat(4000), '"'.repeat(4000), 'about '.repeat(600), 'for the '.repeat(500), '1,'.repeat(2000)]
  for (const text of odd)
    for (const name of ['topic', 'audience', 'question', 'language', 'tone', 'words'])
      expect(() => fill(name, { type: name === 'words' ? 'number' : 'string' }, text)).not.toThrow()
})
