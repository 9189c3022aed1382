import { expect, it } from 'vitest'
import { TextStream } from './text-stream.js'

function stream(): { readonly stream: TextStream; readonly shown: () => string } {
  let text = ''
  return {
    stream: new TextStream(
      (piece) => (text += piece),
      (step) => `[${step}]\n`,
    ),
    shown: () => text,
  }
}

it('one step speaks at a time, and the others when it has finished', () => {
  const { stream: out, shown } = stream()
  out.say('a', 'one ')
  out.say('b', 'other')
  out.say('a', 'two')
  expect(shown()).toBe('[a]\none two')
  out.end('a')
  expect(shown()).toBe('[a]\none two\n[b]\nother')
  out.say('b', ' words\n')
  out.end('b')
  expect(shown()).toBe('[a]\none two\n[b]\nother words\n')
})

it('nothing that was said is lost when a step ends before the one that speaks', () => {
  const { stream: out, shown } = stream()
  out.say('a', 'one')
  out.say('b', 'other')
  out.end('b')
  out.say('a', 'two')
  out.end('a')
  expect(shown()).toBe('[a]\none\n[b]\nother\ntwo\n')
})

it('a model cannot take over the terminal', () => {
  const { stream: out, shown } = stream()
  out.say('a', '\u001B[2Jgone')
  expect(shown()).not.toContain('\u001B')
})
