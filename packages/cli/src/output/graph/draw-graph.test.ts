import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createEngine, createMemoryStore, createPluginHost, silentLogger, systemClock, type Plan } from '@pipewright/kernel'
import { builtInPluginDirectories } from '../../project/built-in-plugins.js'
import { colourLines, drawGraph } from './draw-graph.js'

async function planOf(text: string): Promise<Plan> {
  const root = await mkdtemp(join(tmpdir(), 'pipewright-graph-'))
  const services = { clock: systemClock, random: Math.random, fetch: globalThis.fetch, logger: silentLogger, environment: {} }
  const sources = (await builtInPluginDirectories()).map((directory) => ({ directory, origin: 'built-in' as const }))
  const points = await createPluginHost({ sources, services })
  onTestFinished(async () => {
    await points.dispose()
    await rm(root, { recursive: true, force: true })
  })
  const engine = createEngine({ points, services, store: createMemoryStore(Date.now), projectRoot: root, defaultModel: 'simulated/m' })
  const { plan, findings } = await engine.check({ text: `pipeline: p\n${text}`, file: join(root, 'pipeline.yaml') })
  if (!plan) throw new Error(JSON.stringify(findings))
  return plan
}

const fanOut = `steps:
  - { id: load, uses: read, with: { path: a.csv } }
  - { id: clean, uses: transform, with: { input: "{{ steps.load.output }}", expression: a } }
  - { id: count, uses: transform, with: { input: "{{ steps.load.output }}", expression: a } }
  - { id: ask, uses: prompt, with: { prompt: "{{ steps.clean.output }}" } }
  - { id: report, uses: text, with: { text: "{{ steps.ask.output }} {{ steps.count.output }} {{ steps.load.output }}" } }`

const nested = `inputs: { list: { type: array, default: [] } }
steps:
  - id: each
    for_each: inputs.list
    steps:
      - { id: classify, uses: prompt, models: [simulated/a, simulated/b], with: { prompt: "{{ item }}" } }
      - id: route
        switch: steps.classify.output
        cases:
          urgent:
            - { id: draft, uses: prompt, with: { prompt: hi } }
            - { id: check, uses: prompt, until: loop.output.size > 3, max_iterations: 3, with: { prompt: "{{ steps.draft.output }}" } }
        default: [{ id: file, uses: write, with: { path: "{{ index }}.md", content: a } }]
finally:
  - { id: tell, uses: write, with: { path: log.txt, content: "{{ run.status }}" } }`

const agent = `steps:
  - id: agent
    uses: prompt
    if: '1 == 1'
    with: { prompt: hi }
    tools:
      - { id: look, description: d, uses: read, with: { path: a.txt } }
      - { id: sum, description: d, uses: transform, with: { input: 1, expression: a } }
    on_error: { step: { id: sorry, uses: text, with: { text: sorry } } }`

const meeting = `steps:
  - { id: a, uses: text, with: { text: a } }
  - { id: b, uses: text, with: { text: a } }
  - { id: c, uses: text, with: { text: "{{ steps.a.output }}{{ steps.b.output }}" } }
  - { id: d, uses: text, with: { text: "{{ steps.a.output }}{{ steps.b.output }}" } }
  - { id: e, uses: text, with: { text: "{{ steps.c.output }}" } }
  - { id: f, uses: text, with: { text: "{{ steps.e.output }}{{ steps.b.output }}{{ steps.d.output }}" } }`

describe('a drawing in a terminal', () => {
  it('shows what runs side by side and where it meets again, without the lines that others stand for', async () => {
    expect(drawn(await planOf(fanOut))).toBe(`
           ┌───────┐
           │ load  │
           │ read  │
           └───┬───┘
        ┌──────┴───────┐
  ┌─────┴─────┐  ┌─────┴─────┐
  │ clean     │  │ count     │
  │ transform │  │ transform │
  └─────┬─────┘  └─────┬─────┘
        └─────┐        └─────┐
  ┌───────────┴───────────┐  │
  │ ask                   │  │
  │ prompt · simulated/m  │  │
  └───────────┬───────────┘  │
              └┬─────────────┘
          ┌────┴────┐
          │ report  │
          │ text    │
          └─────────┘
`)
  })

  it('shows steps inside of steps, cases, loops, further models and what runs at the end', async () => {
    expect(drawn(await planOf(nested))).toBe(`
  ┌─────────────────────────────────────────────────────┐
  │ each                                                │
  │ for each of inputs.list                             │
  │              ┌───────────────────────┐              │
  │              │ classify              │              │
  │              │ prompt · simulated/a  │              │
  │              │ else simulated/b      │              │
  │              └───────────┬───────────┘              │
  │                          │                          │
  │ ┌────────────────────────┴────────────────────────┐ │
  │ │ route                                           │ │
  │ │ switch on steps.classify.output                 │ │
  │ │ case urgent:                                    │ │
  │ │            ┌───────────────────────┐            │ │
  │ │            │ draft                 │            │ │
  │ │            │ prompt · simulated/m  │            │ │
  │ │            └───────────┬───────────┘            │ │
  │ │                        │                        │ │
  │ │ ┌──────────────────────┴──────────────────────┐ │ │
  │ │ │ check                                       │ │ │
  │ │ │ prompt · simulated/m                        │ │ │
  │ │ │ until loop.output.size > 3, at most 3 times │ │ │
  │ │ └─────────────────────────────────────────────┘ │ │
  │ │ default:                                        │ │
  │ │ ┌───────┐                                       │ │
  │ │ │ file  │                                       │ │
  │ │ │ write │                                       │ │
  │ │ └───────┘                                       │ │
  │ └─────────────────────────────────────────────────┘ │
  └─────────────────────────────────────────────────────┘

  finally:
  ┌───────┐
  │ tell  │
  │ write │
  └───────┘
`)
  })

  it('shows tools, conditions and what stands in', async () => {
    expect(drawn(await planOf(agent))).toBe(`
  ┌───────────────────────────┐
  │ agent                     │
  │ prompt · simulated/m      │
  │ if 1 == 1                 │
  │ tools:                    │
  │ ┌───────┐  ┌───────────┐  │
  │ │ look  │  │ sum       │  │
  │ │ read  │  │ transform │  │
  │ └───────┘  └───────────┘  │
  │ on error:                 │
  │ ┌───────┐                 │
  │ │ sorry │                 │
  │ │ text  │                 │
  │ └───────┘                 │
  └───────────────────────────┘
`)
  })

  it('shows steps that wait for the same as one meeting, and lets long lines pass', async () => {
    expect(drawn(await planOf(meeting))).toBe(`
  ┌───────┐  ┌───────┐
  │ a     │  │ b     │
  │ text  │  │ text  │
  └───┬───┘  └───┬───┘
      ├──────────┤
  ┌───┴───┐  ┌───┴───┐
  │ c     │  │ d     │
  │ text  │  │ text  │
  └───┬───┘  └───┬───┘
      └───┐      │
      ┌───┴───┐  │
      │ e     │  │
      │ text  │  │
      └───┬───┘  │
          └┬─────┘
       ┌───┴───┐
       │ f     │
       │ text  │
       └───────┘
`)
  })

  it('fits: words are cut, then the boxes become a list', async () => {
    const many = `steps:\n${Array.from({ length: 12 }, (_, index) => `  - { id: step_number_${index}, uses: prompt, with: { prompt: hi } }`).join('\n')}`
    for (const text of [fanOut, nested, agent, meeting, many]) {
      const plan = await planOf(text)
      for (const width of [200, 80, 60, 40, 20])
        for (const line of drawGraph(plan, width).split('\n')) expect([...line].length).toBeLessThanOrEqual(width)
    }
    expect(drawGraph(await planOf(many), 80).split('\n')[0]).toBe('  step_number_0 (prompt · simulated/m)')
    expect(drawGraph(await planOf(nested), 44)).toContain('…')
  })

  it('lets no text of a document move the cursor', async () => {
    const plan = await planOf('steps: [{ id: a, uses: text, if: "\'\\e[2J\' == run.id", with: { text: a } }]')
    expect(drawGraph(plan, 80)).not.toContain('\u001B')
    expect(drawGraph(plan, null)).not.toContain('\u001B')
  })
})

it('is a list of lines where no terminal is', async () => {
  expect(listed(await planOf(nested))).toBe(`
  each (for each of inputs.list)
    classify (prompt · simulated/a; else simulated/b)
    route (switch on steps.classify.output)  ← classify
      case urgent:
        draft (prompt · simulated/m)
        check (prompt · simulated/m; until loop.output.size > 3, at most 3 times)  ← draft
      default:
        file (write)

  finally:
  tell (write)
`)
})

it('colours lines, not words', async () => {
  expect(colourLines('┌─┐\n│a│', (text) => `<${text}>`)).toBe('<┌─┐>\n<│>a<│>')
})

/** With a line break at both ends, as the drawings stand here. */
function drawn(plan: Plan): string {
  return `\n${drawGraph(plan, 80)}\n`
}

function listed(plan: Plan): string {
  return `\n${drawGraph(plan, null)}\n`
}
