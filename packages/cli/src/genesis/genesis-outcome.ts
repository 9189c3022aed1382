import {
  validationLevels,
  type Estimate,
  type Finding,
  type JournalRecord,
  type PackageFile,
  type RunResult,
  type TestOutcome,
  type Usage,
  type ValidationLevel,
} from '@pipewright/kernel'

export type GenesisStatus = 'created' | 'selected' | 'needs-answers' | 'awaiting-approval' | 'no-match' | 'failed'

export interface GenesisQuestion {
  readonly id: string
  readonly question: string
  readonly why: string
  readonly default: unknown
}

export interface GenesisCandidate {
  readonly name: string
  readonly version: string
  readonly score: number
  readonly purpose: string
  readonly reasons: readonly string[]
}

/** What `genesis --json` prints. */
export interface GenesisOutcome {
  readonly id: string
  readonly status: GenesisStatus
  readonly mode: 'template' | null
  readonly source: string | null
  readonly template: { readonly name: string; readonly version: string; readonly score: number } | null
  readonly candidates: readonly GenesisCandidate[]
  readonly questions: readonly GenesisQuestion[]
  readonly filled: readonly { readonly input: string; readonly value: unknown; readonly from: string; readonly by: string }[]
  /** Parameters that keep the template's default. */
  readonly assumed: readonly string[]
  /** Parameters to be given when it runs. */
  readonly required: readonly string[]
  /** Files that the requirement names and that do not exist. */
  readonly missingFiles: readonly string[]
  readonly files: { readonly pipeline: string; readonly tests: string; readonly docs: string } | null
  readonly validation: Readonly<Record<ValidationLevel, { readonly ok: boolean; readonly findings: readonly Finding[] }>>
  readonly tests: { readonly passed: number; readonly failed: number; readonly outcomes: readonly TestOutcome[] }
  readonly confidence: number
  readonly maturity: 'experimental'
  readonly degraded: boolean
  readonly usage: Usage
  readonly estimate: Estimate | null
  readonly error: RunResult['error']
}

/** What the coordinator's steps left in the journal. */
export interface StageOutputs {
  readonly understand?: { readonly missing: readonly string[] }
  readonly select?: {
    readonly source: string
    readonly decision: string
    readonly template: GenesisOutcome['template']
    readonly candidates: readonly GenesisCandidate[]
    readonly questions: readonly GenesisQuestion[]
  }
  readonly fill?: {
    readonly filled: GenesisOutcome['filled']
    readonly defaulted: readonly string[]
    readonly required: readonly string[]
  } | null
  readonly synthesise?: { readonly name: string; readonly pipeline: string; readonly files: readonly PackageFile[] } | null
  readonly validate?: { readonly ok: boolean; readonly findings: readonly Finding[]; readonly estimate: Estimate | null } | null
  readonly test?: { readonly passed: number; readonly failed: number; readonly outcomes: readonly TestOutcome[] } | null
  readonly conclude?: { readonly confidence: number } | null
}

export function stageOutputs(records: readonly JournalRecord[]): StageOutputs {
  return Object.fromEntries(records.flatMap((record) => (record.type === 'step-finished' ? [[record.step, record.output]] : [])))
}

/** The outcome of a coordinator run, wherever it stands. `files` are set once they are on disk. */
export function composeOutcome(run: RunResult, stages: StageOutputs, selectOnly: boolean, files: GenesisOutcome['files']): GenesisOutcome {
  const findings = stages.validate?.findings ?? []
  const tests = stages.test ?? { passed: 0, failed: 0, outcomes: [] }
  const level = (name: ValidationLevel): { ok: boolean; findings: readonly Finding[] } => {
    if (name === 'quality') return { ok: tests.passed > 0 && tests.failed === 0, findings: [] }
    const own = findings.filter((finding) => finding.level === name)
    return { ok: stages.validate != null && own.every((finding) => finding.severity !== 'error'), findings: own }
  }
  return {
    id: run.runId,
    status: statusOf(run, stages, selectOnly),
    mode: stages.select?.template ? 'template' : null,
    source: stages.select?.source ?? null,
    template: stages.select?.template ?? null,
    candidates: stages.select?.candidates ?? [],
    questions: stages.select?.questions ?? [],
    filled: stages.fill?.filled ?? [],
    assumed: stages.fill?.defaulted ?? [],
    required: stages.fill?.required ?? [],
    missingFiles: stages.understand?.missing ?? [],
    files,
    validation: Object.fromEntries(validationLevels.map((name) => [name, level(name)])) as GenesisOutcome['validation'],
    tests,
    confidence: stages.conclude?.confidence ?? 0,
    maturity: 'experimental',
    degraded: false,
    usage: run.usage,
    estimate: stages.validate?.estimate ?? null,
    error: run.error,
  }
}

function statusOf(run: RunResult, { select, validate }: StageOutputs, selectOnly: boolean): GenesisStatus {
  if (run.status !== 'succeeded' && run.status !== 'paused') return 'failed'
  if (select && select.questions.length > 0) return 'needs-answers'
  if (!select?.template) return 'no-match'
  if (selectOnly) return 'selected'
  if (validate?.ok === false) return 'failed'
  return run.status === 'paused' ? 'awaiting-approval' : 'created'
}
