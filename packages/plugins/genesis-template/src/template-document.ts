import { PipewrightError, readDocument, type PackageFile, type PipelineDocument } from '@pipewright/kernel'

/** The pipeline that a fetched template holds. @throws PACKAGE_INVALID */
export function templateDocument(files: readonly PackageFile[], name: string): PipelineDocument {
  const file = files.find(({ path }) => path === 'pipeline.yaml')
  const read = file && readDocument(file.content, 'pipeline.yaml')
  if (read?.ok) return read.document
  throw new PipewrightError('PACKAGE_INVALID', `${name} holds no readable pipeline.yaml.`, {
    hint: 'Tell its owner, and choose another with --template.',
  })
}
