// Does one piece of the engine's work a few times in this very process, for a profiler to watch:
// `node --cpu-prof test/bench/src/profile.ts chain`.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from './engine/contenders/pipewright.ts'
import { works, type Work } from './engine/work.ts'

const [name = '', times = '5'] = process.argv.slice(2)
const work: Work | undefined = Object.entries(works).find(([key]) => key === name)?.[1]

if (work === undefined) {
  process.stderr.write(`Usage: node --cpu-prof profile.ts WORK [TIMES]\n\n  ${Object.keys(works).join('\n  ')}\n`)
  process.exitCode = 2
} else {
  const folder = await mkdtemp(join(tmpdir(), 'pipewright-profile-'))
  try {
    const contender = await create(work, folder)
    for (let time = 0; time < Number(times); time++) {
      const sample = await contender.prepare()
      const start = performance.now()
      await sample.run()
      process.stderr.write(`${(performance.now() - start).toFixed(1)} ms\n`)
      await sample.end?.()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
