import { z } from 'zod'
import { defineStage, type TemplateCandidate } from '@pipewright/kernel'
import { candidateShape, chosenShape, questionShape, type Candidate, type Question } from './shapes.js'

/** Below this a template is not taken unasked. */
const fitting = 0.5
/** Two that fit and lie closer than this are a tie. */
const tieDistance = 0.12
/** So few telling words, and nothing fits: better to ask than to say no. */
const fewWords = 3

/** Chooses the template that fits, or none. */
export const selectStage = defineStage({
  contract: 'v1',
  id: 'select',
  summary: 'Searches for templates and takes the best fit, or abstains.',
  reads: z.strictObject({
    text: z.string().describe('The requirement, cleaned.'),
    keywords: z.array(z.string()).describe('Its telling words.'),
    template: z.string().default('').describe('A template that the person names; empty to search.'),
    answers: z.record(z.string(), z.unknown()).default({}).describe('Answers to questions, by their ids.'),
    assume_defaults: z.boolean().default(false).describe('Whether a question’s default stands in for an answer.'),
  }),
  writes: z.strictObject({
    source: z.string().describe('Where the templates come from.'),
    candidates: z.array(candidateShape).describe('What was looked at, best first.'),
    template: chosenShape.nullable().describe('What was taken; null when nothing fits, or a question has to be answered first.'),
    decision: z
      .enum(['named', 'clear', 'tie', 'vague', 'none'])
      .describe('Why: the person named it, one fits clearly, two fit alike, the requirement says too little, none fits.'),
    questions: z.array(questionShape).describe('What has to be answered first.'),
  }),
  usesModel: false,
  async run({ text, keywords, template, answers, assume_defaults: assumeDefaults }, { genesis }) {
    const { templates } = genesis
    const candidates = (await templates.search({ text, kind: 'template', limit: 10 })).map(plain)
    const named = template !== '' ? template : typeof answers['template'] === 'string' ? answers['template'] : ''
    const result = { source: templates.label, candidates, questions: [] }
    if (named !== '') {
      const at = named.indexOf('@', 1)
      const fetched = await templates.fetch(at === -1 ? named : named.slice(0, at), at === -1 ? undefined : named.slice(at + 1))
      const score = candidates.find((candidate) => candidate.name === fetched.name)?.score ?? 0
      return { ...result, template: { name: fetched.name, version: fetched.version, score }, decision: 'named' as const }
    }
    const [best, second] = candidates
    if (!best || best.score < fitting) {
      if (keywords.length > fewWords) return { ...result, template: null, decision: 'none' as const }
      return { ...result, template: null, decision: 'vague' as const, questions: assumeDefaults ? [] : [goalQuestion(candidates)] }
    }
    const chosen = { name: best.name, version: best.version, score: best.score }
    const isTie = second !== undefined && second.score >= fitting && best.score - second.score < tieDistance
    if (!isTie || assumeDefaults) return { ...result, template: chosen, decision: isTie ? ('tie' as const) : ('clear' as const) }
    return { ...result, template: null, decision: 'tie' as const, questions: [tieQuestion(best, second)] }
  },
})

function plain(candidate: TemplateCandidate): Candidate {
  const { name, version, kind, purpose, domain, maturity, score, reasons } = candidate
  return { name, version, kind, purpose, domain, maturity, score, reasons: [...reasons] }
}

function goalQuestion(candidates: readonly Candidate[]): Question {
  const examples = candidates.slice(0, 3).map((candidate) => candidate.purpose)
  return {
    id: 'goal',
    question: 'What goes in, and what should come out?',
    why:
      examples.length > 0
        ? `There is too little to choose by. What there is, among other things: ${examples.join(' · ')}`
        : 'There is too little to choose by.',
    default: '',
  }
}

function tieQuestion(best: Candidate, second: Candidate): Question {
  return {
    id: 'template',
    question: `${best.name} or ${second.name}?`,
    why: `Both fit: ${best.purpose} · ${second.purpose}`,
    default: best.name,
  }
}
