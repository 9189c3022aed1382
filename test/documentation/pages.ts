import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { promisify } from 'node:util'

/** The Markdown files of a checkout, as git knows them: those that are ignored are nobody's documentation. */
export async function markdownFiles(checkout: string): Promise<string[]> {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md']
  const { stdout } = await promisify(execFile)('git', list, { cwd: checkout })
  return stdout.split('\n').filter((line) => line !== '')
}

export interface Link {
  /** As the page writes it. */
  readonly target: string
  readonly line: number
}

/** The links of a page, those in its code left out. */
export function linksIn(markdown: string): Link[] {
  const prose = markdown.replaceAll(/^ *```[\s\S]*?^ *```/gm, keepLines).replaceAll(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)].map((match) => ({
    target: match[1] ?? '',
    line: prose.slice(0, match.index).split('\n').length,
  }))
}

/** The anchors that GitHub makes of a page's headings, and those that it sets itself. */
export function anchorsIn(markdown: string): Set<string> {
  const text = markdown.replaceAll(/^ *```[\s\S]*?^ *```/gm, keepLines)
  const seen = new Map<string, number>()
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) => {
    const slug = slugOf(title)
    const before = seen.get(slug) ?? 0
    seen.set(slug, before + 1)
    return before === 0 ? slug : `${slug}-${before}`
  })
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)])
}

/** @returns why a link of a page leads nowhere; undefined if it leads somewhere, or out of the checkout */
export async function brokenLink(
  checkout: string,
  page: string,
  target: string,
  read: (path: string) => Promise<string>,
): Promise<string | undefined> {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return undefined
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : posix.join(dirname(page), decodeURIComponent(path))
  if (file.startsWith('..')) return 'it leads out of the repository'
  const info = await stat(join(checkout, file)).catch(() => null)
  if (!info) return `there is no ${file}`
  if (anchor === undefined || !file.endsWith('.md')) return undefined
  return anchorsIn(await read(file)).has(anchor) ? undefined : `${file} has no heading #${anchor}`
}

function slugOf(title: string): string {
  return title
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
}

function keepLines(text: string): string {
  return text.replaceAll(/[^\n]/g, '')
}
