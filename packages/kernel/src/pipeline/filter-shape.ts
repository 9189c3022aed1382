import { typeShape, type JsonType, type Shape } from './shape.js'

const givesOf: Readonly<Partial<Record<JsonType, string>>> = {
  number: 'abs at_least at_most ceil divided_by floor minus modulo plus round size times',
  string:
    'append capitalize date downcase escape join json lstrip prepend remove replace replace_first rstrip slugify strip strip_html truncate truncatewords upcase url_encode',
  array: 'compact concat map reverse sort sort_natural split uniq where',
}

const shapes = new Map(
  Object.entries(givesOf).flatMap(([type, filters]) => filters.split(' ').map((filter) => [filter, typeShape(type as JsonType)] as const)),
)

/** What a filter gives; null where that depends on what it is given. */
export function filterShape(filter: string): Shape | null {
  return shapes.get(filter) ?? null
}
