// Text as people will see it: parsed, trimmed, its entities in order, its links and commands found, its
// length judged. Telegram says "characters"; we count UTF-16 code units, the strictest way to read that.
import { badRequest, isRefusal, type Refusal } from './answer.ts'
import { parseHtml } from './html-mode.ts'
import type { Entity, FormattedText } from './objects.ts'
import { isObject, objectOf, textOf, type Parameters } from './parameters.ts'

const textLengthMax = 4096
const captionLengthMax = 1024

// The order in which Telegram nests entities that begin and end together.
const nesting = [
  'blockquote',
  'expandable_blockquote',
  'pre',
  'code',
  'text_link',
  'text_mention',
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
]
const isMonospace = ({ type }: Entity): boolean => type === 'pre' || type === 'code'
const mayOverlap = new Set(nesting.slice(nesting.indexOf('bold')))

const inOrder = (entities: readonly Entity[]): Entity[] =>
  entities.toSorted(
    (a, b) =>
      a.offset - b.offset ||
      b.length - a.length ||
      nesting.indexOf(a.type) - nesting.indexOf(b.type),
  )

/** `entity` without the part that `hole` covers: none, one or two pieces. */
function without(entity: Entity, hole: Entity): Entity[] {
  const end = entity.offset + entity.length
  const holeEnd = hole.offset + hole.length
  if (holeEnd <= entity.offset || hole.offset >= end) return [entity]
  const pieces = [
    { ...entity, length: hole.offset - entity.offset },
    { ...entity, offset: holeEnd, length: end - holeEnd },
  ]
  return pieces.filter(({ length }) => length > 0)
}

/** Monospace text is never bold, nor anything else of that kind, whatever was asked for. */
function cutAtMonospace(entities: readonly Entity[]): Entity[] {
  const holes = entities.filter(isMonospace)
  return entities.flatMap((entity) =>
    mayOverlap.has(entity.type)
      ? holes.reduce((pieces, hole) => pieces.flatMap((piece) => without(piece, hole)), [entity])
      : [entity],
  )
}

// What Telegram makes clickable by itself, in every message.
const patterns: readonly (readonly [type: string, pattern: RegExp])[] = [
  [
    'url',
    /\bhttps?:\/\/[^\s<>"]+[^\s<>".,;:!?)]|\b[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|me|dev|app|exchange)\b(?:\/[^\s<>"]*)?/gi,
  ],
  ['bot_command', /(?<![\w/@])\/[a-z0-9_]{1,64}(?:@[a-z]\w{2,31})?(?![\w/])/gi],
  ['mention', /(?<![\w@])@[a-z]\w{3,31}\b/gi],
  ['hashtag', /(?<![\w#])#(?=\w*[a-z_])\w{1,256}\b/gi],
  ['cashtag', /(?<![\w$])\$[A-Z]{1,8}(?![A-Za-z])/g],
]

/** The links, commands, mentions and tags in a text, as Telegram marks them by itself. */
export function foundEntities(text: string): Entity[] {
  const found: Entity[] = []
  for (const [type, pattern] of patterns)
    for (const { index, 0: match } of text.matchAll(pattern)) {
      const entity = { type, offset: index, length: match.length }
      if (found.every((other) => without(entity, other)[0] === entity)) found.push(entity)
    }
  return inOrder(found)
}

function trimmed({ text, entities }: FormattedText): FormattedText {
  const body = text.trim()
  const start = text.indexOf(body)
  const moved = entities.flatMap((entity) => {
    const offset = Math.max(0, entity.offset - start)
    const end = Math.min(body.length, entity.offset + entity.length - start)
    return end > offset ? [{ ...entity, offset, length: end - offset }] : []
  })
  return { text: body, entities: moved }
}

/** Own entities given as a list; Telegram skips kinds it finds by itself. */
function givenEntities(parameters: Parameters, name: string): Entity[] | Refusal {
  const given = objectOf(parameters, name)
  if (typeof given === 'string' || !Array.isArray(given.value)) return []
  const entities: Entity[] = []
  for (const item of given.value as readonly unknown[]) {
    if (!isObject(item)) return badRequest("can't parse MessageEntity: expected an Object")
    const { type, offset, length } = item
    if (typeof type !== 'string' || typeof offset !== 'number' || typeof length !== 'number')
      return badRequest("can't parse MessageEntity: can't find field")
    if (nesting.includes(type)) entities.push(item as Entity)
  }
  return entities
}

function parsed(source: string, parameters: Parameters, field: string): FormattedText | Refusal {
  const mode = textOf(parameters, 'parse_mode').toLowerCase()
  if (mode === 'html') {
    const html = parseHtml(source)
    return typeof html === 'string' ? badRequest(`can't parse entities: ${html}`) : html
  }
  // The desk writes HTML only; whoever needs Telegram's Markdown here must teach it to this double.
  if (mode.startsWith('markdown')) return badRequest('this double does not read Markdown')
  if (mode !== '' && mode !== 'none') return badRequest('unsupported parse_mode')
  const entities = givenEntities(parameters, field)
  return isRefusal(entities) ? entities : { text: source, entities }
}

function cleaned(source: string, parameters: Parameters, field: string): FormattedText | Refusal {
  if (!source.isWellFormed()) return badRequest('strings must be encoded in UTF-8')
  const read = parsed(source, parameters, field)
  if (isRefusal(read)) return read
  if (!read.text.isWellFormed())
    return badRequest(
      "can't parse entities: Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units",
    )
  const body = trimmed(read)
  const own = cutAtMonospace(body.entities)
  const blocking = own.filter((entity) => isMonospace(entity) || entity.type === 'text_link')
  const found = foundEntities(body.text).filter((entity) =>
    blocking.every((other) => without(entity, other)[0] === entity),
  )
  return { text: body.text, entities: inOrder([...own, ...found]) }
}

/** The words of a message, from its parameters `text`, `parse_mode` and `entities`. */
export function messageText(parameters: Parameters, tooLong: string): FormattedText | Refusal {
  const source = textOf(parameters, 'text')
  if (source === '') return badRequest('message text is empty')
  const text = cleaned(source, parameters, 'entities')
  if (isRefusal(text)) return text
  if (text.text === '') return badRequest('text must be non-empty')
  return text.text.length > textLengthMax ? badRequest(tooLong) : text
}

/** The words under a picture or file, possibly none. */
export function captionText(parameters: Parameters): FormattedText | Refusal {
  const caption = cleaned(textOf(parameters, 'caption'), parameters, 'caption_entities')
  if (isRefusal(caption)) return caption
  return caption.text.length > captionLengthMax
    ? badRequest('message caption is too long')
    : caption
}
