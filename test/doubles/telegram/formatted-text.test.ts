import { expect, test } from 'vitest'
import { captionText, foundEntities, messageText } from './formatted-text.ts'

const text = (parameters: Record<string, unknown>) => messageText(parameters, 'message is too long')
const html = (source: string) => text({ text: source, parse_mode: 'HTML' })
const refused = (description: string) => expect.objectContaining({ ok: false, description })

test('length is counted after parsing, in UTF-16 code units', () => {
  expect(html(`<b>${'x'.repeat(4096)}</b>`)).toMatchObject({ text: 'x'.repeat(4096) })
  expect(text({ text: 'x'.repeat(4097) })).toEqual(refused('Bad Request: message is too long'))
  expect(text({ text: '👍'.repeat(2049) })).toEqual(refused('Bad Request: message is too long'))
  expect(captionText({ caption: 'x'.repeat(1025) })).toEqual(
    refused('Bad Request: message caption is too long'),
  )
})

test('text that is empty before or after parsing is refused', () => {
  expect(text({})).toEqual(refused('Bad Request: message text is empty'))
  expect(html('<b> </b>\n')).toEqual(refused('Bad Request: text must be non-empty'))
  expect(captionText({})).toEqual({ text: '', entities: [] })
})

test('half a surrogate pair is refused', () => {
  expect(text({ text: 'x\ud83d' })).toEqual(
    refused('Bad Request: strings must be encoded in UTF-8'),
  )
})

test('broken HTML and unknown modes are refused', () => {
  expect(html('<b>x')).toEqual(
    refused(`Bad Request: can't parse entities: Can't find end tag corresponding to start tag "b"`),
  )
  expect(text({ text: 'x', parse_mode: 'wiki' })).toEqual(
    refused('Bad Request: unsupported parse_mode'),
  )
})

test('spaces around a message go, and its formatting moves along', () => {
  expect(html('  <b> a </b> b \n')).toEqual({
    text: 'a  b',
    entities: [{ type: 'bold', offset: 0, length: 2 }],
  })
})

test('monospace text is not bold', () => {
  expect(html('<b>a <code>b</code> c</b>')).toEqual({
    text: 'a b c',
    entities: [
      { type: 'bold', offset: 0, length: 2 },
      { type: 'code', offset: 2, length: 1 },
      { type: 'bold', offset: 3, length: 2 },
    ],
  })
})

test('entities may be given as a list, as JSON or as text', () => {
  const entities = [
    { type: 'bold', offset: 0, length: 1 },
    { type: 'mention', offset: 2, length: 1 },
  ]
  const expected = { text: 'a b', entities: [entities[0]] }
  expect(text({ text: 'a b', entities })).toEqual(expected)
  expect(text({ text: 'a b', entities: JSON.stringify(entities) })).toEqual(expected)
})

test.each([
  ['/start', [['bot_command', 0, 6]]],
  ['see /why@arbdesk_bot now', [['bot_command', 4, 16]]],
  ['BTC/USDT a/b', []],
  [
    '$BTC to @anna #gap',
    [
      ['cashtag', 0, 4],
      ['mention', 8, 5],
      ['hashtag', 14, 4],
    ],
  ],
  [
    'on kucoin.com, or https://okx.com/x.',
    [
      ['url', 3, 10],
      ['url', 18, 17],
    ],
  ],
  ['mail ann@example.com', [['url', 9, 11]]],
  ['0.42 % at 3.5', []],
])('"%s" has its entities found', (source, entities) => {
  const found = foundEntities(source).map(({ type, offset, length }) => [type, offset, length])
  expect(found).toEqual(entities)
})

test('nothing is found inside code', () => {
  expect(html('<code>/start</code>')).toMatchObject({ entities: [{ type: 'code' }] })
})
