import type { Work } from './work.ts'

/** A piece of work as a pipeline document. */
export function pipelineText({ shape, steps, concurrency }: Work): string {
  return shape === 'chain' ? chainText(steps) : fanOutText(concurrency)
}

function chainText(steps: number): string {
  const step = (index: number): string =>
    `  - { id: step_${index}, uses: increment, with: { value: ${index === 0 ? '0' : `"{{ steps.step_${index - 1}.output.value }}"`} } }`
  const list = Array.from({ length: steps }, (_, index) => step(index)).join('\n')
  return `pipeline: chain\nsteps:\n${list}\noutputs: { result: "{{ steps.step_${steps - 1}.output }}" }\n`
}

function fanOutText(concurrency: number): string {
  return `pipeline: fan-out
inputs:
  items: { type: array, items: { type: object } }
steps:
  - id: each
    uses: increment
    for_each: "{{ inputs.items }}"
    concurrency: ${concurrency}
    with: { value: "{{ item.value }}" }
outputs: { result: "{{ steps.each.output }}" }
`
}
