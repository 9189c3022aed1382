import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkout } from '../support/run-command.js'
import { anchorsIn, brokenLink, linksIn, markdownFiles } from './pages.js'

const read = (path: string): Promise<string> => readFile(join(checkout, path), 'utf8')

describe('the links between pages', () => {
  it('all lead somewhere', async () => {
    const pages = await markdownFiles(checkout)
    const found = await Promise.all(
      pages.map(async (page) =>
        Promise.all(
          linksIn(await read(page)).map(async ({ target, line }) => {
            const reason = await brokenLink(checkout, page, target, read)
            return reason === undefined ? [] : [`${page}:${line} ${target}: ${reason}`]
          }),
        ),
      ),
    )
    expect(found.flat(2)).toEqual([])
    // A check that reads nothing finds nothing.
    expect(pages.length).toBeGreaterThan(20)
    expect(found.flat().length).toBeGreaterThan(60)
  })

  it('reach every page of docs from its index', async () => {
    const pages = (await markdownFiles(checkout)).filter((page) => page.startsWith('docs/') && !page.startsWith('docs/evidence/'))
    const reached = new Set(['docs/README.md'])
    for (const page of reached) {
      for (const { target } of linksIn(await read(page))) {
        const [path = ''] = target.split('#')
        const file = join(page, '..', path)
        if (path !== '' && pages.includes(file)) reached.add(file)
      }
    }
    expect(pages.filter((page) => !reached.has(page))).toEqual([])
  })
})

describe('the check', () => {
  it('finds links, and leaves those in code alone', () => {
    const page = 'a [b](c.md) and `[d](e.md)`\n\n```md\n[f](g.md)\n```\n\n![h](i.png "title")\n'
    expect(linksIn(page)).toEqual([
      { target: 'c.md', line: 1 },
      { target: 'i.png', line: 7 },
    ])
  })

  it('knows the anchors of headings', () => {
    expect([...anchorsIn('# Two words\n\n## step `read`\n\n## Genesis: from a to b\n\n## Two words\n\n<a id="x"></a>')]).toEqual([
      'two-words',
      'step-read',
      'genesis-from-a-to-b',
      'two-words-1',
      'x',
    ])
  })

  it.each([
    ['missing.md', 'there is no docs/missing.md'],
    ['README.md#nowhere', 'docs/README.md has no heading #nowhere'],
    ['../../elsewhere.md', 'it leads out of the repository'],
    ['https://example.com/x', undefined],
    ['README.md#reference', undefined],
  ])('says of %s: %s', async (target, reason) => {
    expect(await brokenLink(checkout, 'docs/guide.md', target, read)).toBe(reason)
  })
})
