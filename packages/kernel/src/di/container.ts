import 'reflect-metadata/lite'
import { container as tsyringe, type DependencyContainer } from 'tsyringe'
import type { Token } from './token.js'

type Class<Instance> = new (...services: never[]) => Instance

/** Services of one lifetime. Only `packages/kernel/src/di` knows which library is behind it. */
export interface Container {
  provideValue<Type>(token: Token<Type>, value: Type): void
  /** One instance for the container, constructed with what `wire` says. */
  provideClass<Type>(token: Token<Type>, type: Class<Type>): void
  /** @throws Error for a token that nothing was provided for */
  resolve<Type>(token: Token<Type>): Type
}

/** Services that live as long as the host. */
export interface RootContainer extends Container {
  /**
   * Constructs everything and accepts nothing more. A singleton that was first resolved on behalf of a run would be built
   * with that run's values, so all of them are built here.
   */
  seal(): void
  /** Services of one run, on top of those of the root. @throws Error before `seal` */
  createRunContainer(): Container
}

export function createRootContainer(): RootContainer {
  const root = tsyringe.createChildContainer()
  const provided = new Map<symbol, string>()
  let sealed = false
  const open = (name: string): void => {
    if (sealed) throw new Error(`The root container is sealed; ${name} comes too late.`)
  }
  const base = createContainer(root, provided)
  return {
    provideValue(token, value) {
      open(token.name)
      base.provideValue(token, value)
    },
    provideClass(token, type) {
      open(token.name)
      base.provideClass(token, type)
    },
    resolve: base.resolve,
    seal() {
      for (const key of provided.keys()) root.resolve(key)
      sealed = true
    },
    createRunContainer() {
      if (!sealed) throw new Error('The root container has to be sealed before a run.')
      return createContainer(root.createChildContainer(), new Map(), provided)
    },
  }
}

function createContainer(
  container: DependencyContainer,
  provided: Map<symbol, string>,
  inherited: ReadonlyMap<symbol, string> = new Map(),
): Container {
  const claim = <Type>(token: Token<Type>): void => {
    if (provided.has(token.key) || inherited.has(token.key)) throw new Error(`${token.name} is provided twice.`)
    provided.set(token.key, token.name)
  }
  return {
    provideValue(token, value) {
      claim(token)
      container.register(token.key, { useValue: value })
    },
    provideClass(token, type) {
      claim(token)
      container.registerSingleton(token.key, type as unknown as new (...services: unknown[]) => object)
    },
    resolve<Type>(token: Token<Type>): Type {
      if (!provided.has(token.key) && !inherited.has(token.key)) throw new Error(`Nothing provides ${token.name}.`)
      return container.resolve<Type>(token.key)
    },
  }
}
