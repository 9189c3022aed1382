import type { Work } from '../engine/work.ts'

/** One measurement that is about to be taken. */
export interface Sample {
  /** What is timed. @returns what came out of each of the work's runs */
  run(): Promise<readonly unknown[]>
  /** Throws the sample's state away. */
  end?(): Promise<void>
}

/** Something that does a piece of work, alone in a process of its own. */
export interface Contender {
  /** Makes a fresh state for one measurement; not timed. */
  prepare(): Promise<Sample>
  /** Stops what it has started and removes what it has made outside of its folder. */
  close?(): Promise<void>
}

/**
 * What each module under `contenders/` exports as `create`: sets a contender up once, untimed.
 * @param folder where it may keep files; removed by whoever has made it
 * @throws when it cannot be run on this machine; the message says why
 */
export type CreateContender = (work: Work, folder: string) => Promise<Contender>

/** What a contender's process says. */
export type ContenderMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'sample'; readonly milliseconds: number }
  | { readonly type: 'failed'; readonly reason: string }
