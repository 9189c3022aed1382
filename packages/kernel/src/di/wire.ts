import type { Token } from './token.js'
import { inject, injectable } from './tsyringe.js'

type Class = new (...services: never[]) => object
type TokensOf<Services extends readonly unknown[]> = { readonly [Index in keyof Services]: Token<Services[Index]> }

/** A class of which it is known with which services it is constructed. */
export interface Wired<Instance> {
  readonly type: new (...services: never[]) => Instance
}

const wired = new WeakSet<Class>()

/**
 * Says with which services a class is constructed: one token for each constructor parameter, in order. A token that is
 * missing, superfluous, swapped or of the wrong type does not compile. Calls what tsyringe's decorators would call, so no
 * decorator syntax and no emitted metadata are needed.
 * @throws Error for a class that is wired already: the library keeps one wiring for each class, so a second would change the first
 */
export function wire<Type extends Class>(type: Type, ...tokens: TokensOf<ConstructorParameters<Type>>): Wired<InstanceType<Type>> {
  if (wired.has(type)) throw new Error(`${type.name} is wired twice.`)
  wired.add(type)
  // A mapped tuple over a type parameter is not known to be a list.
  const list = tokens as readonly Token<unknown>[]
  for (const [index, { key }] of list.entries()) inject(key)(type, undefined, index)
  injectable()(type)
  return { type: type as unknown as Wired<InstanceType<Type>>['type'] }
}
