/** A step as far as its place among others goes. */
export interface Linked {
  readonly id: string
  readonly dependsOn: readonly string[]
}

/** A step, or a place where a line passes a layer on its way to a later one. */
export interface LayerNode {
  readonly id: string
  /** Null where only a line passes. */
  readonly step: string | null
  /** Ids of nodes of the layer before. */
  readonly from: readonly string[]
}

/**
 * Steps in layers: each stands in the layer after the last of those that it depends on. Lines that others stand for already
 * are left out; those over several layers have a node in each.
 * @param steps each after what it depends on
 */
export function layersOf(steps: readonly Linked[]): readonly (readonly LayerNode[])[] {
  const level = new Map<string, number>()
  for (const { id, dependsOn } of steps) level.set(id, Math.max(0, ...dependsOn.map((other) => (level.get(other) ?? -1) + 1)))
  const layers: LayerNode[][] = []
  const add = (at: number, node: LayerNode): void => {
    const layer = (layers[at] ??= [])
    layer.push(node)
  }
  for (const { id, dependsOn } of reduced(steps)) {
    const own = level.get(id) ?? 0
    const from = dependsOn.map((other) => passBy(other, level.get(other) ?? 0, own, layers, add))
    add(own, { id, step: id, from })
  }
  return ordered(layers)
}

/** The nodes through which a line gets from one layer to the one before another. Lines from one step share them. */
function passBy(id: string, from: number, to: number, layers: readonly LayerNode[][], add: (at: number, node: LayerNode) => void): string {
  let last = id
  for (let at = from + 1; at < to; at++) {
    const name = `${id} ${at}`
    if (!layers[at]?.some((node) => node.id === name)) add(at, { id: name, step: null, from: [last] })
    last = name
  }
  return last
}

/** Without the lines between two steps that a longer way joins too. */
function reduced(steps: readonly Linked[]): readonly Linked[] {
  const before = new Map<string, ReadonlySet<string>>()
  return steps.map(({ id, dependsOn }) => {
    const indirect = new Set(dependsOn.flatMap((other) => [...(before.get(other) ?? [])]))
    before.set(id, new Set([...indirect, ...dependsOn]))
    return { id, dependsOn: dependsOn.filter((other) => !indirect.has(other)) }
  })
}

/** Each layer in the order of what its nodes come from, so that few lines cross. */
function ordered(layers: readonly (readonly LayerNode[])[]): readonly (readonly LayerNode[])[] {
  let places = new Map<string, number>()
  return layers.map((layer) => {
    const mean = ({ from }: LayerNode): number =>
      from.length === 0 ? Infinity : from.reduce((sum, id) => sum + (places.get(id) ?? 0), 0) / from.length
    const sorted = places.size === 0 ? layer : layer.toSorted((one, other) => compare(mean(one), mean(other)))
    places = new Map(sorted.map(({ id }, index) => [id, index]))
    return sorted
  })
}

function compare(one: number, other: number): number {
  return one === other ? 0 : one - other
}
