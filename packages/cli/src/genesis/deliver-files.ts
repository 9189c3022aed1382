import { rm } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import type { JournalRecord } from '@pipewright/kernel'
import { addGrants } from '../project/grants.js'
import type { Project } from '../project/open-project.js'
import { freeFolder, writePackage } from '../registry/write-package.js'
import type { GenesisOutcome, StageOutputs } from './genesis-outcome.js'

type Files = NonNullable<GenesisOutcome['files']>

/** Where a result lies until a person has approved it. */
export async function stageFiles(project: Project, id: string, stages: StageOutputs): Promise<Files | null> {
  if (!stages.synthesise) return null
  const folder = join(project.state, 'genesis', id, stages.synthesise.name)
  await rm(folder, { recursive: true, force: true })
  await writePackage(stages.synthesise.files, folder)
  return filesIn(folder)
}

/** Writes an approved result to where it was asked for; beside what stands there, never over it. */
export async function deliverFiles(
  project: Project,
  records: readonly JournalRecord[],
  id: string,
  stages: StageOutputs,
): Promise<Files | null> {
  if (!stages.synthesise) return null
  const started = records.find((record) => record.type === 'run-started')
  const asked = started?.inputs['out']
  const out = typeof asked === 'string' ? asked : 'pipelines'
  const folder = await freeFolder(resolve(project.root, out, stages.synthesise.name))
  await writePackage(stages.synthesise.files, folder)
  await rm(join(project.state, 'genesis', id), { recursive: true, force: true })
  const outside = (stages.fill?.filled ?? []).flatMap(({ value }) =>
    typeof value === 'string' && isAbsolute(value) && relative(project.root, value).startsWith('..') ? [value] : [],
  )
  await addGrants(project.state, join(folder, 'pipeline.yaml'), outside)
  return filesIn(folder)
}

function filesIn(folder: string): Files {
  return { pipeline: join(folder, 'pipeline.yaml'), tests: join(folder, 'tests'), docs: join(folder, 'README.md') }
}
