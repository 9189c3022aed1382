// Measures how long commands take beside a bare start of Node, in turns: `node scripts/bench-cli.mjs`.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkoutNode, root } from './lib/checkout.mjs'

const runs = 21
const steps = 50
const node = checkoutNode()
const binary = join(root, 'packages', 'cli', 'bin', 'pipewright.js')

/** @returns a row for each command: its time, that of a bare start, and their ratio, each the median of runs in turns */
export async function benchCli() {
  const folder = await mkdtemp(join(tmpdir(), 'pipewright-bench-'))
  try {
    const file = join(folder, 'steps.yaml')
    await writeFile(file, pipelineOf(steps))
    return [
      await compare('--version', ['--version'], 1.35),
      await compare('--help', ['--help'], 1.35),
      await compare(`validate of ${steps} steps`, ['validate', file], 2),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function compare(name, words, aim) {
  const pairs = []
  // The first fills Node's cache of compiled code, as a first use does.
  await timeOf([binary, ...words])
  for (let run = 0; run < runs; run++) pairs.push({ ours: await timeOf([binary, ...words]), peer: await timeOf(['-e', '0']) })
  return {
    name,
    ours: median(pairs.map(({ ours }) => ours)),
    peer: median(pairs.map(({ peer }) => peer)),
    peerName: 'bare Node',
    unit: 'ms',
    better: 'lower',
    ratio: median(pairs.map(({ ours, peer }) => ours / peer)),
    aim,
  }
}

/** From the start of a process to its end, in milliseconds. @throws Error when it fails */
async function timeOf(words) {
  const started = performance.now()
  const code = await new Promise((resolve, reject) => {
    const child = spawn(node, words, { stdio: ['ignore', 'pipe', 'inherit'] })
    child.stdout.resume()
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`node ${words.join(' ')} ended with code ${code}.`)
  return performance.now() - started
}

function median(values) {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]
}

/** A chain of steps of several types: prompts with a priced model, texts, conditions, JSONata. */
function pipelineOf(count) {
  const kinds = [
    (before) => `uses: prompt, with: { prompt: "Summarise this in a sentence.\\n{{ ${before} }}", max_output_tokens: 200 }`,
    (before) => `uses: text, with: { text: "In short: {{ ${before} | strip }}" }`,
    (before) => `uses: transform, with: { input: "{{ ${before} }}", expression: "$uppercase($)" }`,
    (before) => `uses: text, if: "${before}.size > 0", with: { text: "{{ ${before} }} and {{ inputs.text }}" }`,
  ]
  const lines = Array.from({ length: count }, (_, index) => {
    const before = index === 0 ? 'inputs.text' : `steps.s${index - 1}.output`
    return `  - { id: s${index}, ${kinds[index % kinds.length](before)} }`
  })
  return `pipeline: bench
inputs: { text: { type: string } }
defaults: { model: anthropic/claude-haiku-4-5 }
steps:
${lines.join('\n')}
outputs: { text: "{{ steps.s${count - 1}.output }}" }
`
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, ours, peer, ratio, aim } of await benchCli())
    process.stdout.write(`${name.padEnd(22)} ${ours.toFixed(0)} ms, bare Node ${peer.toFixed(0)} ms: ${ratio.toFixed(2)} (aim ${aim})\n`)
}
