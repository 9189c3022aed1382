type Undo = () => void | Promise<void>

/** Undoes what was done, last first. Every undo is run even when one before it fails. */
export class DisposalScope {
  private readonly undos: Undo[] = []
  private disposing: Promise<void> | undefined

  /** Whether `dispose` was called, so that nothing more may be added. */
  get closed(): boolean {
    return this.disposing !== undefined
  }

  /** @throws Error after `dispose`, since nobody would run the undo */
  add(undo: Undo): void {
    if (this.closed) throw new Error('What is undone already cannot be added to.')
    this.undos.push(undo)
  }

  /** Runs each undo once; calling it again waits for the same end. @throws AggregateError when undos failed */
  dispose(): Promise<void> {
    this.disposing ??= this.undoAll()
    return this.disposing
  }

  private async undoAll(): Promise<void> {
    const errors: unknown[] = []
    for (const undo of this.undos.toReversed()) {
      try {
        await undo()
      } catch (error) {
        errors.push(error)
      }
    }
    this.undos.length = 0
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of the things to undo failed`)
  }
}
