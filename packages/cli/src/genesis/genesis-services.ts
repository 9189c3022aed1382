import { stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { runPipelineTests, type GenesisServices, type TemplateSource } from '@pipewright/kernel'
import type { Project } from '../project/open-project.js'

/** What genesis stages need of the product. @param cwd where the files that a requirement names are looked for */
export function genesisServices(project: Project, templates: TemplateSource, cwd: string): GenesisServices {
  return {
    templates,
    async validate(pipeline, { inputs }) {
      const { findings, estimate } = await project
        .scratchEngine()
        .check({ text: pipeline, file: join(project.root, 'pipelines', 'new', 'pipeline.yaml') }, { inputs })
      return { findings, estimate: estimate?.total ?? null }
    },
    runTests: (files) => runPipelineTests({ files }, { createEngine: (root) => project.scratchEngine(root) }),
    async findFile(path) {
      const absolute = resolve(cwd, path)
      const info = await stat(absolute).catch(() => null)
      if (!info?.isFile()) return null
      const way = relative(project.root, absolute)
      return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? absolute : way.split(sep).join('/')
    },
  }
}
