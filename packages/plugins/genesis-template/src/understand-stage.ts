import { z } from 'zod'
import { defineStage, PipewrightError } from '@pipewright/kernel'
import { mentionedFileShape } from './shapes.js'

const maxRequirementLength = 4000
const maxFiles = 10

/** What looks like a file's name: with a known ending, perhaps with folders before it. */
const filePattern =
  /(?:~?[\w.-]*\/)*[\w][\w.-]*\.(?:csv|tsv|txt|md|json|jsonl|ndjson|yaml|yml|pdf|docx|xlsx|pptx|html|log|diff|patch|eml)\b/gi

const fillers = new Set(
  'a an and are as at be by can could do for from get give have help how i in into is it like make me my need of on or our please so some that the them these this to us want we what with would you your'.split(
    ' ',
  ),
)

/** Reads a requirement: what it says once cleaned, which files it names, how much there is to go by. */
export const understandStage = defineStage({
  contract: 'v1',
  id: 'understand',
  summary: 'Reads a requirement: its text, the files it names, how much it says.',
  reads: z.strictObject({
    requirement: z.string().describe('What the person wrote.'),
    answers: z.record(z.string(), z.unknown()).default({}).describe('Answers to questions, by their ids.'),
  }),
  writes: z.strictObject({
    text: z.string().describe('The requirement with the answers, cleaned.'),
    files: z.array(mentionedFileShape).describe('The files that it names and that exist.'),
    missing: z.array(z.string()).describe('Files that it names and that do not exist.'),
    keywords: z.array(z.string()).describe('Its telling words.'),
  }),
  usesModel: false,
  async run({ requirement, answers }, { genesis }) {
    const goal = typeof answers['goal'] === 'string' ? `. ${answers['goal']}` : ''
    const text = clean(requirement + goal)
    if (text === '')
      throw new PipewrightError('INPUT_INVALID', 'The requirement is empty.', {
        hint: 'Say what you need, for example: pipewright genesis "find what is missing in sales.csv"',
      })
    if (text.length > maxRequirementLength)
      throw new PipewrightError(
        'INPUT_INVALID',
        `The requirement has ${text.length} characters; at most ${maxRequirementLength} are read.`,
        { hint: 'Say what should come out; leave the data in files.' },
      )
    const mentioned = [...new Set(text.match(filePattern) ?? [])].slice(0, maxFiles)
    const files: { mentioned: string; path: string }[] = []
    const missing: string[] = []
    for (const name of mentioned) {
      const path = await genesis.findFile(name)
      if (path === null) missing.push(name)
      else files.push({ mentioned: name, path })
    }
    const keywords = [...new Set(text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'-]*/gu) ?? [])]
      .filter((word) => !fillers.has(word))
      .slice(0, 60)
    return { text, files, missing, keywords }
  },
})

/** One line of printable text. */
function clean(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
