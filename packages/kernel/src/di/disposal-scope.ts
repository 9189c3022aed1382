type Undo = () => void | Promise<void>

/** Undoes what was done, last first. Every undo is run even when one before it fails. */
export class DisposalScope {
  private readonly undos: Undo[] = []

  add(undo: Undo): void {
    this.undos.push(undo)
  }

  /** Runs each undo once; a second call has nothing left to do. @throws AggregateError when undos failed */
  async dispose(): Promise<void> {
    const errors: unknown[] = []
    for (let undo = this.undos.pop(); undo; undo = this.undos.pop()) {
      try {
        await undo()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of the things to undo failed`)
  }
}
