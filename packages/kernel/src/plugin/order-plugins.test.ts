import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { InstalledPlugin } from './installed-plugin.js'
import { manifestSchema } from './manifest.js'
import { orderPlugins } from './order-plugins.js'

function plugin(
  name: string,
  requires: Readonly<Record<string, string>> = {},
  more: { version?: string; ids?: string[] } = {},
): InstalledPlugin {
  const contributes = (more.ids ?? [name]).map((id) => ({ kind: 'step', id, contract: 'v1' }))
  return {
    source: { directory: `/plugins/${name}`, origin: 'project' },
    manifest: { name, version: more.version ?? '1.0.0', ...manifestSchema.parse({ kernel: '*', contributes, requires }) },
  }
}

function namesOf(plugins: readonly InstalledPlugin[]): string[] {
  return plugins.map(({ manifest }) => manifest.name)
}

test('each plugin comes after what it requires, whatever the order they are given in', () => {
  const requirements = fc.integer({ min: 1, max: 40 }).chain((count) =>
    fc.tuple(
      // Plugin i may require those before it, so there is no circle.
      fc.array(fc.array(fc.nat({ max: count - 1 })), { minLength: count, maxLength: count }),
      fc.shuffledSubarray([...Array(count).keys()], { minLength: count }),
    ),
  )
  fc.assert(
    fc.property(requirements, ([graph, givenOrder]) => {
      const requiredBy = graph.map((others, index) => [...new Set(others.filter((other) => other < index))])
      const plugins = givenOrder.map((index) =>
        plugin(`p${index}`, Object.fromEntries((requiredBy[index] ?? []).map((other) => [`p${other}`, '^1.0.0']))),
      )
      const order = namesOf(orderPlugins(plugins))
      expect(order.toSorted()).toEqual(namesOf(plugins).toSorted())
      for (const [index, others] of requiredBy.entries())
        for (const other of others) expect(order.indexOf(`p${other}`)).toBeLessThan(order.indexOf(`p${index}`))
    }),
  )
})

test('any circle is found', () => {
  const circles = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 12 }))
  fc.assert(
    fc.property(circles, ([length, others]) => {
      const circle = Array.from({ length }, (_, index) => plugin(`c${index}`, { [`c${(index + 1) % length}`]: '*' }))
      const rest = Array.from({ length: others }, (_, index) => plugin(`o${index}`, { c0: '*' }))
      expect(() => orderPlugins([...rest, ...circle])).toThrow(expect.objectContaining({ code: 'PLUGIN_CYCLE' }))
    }),
  )
})

test('plugins that do not require each other stay in the order given', () => {
  expect(namesOf(orderPlugins([plugin('c'), plugin('a'), plugin('b')]))).toEqual(['c', 'a', 'b'])
})

test('a circle is named in full', () => {
  const plugins = [plugin('start', { a: '*' }), plugin('a', { b: '*' }), plugin('b', { c: '*' }), plugin('c', { a: '*' })]
  expect(() => orderPlugins(plugins)).toThrow(
    expect.objectContaining({ code: 'PLUGIN_CYCLE', message: 'These plugins require each other: a -> b -> c -> a.' }),
  )
})

test('a requirement that is not there is named, with the nearest name that is', () => {
  expect(() => orderPlugins([plugin('user', { 'step-mth': '^1.0.0' }), plugin('step-math')])).toThrow(
    expect.objectContaining({
      code: 'PLUGIN_DEPENDENCY_MISSING',
      message: 'user requires step-mth ^1.0.0, which is not there.',
      hint: 'Did you mean "step-math"?',
      place: { file: expect.stringContaining('user') as string },
    }),
  )
})

test('a requirement of another version is refused with both versions', () => {
  expect(() => orderPlugins([plugin('user', { base: '^2.0.0' }), plugin('base', {}, { version: '1.4.0' })])).toThrow(
    expect.objectContaining({ code: 'PLUGIN_INCOMPATIBLE', message: 'user requires base ^2.0.0; installed is 1.4.0.' }),
  )
})

test('two plugins of one name are refused with both folders', () => {
  const second = { ...plugin('twin'), source: { directory: '/elsewhere/twin', origin: 'built-in' as const } }
  expect(() => orderPlugins([plugin('twin'), second])).toThrow(
    expect.objectContaining({
      code: 'PLUGIN_DUPLICATE',
      message: 'The plugin twin is given twice: from /plugins/twin and /elsewhere/twin.',
    }),
  )
})

test('two providers of one id are refused with both names', () => {
  expect(() => orderPlugins([plugin('a', {}, { ids: ['say'] }), plugin('b', {}, { ids: ['other', 'say'] })])).toThrow(
    expect.objectContaining({ code: 'PLUGIN_DUPLICATE', message: 'Both a and b contribute the step "say".' }),
  )
})

test('a plugin that contributes one id twice is refused', () => {
  expect(() => orderPlugins([plugin('a', {}, { ids: ['say', 'say'] })])).toThrow(
    expect.objectContaining({ code: 'PLUGIN_DUPLICATE', message: 'a contributes the step "say" twice.' }),
  )
})

test('one id may stand for contributions of different kinds', () => {
  const guard = plugin('guard', {}, { ids: ['say'] })
  const asGuardrail = {
    ...guard,
    manifest: { ...guard.manifest, contributes: [{ kind: 'guardrail' as const, id: 'say', contract: 'v1' }] },
  }
  expect(namesOf(orderPlugins([plugin('say'), asGuardrail]))).toEqual(['say', 'guard'])
})
