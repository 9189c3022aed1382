import MarkdownIt from 'markdown-it'

const maxLength = 200_000

// No HTML of the author's, and none of its own dangerous links: markdown-it refuses javascript: and the like.
const markdown = new MarkdownIt({ html: false, linkify: true })

markdown.renderer.rules['heading_open'] = (tokens, index) => `<${headingTag(tokens[index]?.tag)}>`
markdown.renderer.rules['heading_close'] = (tokens, index) => `</${headingTag(tokens[index]?.tag)}>\n`
markdown.renderer.rules['link_open'] = (tokens, index, options, _, renderer) => {
  tokens[index]?.attrSet('rel', 'nofollow noopener')
  return renderer.renderToken(tokens, index, options)
}
// Images would come from elsewhere, and tell whose page was read: their text stands for them.
markdown.renderer.rules['image'] = (tokens, index) => markdown.utils.escapeHtml(tokens[index]?.content ?? '')

/** An author's Markdown as HTML that is safe to show; headings begin two levels down, below those of the page. */
export function renderMarkdown(text: string): string {
  return markdown.render(text.slice(0, maxLength))
}

function headingTag(tag = 'h1'): string {
  return `h${Math.min(6, Number(tag.slice(1)) + 2)}`
}
