import { expect, test } from 'vitest'
import { createPluginFolder, createTestHost, stepCode } from './fixtures/plugin-folder.js'

const environment = { PUBLIC_REGION: 'eu', SERVICE_KEY: 'sk-service', OTHER_KEY: 'sk-other', TEAM_KEY: 'sk-team' }

/** A host with one plugin that may read and reach what `permissions` says, and whose step answers with what `run` returns. */
async function hostWith(permissions: object, run: string, config?: unknown): Promise<Awaited<ReturnType<typeof createTestHost>>> {
  const { add } = await createPluginFolder()
  const code = `import { z } from 'zod'
export default {
  config: z.looseObject({}),
  setup(context) {
    return { steps: [${stepCode('say', `run: async (input, step) => ${run}`)}] }
  },
}`
  const source = await add({ name: 'say', code, manifest: { permissions } })
  return createTestHost([{ ...source, ...(config === undefined ? {} : { config }) }], { services: { environment } })
}

/** What the step answers, given the fetch that the engine gives to steps. */
async function runStep({ host }: Awaited<ReturnType<typeof createTestHost>>): Promise<unknown> {
  const step = await host.get('step', 'say')
  return step?.run({ text: '' }, { fetch: host.fetchFor('step', 'say') } as never)
}

test('a variable that the manifest names can be read', async () => {
  const host = await hostWith({ environment: ['SERVICE_KEY', 'NOT_SET'] }, `[context.secret('SERVICE_KEY'), context.secret('NOT_SET')]`)
  expect(await runStep(host)).toEqual(['sk-service', undefined])
})

test('any other is refused, and its value not shown', async () => {
  const error = await runStep(await hostWith({ environment: ['SERVICE_KEY'] }, `context.secret('OTHER_KEY')`)).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({ code: 'PLUGIN_PERMISSION_DENIED', message: 'say may not read the environment variable OTHER_KEY.' })
  expect(JSON.stringify(error)).not.toContain('sk-other')
})

test('the configuration names variables where the manifest says so', async () => {
  const permissions = { environment: ['config:key_variable', 'config:commands.*.environment'] }
  const config = { key_variable: 'TEAM_KEY', commands: { one: { environment: ['PUBLIC_REGION', 'OTHER_KEY'] } } }
  const read = `['TEAM_KEY', 'PUBLIC_REGION', 'OTHER_KEY'].map((name) => context.secret(name))`
  expect(await runStep(await hostWith(permissions, read, config))).toEqual(['sk-team', 'eu', 'sk-other'])
  await expect(runStep(await hostWith(permissions, `context.secret('SERVICE_KEY')`, config))).rejects.toMatchObject({
    code: 'PLUGIN_PERMISSION_DENIED',
  })
})

test.each(['context', 'step'])('the fetch of its %s reaches no host that the manifest does not name', async (given) => {
  const host = await hostWith({ network: ['api.example.com'] }, `${given}.fetch('https://attacker.test/')`)
  await expect(runStep(host)).rejects.toMatchObject({ code: 'PLUGIN_PERMISSION_DENIED', message: 'say may not reach attacker.test.' })
})

test('a plugin without permissions reaches nothing', async () => {
  await expect(runStep(await hostWith({}, `context.fetch('http://127.0.0.1/')`))).rejects.toMatchObject({
    code: 'PLUGIN_PERMISSION_DENIED',
  })
})

test('the network of a contribution that has not been started is not there', async () => {
  const { host } = await hostWith({}, 'null')
  expect(() => host.fetchFor('step', 'say')).toThrow('has not been started')
  expect(() => host.fetchFor('step', 'absent')).toThrow('has not been started')
})

test('what a plugin logs begins with its name', async () => {
  const host = await hostWith({}, `context.logger.info('hello')`)
  await runStep(host)
  expect(host.events).toEqual(['say: hello'])
})
