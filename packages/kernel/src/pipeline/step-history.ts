import type { PastRun, PastStep } from '../points/past-runs.js'
import type { Cost } from '../points/estimate.js'
import type { StepDocument } from './document-schema.js'
import { readDocument } from './read-document.js'

/** How often a step must have run before its past says more than an assumption. */
const fewest = 3
/** How many other versions of a pipeline are read, to see whether a step was the same then. */
const mostVersions = 3

/** Which step is asked about. */
export interface AskedStep {
  /** Its path without items and rounds: `group/draft`. */
  readonly path: string
  readonly uses: string
  /** The model that it asks first; null when it asks none. */
  readonly model: string | null
}

/** What the steps of a pipeline have needed in earlier runs on this machine. */
export class StepHistory {
  private readonly runs: readonly PastRun[]
  private readonly text: string
  private readonly versions = new Map<string, ReadonlyMap<string, string>>()
  private byPath: ReadonlyMap<string, readonly (PastStep & { readonly document: string })[]> | undefined

  /** @param text the pipeline as it is now */
  constructor(runs: readonly PastRun[], text: string) {
    this.runs = runs
    this.text = text
  }

  /** What doing a step once has needed most often: the median. Null when it has not been done often enough. */
  typical({ path, uses, model }: AskedStep): Cost | null {
    const past = (this.paths().get(path) ?? []).filter(
      (one) => isEvidence(one) && one.models.every((answered) => answered === model) && this.isSame(one.document, path, uses),
    )
    if (past.length < fewest) return null
    const of = (key: 'tokens' | 'usd' | 'durationMs'): number => median(past.map((one) => one[key]))
    return { tokens: of('tokens'), usd: of('usd'), timeMs: of('durationMs') }
  }

  private paths(): NonNullable<typeof this.byPath> {
    this.byPath ??= Map.groupBy(
      this.runs.flatMap(({ document, steps }) => single(steps).map((step) => ({ ...step, document }))),
      ({ step }) => step.replaceAll(marks, ''),
    )
    return this.byPath
  }

  /** Whether the step at a path did the same kind of work in a version of the pipeline. */
  private isSame(document: string, path: string, uses: string): boolean {
    if (document === this.text) return true
    let version = this.versions.get(document)
    if (!version) {
      version = this.versions.size < mostVersions ? usesOf(document) : new Map<string, string>()
      this.versions.set(document, version)
    }
    return version.get(path) === uses
  }
}

/** `[3]` for an item, `(2)` for a round. */
const marks = /\[\d+\]|\(\d+\)/g

/** What was done once: of a step with items or rounds, these and not the whole. */
function single(steps: readonly PastStep[]): readonly PastStep[] {
  const wholes = new Set<string>()
  for (const { step } of steps) {
    for (const mark of step.matchAll(marks)) wholes.add(step.slice(0, mark.index))
  }
  return steps.filter(({ step }) => !wholes.has(step))
}

/** Answers of stand-ins for models say nothing of real ones; what asks no model takes as long as it takes. */
function isEvidence({ origin }: PastStep): boolean {
  return origin === null || origin === 'real'
}

function usesOf(document: string): ReadonlyMap<string, string> {
  const read = readDocument(document, '')
  const found = new Map<string, string>()
  const visit = (steps: readonly StepDocument[] | undefined, around: string): void => {
    for (const step of steps ?? []) {
      const path = `${around}${step.id}`
      if (step.uses !== undefined) found.set(path, step.uses)
      visit(step.steps, `${path}/`)
      for (const block of Object.values(step.cases ?? {})) visit(block, `${path}/`)
      visit(step.default, `${path}/`)
      visit(step.tools, `${path}/`)
      if (typeof step.on_error === 'object' && 'step' in step.on_error) visit([step.on_error.step], `${path}/`)
    }
  }
  if (read.ok) for (const steps of [read.document.steps, read.document.finally]) visit(steps, '')
  return found
}

function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((left, right) => left - right)
  const middle = Math.floor(sorted.length / 2)
  const [upper = 0, lower = upper] = [sorted[middle], sorted[sorted.length % 2 === 1 ? middle : middle - 1]]
  return (upper + lower) / 2
}
