import { compileTemplate, type CompiledTemplate, type Reference } from '../pipeline/template-engine.js'

/** Values whose last filter leaves nothing of them that could mean something else at another place. */
const harmless = /\{\{-?[^{}]*\|\s*(?:url_encode|cgi_escape|slugify|size)\s*-?\}\}/g
/** Tags that look at a value without writing it. */
const deciding = /\{%-?\s*(if|elsif|unless|case|when)\b(?:(?!%\})[\s\S])*?-?%\}/g
const decided: Readonly<Record<string, string>> = { if: 'true', elsif: 'true', unless: 'false', case: '1', when: '2' }

/** What a template refers to whose text becomes part of what it gives: not what it only decides by. */
export function flowingReferences({ source, references }: CompiledTemplate): readonly Reference[] {
  const reduced = source.replaceAll(harmless, '').replaceAll(deciding, (_tag, word: string) => `{% ${word} ${decided[word]} %}`)
  if (reduced === source) return references
  try {
    return compileTemplate(reduced).references
  } catch {
    // It can no longer be read: then all of them count.
    return references
  }
}
