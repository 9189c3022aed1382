import type { Area } from './area.ts'
import { engineArea } from './engine/engine-area.ts'

/** Everything that `npm run bench` measures. A new area is a file that exports one, and its line here. */
export const areas: readonly Area[] = [engineArea]
