/** What a pipeline or component makes use of, as its document says. */
export interface Capabilities {
  readonly stepTypes: string[]
  readonly models: string[]
}

export function capabilitiesOf(document: Record<string, unknown> | null): Capabilities {
  const steps = (document?.['steps'] ?? []) as Record<string, unknown>[]
  const models = [document?.['defaults'], ...steps].map((part) => (part as Record<string, unknown> | undefined)?.['model'])
  return { stepTypes: distinct(steps.map((step) => step['uses'])), models: distinct(models) }
}

function distinct(values: readonly unknown[]): string[] {
  return [...new Set(values.filter((value) => typeof value === 'string'))].toSorted()
}
