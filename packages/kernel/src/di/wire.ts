import 'reflect-metadata/lite'
import { inject, injectable } from 'tsyringe'
import type { Token } from './token.js'

type TokensOf<Arguments extends readonly unknown[]> = { readonly [Index in keyof Arguments]: Token<Arguments[Index]> }

/**
 * Says with which services a class is constructed: one token for each constructor parameter, in order. A token that is
 * missing, superfluous, swapped or of the wrong type does not compile. Calls what tsyringe's decorators would call, so no
 * decorator syntax and no emitted metadata are needed.
 */
export function wire<Arguments extends readonly unknown[], Instance>(
  type: new (...services: Arguments) => Instance,
  ...tokens: TokensOf<Arguments>
): new (...services: Arguments) => Instance {
  const list = tokens as readonly Token<unknown>[]
  for (const [index, { key }] of list.entries()) inject(key)(type, undefined, index)
  // The library types every constructor as taking anything.
  injectable()(type as unknown as new (...services: unknown[]) => Instance)
  return type
}
