import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseHtml } from './html-mode.ts'
import { renderHtml } from './render-html.ts'

const parsed = (source: string) => {
  const html = parseHtml(source)
  if (typeof html === 'string') throw new Error(html)
  return html
}

test.each([
  ['<b>bold</b>', 'bold', [['bold', 0, 4]]],
  ['a<STRONG>b</strong>', 'ab', [['bold', 1, 1]]],
  [
    '<i>x</i><em>y</em>',
    'xy',
    [
      ['italic', 0, 1],
      ['italic', 1, 1],
    ],
  ],
  [
    '<u><s>x</s></u>',
    'x',
    [
      ['strikethrough', 0, 1],
      ['underline', 0, 1],
    ],
  ],
  ['<span class="tg-spoiler">x</span>', 'x', [['spoiler', 0, 1]]],
  ['<tg-spoiler>x</tg-spoiler>', 'x', [['spoiler', 0, 1]]],
  ['<code>1 &lt; 2</code>', '1 < 2', [['code', 0, 5]]],
  ['<pre>a\nb</pre>', 'a\nb', [['pre', 0, 3]]],
  ['<pre><code class="language-ts">x</code></pre>', 'x', [['pre', 0, 1]]],
  ['<blockquote expandable>x</blockquote>', 'x', [['expandable_blockquote', 0, 1]]],
  ['<b></b>x', 'x', []],
  ['👍<b>x</b>', '👍x', [['bold', 2, 1]]],
  ['&amp;&quot;&#65;&#x42;&nbsp;&', '&"AB&nbsp;&', []],
] as const)('%s is understood', (source, text, entities) => {
  const html = parsed(source)
  expect(html.text).toBe(text)
  expect(html.entities.map(({ type, offset, length }) => [type, offset, length])).toEqual(entities)
})

test('a link keeps its address, and one that leads nowhere keeps only its text', () => {
  const { entities } = parsed(`<a href="https://kucoin.com/?a=1&amp;b=2">K</a>`)
  expect(entities).toEqual([
    { type: 'text_link', offset: 0, length: 1, url: 'https://kucoin.com/?a=1&b=2' },
  ])
  expect(parsed('<a href="nowhere">K</a>')).toEqual({ text: 'K', entities: [] })
  expect(parsed('<pre><code class="language-ts">x</code></pre>').entities[0]?.language).toBe('ts')
})

test.each([
  ['a < b', 'Unsupported start tag "" at byte offset 2'],
  ['é<script>', 'Unsupported start tag "script" at byte offset 2'],
  ['<p>x</p>', 'Unsupported start tag "p" at byte offset 0'],
  ['x <b', 'Unclosed start tag at byte offset 2'],
  ['<b>x', `Can't find end tag corresponding to start tag "b"`],
  ['x</b>', 'Unexpected end tag at byte offset 1'],
  ['<b>x</i>', 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
  ['<b>x</b', 'Unclosed end tag at byte offset 4'],
  ['<span>x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
  [
    '<a href>x</a>',
    'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
  ],
  ['<a href="x>', 'Unclosed start tag at byte offset 0'],
  ['<a href=x/y>z</a>', 'Unexpected end of name token at byte offset 0'],
  ['<a ="x">z</a>', 'Empty attribute name in the tag "a" at byte offset 0'],
  ['<tg-emoji emoji-id="x">z</tg-emoji>', 'Invalid custom emoji identifier specified'],
])('%s is refused', (source, complaint) => {
  expect(parseHtml(source)).toBe(complaint)
})

test('escaped text comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(parsed(renderHtml({ text, entities: [] }))).toEqual({ text, entities: [] })
    }),
  )
})

const tag = fc.constantFrom('b', 'i', 'u', 's', 'tg-spoiler', 'blockquote')
const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.string().map((text) => renderHtml({ text, entities: [] })),
    fc
      .tuple(tag, fc.array(tie('tree'), { maxLength: 3 }))
      .map(([name, inner]) => `<${name}>${inner.join('')}</${name}>`),
  ),
}))

test('what was read can be written and read again', () => {
  const sorted = (source: string) => {
    const { text, entities } = parsed(source)
    return {
      text,
      entities: entities.toSorted(
        (a, b) => a.offset - b.offset || b.length - a.length || a.type.localeCompare(b.type),
      ),
    }
  }
  fc.assert(
    fc.property(tree, (source) => {
      const once = sorted(source)
      expect(sorted(renderHtml(once))).toEqual(once)
    }),
  )
})

test('nothing makes it throw or hang', () => {
  const piece = fc.constantFrom('<', '>', '/', 'b', 'a', ' ', '=', '"', '&', '&#', ';', 'href', 'é')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      expect(['string', 'object']).toContain(typeof parseHtml(pieces.join('')))
    }),
    { numRuns: 2_000 },
  )
})
