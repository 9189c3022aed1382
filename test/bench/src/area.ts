/** One comparison: ours beside one peer or limit, at one piece of work. */
export interface Result {
  /** The work: `chain`, `durable concurrent` … */
  readonly name: string
  /** The median of ours. */
  readonly ours: number
  /** The median of the peer; null when it could not be run here. */
  readonly peer: number | null
  readonly peerName: string
  /** Of both figures. */
  readonly unit: string
  /** Which of two figures is the better one. */
  readonly better: 'lower' | 'higher'
  /** `ours` divided by `peer`. */
  readonly ratio: number | null
  /** The ratio that is aimed at: at most it when lower is better, else at least it. Null where nothing is promised. */
  readonly aim: number | null
  /** Why the peer could not be run here. */
  readonly notRun?: string
}

export interface Report {
  /** What has to be known to read the figures: the machine, the settings. For people. */
  readonly header: readonly string[]
  readonly results: readonly Result[]
}

/** A part of the product that is measured: `npm run bench -- <name>`. */
export interface Area {
  readonly name: string
  readonly summary: string
  /** @param say tells people how far it is */
  run(say: (progress: string) => void): Promise<Report>
}
