import { DisposalScope } from './disposal-scope.js'
import type { Token } from './token.js'
import { globalContainer, type DependencyContainer } from './tsyringe.js'
import type { Wired } from './wire.js'

/** Services of one lifetime. Only `packages/kernel/src/di` knows which library is behind it. */
export interface Container {
  /** @throws Error when the token has something already, here or in the root */
  provideValue<Type>(token: Token<Type>, value: NoInfer<Type>): void
  /** One instance for the container, constructed with what `wire` says. @throws like `provideValue` */
  provideClass<Type>(token: Token<Type>, wired: Wired<NoInfer<Type>>): void
  /** @throws Error for a token that nothing was provided for */
  resolve<Type>(token: Token<Type>): Type
  /**
   * Calls `dispose()` of what this container has constructed and has one, last constructed first. Values are left to those
   * who made them, and what belongs to the root to the root. @throws AggregateError when some failed
   */
  dispose(): Promise<void>
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
  const library = globalContainer.createChildContainer()
  const provided = new Set<symbol>()
  let sealed = false
  const root = createContainer(library, provided, new Set(), (name) => {
    if (sealed) throw new Error(`The root container is sealed; ${name} comes too late.`)
  })
  return {
    ...root,
    seal() {
      for (const key of provided) library.resolve(key)
      sealed = true
    },
    createRunContainer() {
      if (!sealed) throw new Error('The root container has to be sealed before a run.')
      return createContainer(library.createChildContainer(), new Set(), provided)
    },
  }
}

function createContainer(
  library: DependencyContainer,
  provided: Set<symbol>,
  inherited: ReadonlySet<symbol>,
  check: (name: string) => void = () => {},
): Container {
  const scope = new DisposalScope()
  const claim = ({ key, name }: Token<unknown>): void => {
    check(name)
    if (provided.has(key) || inherited.has(key)) throw new Error(`${name} is provided twice.`)
    provided.add(key)
  }
  return {
    provideValue(token, value) {
      claim(token)
      library.register(token.key, { useValue: value })
    },
    provideClass(token, { type }) {
      claim(token)
      // The library types every constructor as taking anything; what it really takes, `wire` has checked.
      library.registerSingleton(token.key, type as unknown as new (...services: unknown[]) => object)
      library.afterResolution(token.key, (_key, instance) => addDisposal(scope, instance), { frequency: 'Once' })
    },
    resolve<Type>(token: Token<Type>): Type {
      if (!provided.has(token.key) && !inherited.has(token.key)) throw new Error(`Nothing provides ${token.name}.`)
      return library.resolve<Type>(token.key)
    },
    dispose: () => scope.dispose(),
  }
}

function addDisposal(scope: DisposalScope, instance: unknown): void {
  if (typeof instance !== 'object' || instance === null || !('dispose' in instance) || typeof instance.dispose !== 'function') return
  const { dispose } = instance as { dispose: () => void | Promise<void> }
  scope.add(() => dispose.call(instance))
}
