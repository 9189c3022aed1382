// Has a profiler watch ours at one piece of the engine's work, warmed up and without what comes before it, in this very
// process: `node test/bench/src/profile.ts chain profile.cpuprofile`. Chrome's and editors' profile viewers open the file.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from './engine/contenders/pipewright.ts'
import { works, type Work } from './engine/work.ts'
import type { Contender } from './measure/contender.ts'

const [name = '', file = `${name.replaceAll(/\W+/g, '-')}.cpuprofile`, times = '10'] = process.argv.slice(2)
const work: Work | undefined = Object.entries(works).find(([key]) => key === name)?.[1]

if (work === undefined) {
  process.stderr.write(`Usage: node test/bench/src/profile.ts WORK [FILE] [TIMES]\n\n${Object.keys(works).join('\n')}\n`)
  process.exitCode = 2
} else {
  const folder = await mkdtemp(join(tmpdir(), 'pipewright-profile-'))
  try {
    const contender = await create(work, folder)
    await repeat(contender, 3)
    const session = new Session()
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.start')
    await repeat(contender, Number(times))
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    await writeFile(file, JSON.stringify(profile))
    process.stdout.write(`${file}\n`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function repeat(contender: Contender, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const sample = await contender.prepare()
    await sample.run()
    await sample.end?.()
  }
}
