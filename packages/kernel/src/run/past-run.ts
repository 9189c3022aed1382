import { lookBack, type PastRun, type PastStep } from '../points/past-runs.js'
import type { JournalRecord } from './journal-record.js'

/** What a run tells of what its steps need. @param records its first ones, those that are too long left out */
export function pastRun(document: string, records: readonly JournalRecord[]): PastRun {
  const models = new Map<string, string[]>()
  const steps: PastStep[] = []
  for (const record of records.slice(0, lookBack.records)) {
    if (record.type === 'model-called' && record.ok) {
      const answered = models.get(record.step)
      if (answered) answered.push(record.model)
      else models.set(record.step, [record.model])
    }
    if (record.type !== 'step-finished' || record.status !== 'succeeded' || record.cached === true || record.problem) continue
    const { step, durationMs, usage, origin } = record
    steps.push({ step, durationMs, tokens: usage.inputTokens + usage.outputTokens, usd: usage.usd, origin, models: models.get(step) ?? [] })
  }
  return { document, steps }
}
