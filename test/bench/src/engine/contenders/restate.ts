import { createServer } from 'node:http2'
import { once } from 'node:events'
import { createEndpointHandler, service, type Context } from '@restatedev/restate-sdk'
import { connect } from '@restatedev/restate-sdk-clients'
import { increment } from '../../../fixtures/increment-plugin/increment.ts'
import type { CreateContender } from '../../measure/contender.ts'
import { startRestate } from '../restate-server.ts'
import { doRuns } from '../work.ts'

/** Restate: its server as it is unless told otherwise, with a service in this process whose steps it journals. */
export const create: CreateContender = async (work, folder) => {
  const chain = service({
    name: 'bench',
    handlers: {
      async chain(context: Context): Promise<{ value: number }> {
        let counter = { value: 0 }
        for (let index = 0; index < work.steps; index++) {
          const given = counter
          counter = await context.run(`step_${index}`, () => increment(given))
        }
        return counter
      },
    },
  })
  const endpoint = createServer(createEndpointHandler({ services: [chain], logger: () => {} })).listen(0, '127.0.0.1')
  await once(endpoint, 'listening')
  const address = endpoint.address()
  if (address === null || typeof address === 'string') throw new Error('there is no free port')
  const server = await startRestate(folder, `http://127.0.0.1:${address.port}`)
  const client = connect({ url: server.ingress }).serviceClient<typeof chain>({ name: 'bench' })
  return { prepare: async () => ({ run: () => doRuns(work, async () => client.chain()) }), close: server.stop }
}
