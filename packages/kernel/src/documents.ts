/**
 * `@pipewright/kernel/documents`: the formats, without the engine. All that the registry takes from the kernel.
 */
export * from './errors/error-table.js'
export * from './errors/error-meanings.js'
export * from './errors/finding.js'
export * from './errors/pipewright-error.js'
export * from './pipeline/about-schema.js'
export * from './pipeline/canonical-json.js'
export * from './pipeline/document-schema.js'
export * from './plugin/manifest.js'
export type * from './points/template-source.js'
export * from './points/origin.js'
export * from './pipeline/package-integrity.js'
export * from './pipeline/read-yaml.js'
export { readDocument, type ReadDocument } from './pipeline/read-document.js'
