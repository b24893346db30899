// parse_mode HTML as Telegram parses it: which tags there are, what may stand inside, and how it complains.
import type { Entity, FormattedText } from './objects.ts'

/** The tag's entity; a, pre, code, span, tg-emoji and blockquote need their arguments too. */
const plainTags: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  u: 'underline',
  ins: 'underline',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
}
const tags = new Set([...Object.keys(plainTags), 'a', 'pre', 'code', 'tg-emoji', 'blockquote'])

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }
const isSpace = (character: string | undefined): boolean =>
  character !== undefined && /[ \t\r\n\0\v]/.test(character)

/** "&amp;" at `at`, decoded, and where it ends; undefined where an ampersand is only that. */
function reference(source: string, at: number): { text: string; end: number } | undefined {
  const found = /^&(?:#x([0-9a-f]{1,8})|#(\d{1,10})|([a-z]+));?/i.exec(source.slice(at, at + 16))
  if (found === null) return undefined
  const end = at + found[0].length
  const [, hex, decimal, name] = found
  if (name !== undefined) {
    const text = named[name]
    return text === undefined ? undefined : { text, end }
  }
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  return code === 0 || code >= 0x10ffff ? undefined : { text: String.fromCodePoint(code), end }
}

type Open = { readonly tag: string; readonly argument: string; readonly offset: number }

type Tag = { readonly tag: string; readonly argument: string; readonly end: number }

const decoded = (value: string): string => {
  let text = ''
  for (let at = 0; at < value.length;) {
    const found = value[at] === '&' ? reference(value, at) : undefined
    text += found?.text ?? value[at]
    at = found?.end ?? at + 1
  }
  return text
}

/** What an attribute means to its tag; undefined where Telegram ignores it. */
function argumentOf(tag: string, name: string, value: string): string | undefined {
  if (tag === 'a' && name === 'href') return value
  if (tag === 'code' && name === 'class' && value.startsWith('language-')) return value.slice(9)
  if (tag === 'span' && name === 'class' && value.startsWith('tg-')) return value.slice(3)
  if (tag === 'tg-emoji' && name === 'emoji-id') return value
  return undefined
}

/** The start tag at `at`; a text is the complaint, to which the caller adds the byte offset. */
function startTag(source: string, at: number): Tag | string {
  const name = /^<([^\s>]*)/.exec(source.slice(at)) as RegExpExecArray
  let end = at + name[0].length
  if (end >= source.length) return 'Unclosed start tag'
  const tag = (name[1] as string).toLowerCase()
  if (!tags.has(tag)) return `Unsupported start tag "${tag}"`
  let argument = ''
  while (source[end] !== '>') {
    while (isSpace(source[end])) end++
    if (source[end] === '>') break
    const attribute = /^([^\s=>]*)\s*/.exec(source.slice(end)) as RegExpExecArray
    if (attribute[1] === '') return `Empty attribute name in the tag "${tag}"`
    end += attribute[0].length
    if (tag === 'blockquote' && attribute[1] === 'expandable' && source[end] !== '=') {
      argument = 'expandable'
      continue
    }
    if (source[end] !== '=')
      return `Expected equal sign in declaration of an attribute of the tag "${tag}"`
    const value = /^=\s*(?:"([^"]*)"|'([^']*)'|([a-z0-9.-]*)(?=[\s>]))/i.exec(source.slice(end))
    if (value === null)
      return /^=\s*["']|^=\s*$/.test(source.slice(end))
        ? 'Unclosed start tag'
        : 'Unexpected end of name token'
    end += value[0].length
    const text = decoded(value[1] ?? value[2] ?? (value[3] as string).toLowerCase())
    argument = argumentOf(tag, attribute[1] as string, text) ?? argument
    if (end >= source.length) return 'Unclosed start tag'
  }
  if (tag === 'span' && argument !== 'spoiler') return 'Tag "span" must have class "tg-spoiler"'
  return { tag, argument, end: end + 1 }
}

/** A link Telegram would open; undefined for one it drops without a word, keeping the text. */
function linkOf(url: string): string | undefined {
  if (/^(?:tg|ton):\/\//i.test(url)) return url
  const address = URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `http://${url}`)
  const isWeb = address !== null && ['http:', 'https:'].includes(address.protocol)
  return isWeb && address.hostname.includes('.') ? address.href : undefined
}

/** The entities of a tag that closes; a text is the complaint about what it held. */
function entitiesOf(
  { tag, argument, offset }: Open,
  text: string,
  before: Entity[],
): Entity[] | string {
  const range = { offset, length: text.length - offset }
  if (range.length === 0) return before
  const plain = plainTags[tag]
  if (plain !== undefined) return [...before, { type: plain, ...range }]
  if (tag === 'a') {
    const url = linkOf(argument === '' ? text.slice(offset) : argument)
    return url === undefined ? before : [...before, { type: 'text_link', ...range, url }]
  }
  if (tag === 'blockquote')
    return [...before, { type: argument === '' ? 'blockquote' : 'expandable_blockquote', ...range }]
  if (tag === 'tg-emoji') {
    if (!/^\d+$/.test(argument)) return 'Invalid custom emoji identifier specified'
    return [...before, { type: 'custom_emoji', ...range, custom_emoji_id: argument }]
  }
  if (tag === 'code') {
    const language = argument === '' ? {} : { language: argument }
    return [...before, { type: 'code', ...range, ...language }]
  }
  const inner = before.at(-1)
  const isCode = inner?.type === 'code' && inner.language !== undefined
  if (isCode && inner.offset === offset && inner.length === range.length)
    return [...before.slice(0, -1), { ...inner, type: 'pre' }]
  return [...before, { type: 'pre', ...range }]
}

/** Reads HTML as parse_mode does; a text is Telegram's complaint. */
export function parseHtml(source: string): FormattedText | string {
  const open: Open[] = []
  let entities: Entity[] = []
  let text = ''
  const offsetOf = (at: number) => `at byte offset ${Buffer.byteLength(source.slice(0, at))}`
  for (let at = 0; at < source.length;) {
    const found = source[at] === '&' ? reference(source, at) : undefined
    if (source[at] !== '<') {
      text += found?.text ?? source[at]
      at = found?.end ?? at + 1
      continue
    }
    if (source[at + 1] !== '/') {
      const tag = startTag(source, at)
      if (typeof tag === 'string') return `${tag} ${offsetOf(at)}`
      open.push({ tag: tag.tag, argument: tag.argument, offset: text.length })
      at = tag.end
      continue
    }
    const last = open.pop()
    if (last === undefined) return `Unexpected end tag ${offsetOf(at)}`
    const end = /^<\/([^\s>]*)\s*>/.exec(source.slice(at))
    if (end === null) return `Unclosed end tag ${offsetOf(at)}`
    const name = (end[1] as string).toLowerCase()
    if (name !== '' && name !== last.tag)
      return `Unmatched end tag ${offsetOf(at)}, expected "</${last.tag}>", found "</${name}>"`
    const grown = entitiesOf(last, text, entities)
    if (typeof grown === 'string') return grown
    entities = grown
    at += end[0].length
  }
  const left = open.at(-1)
  if (left !== undefined) return `Can't find end tag corresponding to start tag "${left.tag}"`
  const cleaned = entities.map((entity) => {
    if (entity.type !== 'code') return entity
    const { language: _language, ...code } = entity
    return code
  })
  return { text, entities: cleaned }
}
