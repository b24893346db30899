// A message's text with its entities, as HTML that parse_mode would read back to the same.
import type { Entity, FormattedText } from './objects.ts'

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const quoted = (text: string): string => escaped(text).replaceAll('"', '&quot;')

/** The entity's tags; undefined for what Telegram finds by itself. */
function tagsOf(entity: Entity): readonly [open: string, close: string] | undefined {
  switch (entity.type) {
    case 'bold':
      return ['<b>', '</b>']
    case 'italic':
      return ['<i>', '</i>']
    case 'underline':
      return ['<u>', '</u>']
    case 'strikethrough':
      return ['<s>', '</s>']
    case 'spoiler':
      return ['<tg-spoiler>', '</tg-spoiler>']
    case 'code':
      return ['<code>', '</code>']
    case 'pre':
      return entity.language === undefined
        ? ['<pre>', '</pre>']
        : [`<pre><code class="language-${quoted(entity.language)}">`, '</code></pre>']
    case 'text_link':
      return [`<a href="${quoted(entity.url ?? '')}">`, '</a>']
    case 'blockquote':
      return ['<blockquote>', '</blockquote>']
    case 'expandable_blockquote':
      return ['<blockquote expandable>', '</blockquote>']
    case 'custom_emoji':
      return [`<tg-emoji emoji-id="${entity.custom_emoji_id ?? ''}">`, '</tg-emoji>']
    default:
      return undefined
  }
}

/** Entities that overlap without nesting are closed and opened again where they cross. */
export function renderHtml({ text, entities }: FormattedText): string {
  const tagged = entities.filter((entity) => tagsOf(entity) !== undefined)
  const open: Entity[] = []
  let html = ''
  for (let at = 0; at <= text.length; at++) {
    const staying = open.filter((entity) => entity.offset + entity.length > at)
    const keep = open.findIndex((entity) => !staying.includes(entity))
    const closing = keep === -1 ? [] : open.splice(keep)
    for (const entity of closing.toReversed()) html += tagsOf(entity)?.[1] ?? ''
    const starting = tagged.filter((entity) => entity.offset === at)
    for (const entity of [...closing.filter((each) => staying.includes(each)), ...starting]) {
      html += tagsOf(entity)?.[0] ?? ''
      open.push(entity)
    }
    html += escaped(text.charAt(at))
  }
  return html
}
