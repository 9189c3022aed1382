import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { rolldown } from 'rolldown'
import { asciiOnly } from './ascii-only.mjs'
import { compiledMetaSchema } from './compiled-meta-schema.mjs'
import { directBuiltins } from './direct-builtins.mjs'
import { lazyPrices } from './lazy-prices.mjs'
import { writeNotices } from './write-notices.mjs'
import { yamlModules } from './yaml-modules.mjs'

/** What stays outside of bundles: large and seldom needed, native, or with files of its own beside its code. */
const outside = ['@anthropic-ai/sdk', '@electric-sql/pglite', 'openai', 'swagger-ui-dist', 'tiktoken', 'undici', 'vitest']

/**
 * Packs what tsc made of a package, with its dependencies, into the few files of its folder `bundle`. Loading hundreds of
 * modules one by one takes several times as long. The workspace's own packages stay outside, so that there is one of each.
 */
export async function bundlePackage(folder) {
  const output = join(folder, 'bundle')
  await rm(output, { recursive: true, force: true })
  const bundle = await rolldown({
    input: entries(folder),
    platform: 'node',
    // ES modules where a package has both: what is in them need not be looked up by name at run time.
    resolve: { mainFields: ['module', 'main'] },
    external: (id) => [...outside, '@pipewright'].some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [yamlModules(), compiledMetaSchema(), lazyPrices(), directBuiltins(), asciiOnly(), writeNotices()],
    checks: { ineffectiveDynamicImport: false, pluginTimings: false },
    logLevel: 'warn',
  })
  await bundle.write({
    dir: output,
    format: 'esm',
    // Flat: code finds its package's other files by their place.
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    comments: false,
    // Names stay, so that stack traces can be read.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  })
  await bundle.close()
}

/** The modules that a package exports or starts with, by the names of their bundles. */
function entries(folder) {
  const { exports, bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const exported = Object.values(exports).flatMap((target) =>
    typeof target === 'object' ? [[basename(target.default, '.js'), join(folder, target.types.replace(/\.d\.ts$/, '.js'))]] : [],
  )
  return Object.fromEntries(bin === undefined ? exported : [...exported, ['main', join(folder, 'dist', 'main.js')]])
}
