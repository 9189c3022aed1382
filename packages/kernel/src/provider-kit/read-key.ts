import { PipewrightError } from '../errors/pipewright-error.js'
import type { PluginContext } from '../plugin/define-plugin.js'

/** The key that an environment variable holds. @throws PROVIDER_AUTH when it holds none, or something that no key is */
export function readKey(secret: PluginContext['secret'], variable: string, provider: string): string {
  const key = secret(variable)?.trim() ?? ''
  if (key === '') {
    throw new PipewrightError('PROVIDER_AUTH', `The environment variable ${variable} is not set: it holds the key for ${provider}.`, {
      hint: `Set ${variable}, or run with --provider simulated.`,
    })
  }
  // Header values that are not of these characters are refused in words that quote them.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new PipewrightError('PROVIDER_AUTH', `What the environment variable ${variable} holds is no key for ${provider}.`, {
      hint: `Set ${variable} again: it holds spaces, line breaks or other characters that no key has.`,
    })
  }
  return key
}
