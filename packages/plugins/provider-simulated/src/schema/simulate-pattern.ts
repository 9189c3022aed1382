import { RegExpParser } from '@eslint-community/regexpp'
import type { AST } from '@eslint-community/regexpp'
import type { Random } from '@pipewright/kernel'
import { pick, randomInteger } from '../seeded-random.js'
import { Unsatisfiable } from './json-schema.js'

/** The longest text that a pattern is written out to, in characters. */
const longest = 10_000

const asciiCharacters = Array.from({ length: 95 }, (_, index) => String.fromCodePoint(32 + index))
const otherCharacters = [...'äöüßéñçøåÄÖÜÉλπЖя中文語あア한글€–\t\n']

/**
 * A text that a regular expression describes: its alternatives, classes, groups and repetitions are followed, its
 * look-arounds are not, so whoever asks checks the text made.
 * @param stretch how many repetitions beyond the least an open repetition gets at most
 */
export function simulatePattern(pattern: string, random: Random, stretch = 3): string {
  const parsed = new RegExpParser().parsePattern(pattern, 0, pattern.length, { unicode: true })
  const groups = new Map<AST.CapturingGroup, string>()

  const one = (alternatives: readonly AST.Alternative[]): string => pick(random, alternatives).elements.map(write).join('')

  const write = (element: AST.Element): string => {
    switch (element.type) {
      case 'Character':
        return String.fromCodePoint(element.value)
      case 'CharacterSet':
      case 'CharacterClass':
      case 'ExpressionCharacterClass':
        return pick(random, charactersOf(element.raw))
      case 'Group':
        return one(element.alternatives)
      case 'CapturingGroup': {
        const text = one(element.alternatives)
        groups.set(element, text)
        return text
      }
      case 'Quantifier':
        return repeat(element)
      case 'Backreference':
        return groups.get([element.resolved].flat()[0] as AST.CapturingGroup) ?? ''
      default:
        return ''
    }
  }

  const repeat = (element: AST.Quantifier): string => {
    if (element.min > longest) throw new Unsatisfiable('A pattern demands too long a text.')
    const times = randomInteger(random, element.min, Math.min(element.max, element.min + stretch))
    let text = ''
    for (let time = 0; time < times; time++) {
      text += write(element.element)
      if (text.length > longest) throw new Unsatisfiable('A pattern demands too long a text.')
    }
    return text
  }

  return one(parsed.alternatives)
}

/** The characters of a class that read best: letters and digits, if it has any. */
function charactersOf(raw: string): readonly string[] {
  const matches = new RegExp(`^${raw}$`, 'u')
  const known = asciiCharacters.filter((character) => matches.test(character))
  const plain = known.filter((character) => /[A-Za-z0-9]/.test(character))
  const found = plain.length > 0 ? plain : known.length > 0 ? known : otherCharacters.filter((character) => matches.test(character))
  if (found.length === 0) throw new Unsatisfiable(`No character was found for ${raw}.`)
  return found
}
