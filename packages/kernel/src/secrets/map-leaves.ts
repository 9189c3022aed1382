/**
 * A value with its texts and numbers changed, and the keys of its maps. What does not change is not copied, so that a value in
 * which nothing changes is returned as it is.
 */
export function mapLeaves(value: unknown, change: (leaf: string | number) => unknown): unknown {
  if (typeof value === 'string' || typeof value === 'number') return change(value)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  return Array.isArray(value) ? mapList(value, change) : mapRecord(value, change)
}

function mapList(list: readonly unknown[], change: (leaf: string | number) => unknown): readonly unknown[] {
  let copy: unknown[] | undefined
  for (let index = 0; index < list.length; index++) {
    const changed = mapLeaves(list[index], change)
    if (Object.is(changed, list[index])) continue
    copy ??= [...list]
    copy[index] = changed
  }
  return copy ?? list
}

function mapRecord(record: object, change: (leaf: string | number) => unknown): object {
  let hasChanged = false
  const entries = Object.entries(record).map(([key, value]: [string, unknown]) => {
    const changed = [String(change(key)), mapLeaves(value, change)] as const
    hasChanged ||= changed[0] !== key || !Object.is(changed[1], value)
    return changed
  })
  return hasChanged ? Object.fromEntries(entries) : record
}
