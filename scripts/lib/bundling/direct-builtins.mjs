import { isBuiltin } from 'node:module'

/** A line of imports as the bundler writes it. */
const importLine = /^import (?:(?<whole>[\w$]+)|\* as (?<namespace>[\w$]+))?(?:, )?(?:\{(?<names>[^}]*)\} )?(?: ?)from "(?<from>[^"]+)";$/gm
const requireCall = /\b__require\("(?<from>[^"]+)"\)/g

/** Costly to load, and used only once something happens: functions of these are looked up when they are called. */
const seldom = new Set(['child_process', 'crypto', 'v8', 'vm', 'worker_threads', 'zlib'])

/**
 * Takes Node's own modules as they are. Before Node lets one be imported it looks at each of its exports, which loads the
 * streams, sockets and child processes behind them, wanted or not.
 */
export function directBuiltins() {
  return {
    name: 'direct-builtins',
    renderChunk(code) {
      return code
        .replaceAll(importLine, (...match) => {
          const [line] = match
          const { whole, namespace, names, from } = match.at(-1)
          return isBuiltin(from) ? [...bindWhole(whole ?? namespace, from), ...bindNames(names, from)].join('') : line
        })
        .replaceAll(requireCall, (call, from) => (isBuiltin(from) ? builtin(from) : call))
    },
  }
}

function builtin(name) {
  return `process.getBuiltinModule(${JSON.stringify(name)})`
}

function isSeldom(name) {
  return seldom.has(name.replace(/^node:/, ''))
}

function bindWhole(local, from) {
  if (local === undefined) return []
  const lazy = `new Proxy({}, { get: (_, key) => ${builtin(from)}[key] })`
  return [`const ${local} = ${isSeldom(from) ? lazy : builtin(from)};`]
}

function bindNames(names = '', from) {
  const module = process.getBuiltinModule(from)
  const pairs = names.split(',').flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim().split(' as ')]))
  return pairs.map(([name, local = name]) => {
    return isSeldom(from) && isPlainFunction(module[name])
      ? `const ${local} = (...values) => ${builtin(from)}.${name}(...values);`
      : `const ${local} = ${builtin(from)}.${name};`
  })
}

/** One that can be called through another: no class, and nothing hangs on it, as what `promisify` asks for hangs on `execFile`. */
function isPlainFunction(value) {
  return (
    typeof value === 'function' &&
    /^[a-z]/.test(value.name) &&
    Reflect.ownKeys(value).every((key) => /^(length|name|prototype)$/.test(String(key)))
  )
}
