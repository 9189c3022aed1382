import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** Puts ajv's compiled code in the place of the module that would have ajv compile it in every process. */
export function compiledMetaSchema() {
  return {
    name: 'compiled-meta-schema',
    transform: {
      filter: { id: /[\\/]kernel[\\/]dist[\\/]pipeline[\\/]meta-schema\.js$/ },
      async handler(_code, id) {
        const require = createRequire(id)
        const { Ajv2020 } = require('ajv/dist/2020.js')
        const { default: standaloneCode } = require('ajv/dist/standalone/index.js')
        const { metaSchemaId } = await import(pathToFileURL(id).href)
        const ajv = new Ajv2020({
          allErrors: true,
          strict: false,
          validateFormats: false,
          logger: false,
          code: { source: true, esm: true },
        })
        // It writes an ES module, and yet requires what it needs.
        const code = standaloneCode(ajv, { validate: metaSchemaId }).replaceAll('require("ajv/dist/runtime/equal")', 'equal')
        if (code.includes('require(')) throw new Error('The compiled meta-schema needs more of ajv than this expects.')
        return `import equal from 'ajv/dist/runtime/equal.js'
${code}
export const metaSchemaId = ${JSON.stringify(metaSchemaId)}
export function metaSchemaValidator() { return validate }`
      },
    },
  }
}
