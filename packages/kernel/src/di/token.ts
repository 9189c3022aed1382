/** Names a service and carries its type, so that what is asked for and what is given agree at compile time. */
export interface Token<Type> {
  readonly key: symbol
  readonly name: string
  /** Only for the type checker; never set. */
  readonly type?: Type
}

export function token<Type>(name: string): Token<Type> {
  return { key: Symbol(name), name }
}
