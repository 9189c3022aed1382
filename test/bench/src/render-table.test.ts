import { expect, it } from 'vitest'
import type { Result } from './area.ts'
import { renderTable } from './render-table.ts'

const chain: Result = { name: 'chain', ours: 12.34, peer: 123.4, peerName: 'Peer', unit: 'ms', better: 'lower', ratio: 0.1, aim: 0.2 }

function lineOf(result: Result): string {
  return (
    renderTable('engine', { header: ['machine: ours'], results: [result] })
      .split('\n')
      .at(-2) ?? ''
  )
}

it('shows ours beside the peer, the ratio, the aim, and whether it is met', () => {
  expect(lineOf(chain)).toMatch(/^chain +12\.3 +123 +ms +Peer +0\.100× +≤ 0\.2× +met$/)
  expect(lineOf({ ...chain, ratio: 0.3 })).toMatch(/missed$/)
})

it('takes a higher figure for the better one where it is', () => {
  expect(lineOf({ ...chain, better: 'higher', ratio: 5, aim: 3 })).toMatch(/5\.00× +≥ 3× +met$/)
})

it('promises nothing where there is no aim', () => {
  expect(lineOf({ ...chain, aim: null })).toMatch(/0\.100× +–$/)
})

it('says why a peer was not run', () => {
  expect(lineOf({ ...chain, peer: null, ratio: null, notRun: 'no PostgreSQL' })).toMatch(/– +ms +Peer +– +≤ 0\.2× +not run: no PostgreSQL$/)
})

it('begins with what has to be known to read the figures', () => {
  expect(renderTable('engine', { header: ['machine: ours'], results: [chain] })).toMatch(/^engine: .+\nmachine: ours\n\n/)
})
