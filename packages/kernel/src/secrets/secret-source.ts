import { PipewrightError } from '../errors/pipewright-error.js'

/** Where the secrets of a project come from. Only the names that it lists exist: a pipeline reaches nothing else through it. */
export interface SecretSource {
  /** Of letters, digits and `_`, a letter first. */
  readonly names: readonly string[]
  /** Absolute paths of files that hold secrets, which steps may not read as files. */
  readonly files: readonly string[]
  /** @throws SECRET_UNKNOWN, SECRET_MISSING when there is nothing where the secret is looked for, SECRET_INVALID when it is no text */
  read(name: string): Promise<string>
}

export const noSecrets: SecretSource = {
  names: [],
  files: [],
  async read(name) {
    throw new PipewrightError('SECRET_UNKNOWN', `There is no secret "${name}".`)
  },
}
