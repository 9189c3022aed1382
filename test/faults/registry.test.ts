import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { beforeAll, expect, test } from 'vitest'
import { createProject, pipewright, pipewrightJson } from '../support/command-line.js'
import { expectToldPlainly } from './fixtures/spoken.js'

let address: string

/** Where nothing listens: a port that was free a moment ago. */
beforeAll(async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has an address of this kind.
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await new Promise((resolve) => server.close(resolve))
})

test('a dead registry is said to be one, and the built-in catalogue serves', async () => {
  const { code, document, stderr } = await pipewrightJson<{ source: string; items: { name: string }[] }>(
    ['search', 'clean', 'csv', '--registry', address],
    { cwd: await createProject() },
  )
  expect(code).toBe(0)
  expect(document.items.map(({ name }) => name)).toContain('@pipewright/csv-clean')
  expect(document.source).not.toContain(address)
  expect(stderr).toContain(address)
})

test('what cannot go anywhere else is an error', async () => {
  const finished = await pipewright(['whoami', '--registry', address], {
    cwd: await createProject(),
    environment: { PIPEWRIGHT_TOKEN: 'a-token' },
  })
  expect(finished.code).not.toBe(0)
  expectToldPlainly(finished, 'REGISTRY_UNREACHABLE')
})
