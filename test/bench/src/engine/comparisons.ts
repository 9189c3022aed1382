import { works, type Work } from './work.ts'

interface Entry {
  /** The module under `contenders/`. */
  readonly contender: string
  readonly work: Work
}

/** Ours beside others at one piece of work. */
export interface Comparison {
  readonly name: string
  readonly unit: string
  /** Whether the figures are of one step, in microseconds, and not of the whole work. */
  readonly perStep?: boolean
  readonly ours: Entry
  /** `aim`: at most this often ours may take what the peer takes; null where nothing is promised. */
  readonly peers: readonly (Entry & { readonly name: string; readonly aim: number | null })[]
}

/** Peers and aims by what is compared. A peer is given the same work as ours. */
export const comparisons: readonly Comparison[] = [
  inMemory('chain', { Mastra: 0.05 }),
  inMemory('fan-out', { Mastra: 0.333 }),
  inMemory('concurrent', { Mastra: 0.2 }),
  {
    name: 'per-step cost at 10,000',
    unit: 'µs',
    perStep: true,
    ours: { contender: 'pipewright', work: works['fan-out'] },
    peers: [{ name: 'ours at 1,000', contender: 'pipewright', work: works['fan-out of 1,000'], aim: 1.2 }],
  },
  durable('durable chain', { name: 'append+fdatasync', aim: 1.3 }, 0.25),
  durable('durable concurrent', { name: 'group commit', aim: 3 }, 0.2),
]

function inMemory(name: 'chain' | 'fan-out' | 'concurrent', aims: { readonly Mastra: number }): Comparison {
  const work = works[name]
  return {
    name,
    unit: 'ms',
    ours: { contender: 'pipewright', work },
    peers: [
      { name: 'minimal loop', contender: 'minimal-loop', work, aim: 3 },
      { name: 'Mastra', contender: 'mastra', work, aim: aims.Mastra },
      { name: 'LangGraph', contender: 'lang-graph', work, aim: null },
    ],
  }
}

function durable(
  name: 'durable chain' | 'durable concurrent',
  limit: { readonly name: string; readonly aim: number },
  restateAim: number,
): Comparison {
  const work = works[name]
  return {
    name,
    unit: 'ms',
    ours: { contender: 'pipewright', work },
    peers: [
      { ...limit, contender: 'append-file', work },
      { name: 'Restate', contender: 'restate', work, aim: restateAim },
      { name: 'DBOS', contender: 'dbos', work, aim: null },
    ],
  }
}
