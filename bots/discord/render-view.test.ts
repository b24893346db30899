import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { messageForm } from '../../test/doubles/discord/message-rules.ts'
import { notifications, posted } from '../../test/notifications.ts'
import { describe as cardOf } from '../../src/notification/describe.ts'
import type { Card } from '../../src/notification/card.ts'
import type { Button, Menu, View } from '../chat/platform.ts'
import { newSecret } from '../chat/buttons.ts'
import { lineMessage, renderView } from './render-view.ts'

const card = (changes: Partial<Card> = {}): Card => ({
  title: 'Title',
  tone: 'neutral',
  badges: ['PAPER'],
  json: {},
  ...changes,
})
const view = (changes: Partial<Card>, more: Partial<View> = {}): View => ({
  card: card(changes),
  buttons: [],
  menus: [],
  ...more,
})
const button = (label: string): Button => ({ label, style: 'plain', data: newSecret() })
const shown = (changes: Partial<Card>) => renderView(view(changes)).body.embeds[0]?.description

test('what is not real stands first, in words and colours, where a notification shows it', () => {
  const content = (badges: readonly string[]) => renderView(view({ badges })).body.content
  expect(content(['PAPER', 'SIMULATED MARKET'])).toBe(
    '🟦 **PAPER**  🟪 **SIMULATED MARKET**\n**Title**',
  )
  expect(content(['LIVE'])).toBe('🟥 **LIVE**\n**Title**')
  expect(content(['PAPER', 'SIMULATED MARKET', 'P0 ACT NOW'])).toBe(
    '🟦 **PAPER**  🟪 **SIMULATED MARKET**\n🚨 **P0 ACT NOW**\n**Title**',
  )
})

test('the colour beside a card is its tone', () => {
  const colors = (['good', 'bad', 'warning', 'neutral'] as const).map(
    (tone) => renderView(view({ tone, text: 'x' })).body.embeds[0]?.color,
  )
  expect(colors).toEqual([0x2ecc71, 0xe74c3c, 0xf1c40f, 0x5d6d7e])
})

test('P1 and P2 have marks of their own, and a card without a title is still one', () => {
  const content = (badges: readonly string[], title = 'Title') =>
    renderView(view({ badges, title })).body.content
  expect(content(['P1 SOON'])).toBe('🟧 **P1 SOON**\n**Title**')
  expect(content(['P2 NOTE'])).toBe('⬜ **P2 NOTE**\n**Title**')
  expect(content(['PAPER'], ' ')).toBe('🟦 **PAPER**\n…')
  expect(content(Array.from({ length: 9 }, (_, i) => `b${i}`)).match(/🟪/gu)).toHaveLength(8)
})

test('what is short stands on the line of what it belongs to', () => {
  const columns = ['order', 'state', 'filled', 'what there is to say of it']
  const one = (row: readonly string[]) => shown({ tables: [{ columns, rows: [row] }] })
  const long = 'a sentence that needs no name in front of it'
  expect(one(['o1', 'open', '0.5', ''])).toBe('**o1** open  filled 0.5')
  expect(one(['o1', '12', '', long])).toBe(`**o1**\nstate 12\n${long}`)
  expect(one(['', 'open', '0.5', ''])).toBe('state open · filled 0.5')
})

test('a narrow table lines up, a wide one becomes paragraphs', () => {
  const columns = ['venue', 'BTC', 'USDT']
  const rows = [
    ['kucoin', '0.5', '1,000.00'],
    ['binance', '12.25', '98.10'],
  ]
  expect(shown({ tables: [{ columns, rows }] })).toBe(
    '```\nvenue      BTC      USDT\nkucoin     0.5  1,000.00\nbinance  12.25     98.10\n```',
  )
  const wide = rows.map((row) => [...row, 'nothing much to say of it here'])
  expect(shown({ tables: [{ columns: [...columns, 'note'], rows: wide }] })).toBe(
    '**kucoin**\nBTC 0.5 · USDT 1,000.00\nnothing much to say of it here\n' +
      '**binance**\nBTC 12.25 · USDT 98.10\nnothing much to say of it here',
  )
})

test('several wide tables say what each has in common, as the balances of a venue', () => {
  const table = (venue: string) => ({
    columns: [venue, 'free', 'worth USDT', 'note'],
    rows: [['BTC', '0.5', '48,000.00', 'nothing much to say of it here']],
  })
  expect(shown({ tables: [table('kucoin'), table('binance')] })).toBe(
    '_kucoin_\n**BTC**\nfree 0.5 · worth USDT 48,000.00\nnothing much to say of it here\n\n' +
      '_binance_\n**BTC**\nfree 0.5 · worth USDT 48,000.00\nnothing much to say of it here',
  )
})

test('each of several tables lines up by itself, and words after one need no gap', () => {
  const one = { columns: ['a', 'b'], rows: [['x', '1']] }
  const two = { columns: ['long', 'c'], rows: [['y', '22']] }
  expect(shown({ text: 'Now.', tables: [one, two] })).toBe(
    'Now.\n```\na  b\nx  1\n```\n```\nlong   c\ny     22\n```',
  )
})

test('short fields share a line, long ones have their own', () => {
  const short = (name: string, value: string) => ({ name, value, short: true })
  const fields = [
    short('Size', '98.5 USDT'),
    short('Seen for', '4 s'),
    { name: 'Result', value: 'gross 0.62 - fees 0.20 = net +0.42 USDT' },
  ]
  expect(shown({ text: 'Now.', fields })).toBe(
    'Now.\n\nSize: **98.5 USDT** · Seen for: **4 s**\nResult: **gross 0.62 - fees 0.20 = net +0.42 USDT**',
  )
})

test('five buttons to a row, a menu fills one, and the sixth row is left out', () => {
  const buttons = Array.from({ length: 8 }, (_, i) => button(`b${i}`))
  const menus: Menu[] = Array.from({ length: 4 }, (_, i) => ({
    placeholder: 'Choose',
    id: `menu ${i + 1}`,
    choices: [{ label: 'one', hint: 'the first', data: newSecret() }],
  }))
  const { components } = renderView(view({}, { buttons, menus })).body
  expect(components.map((row) => row.components.length)).toEqual([5, 3, 1, 1, 1])
  const many = {
    ...(menus[0] as Menu),
    choices: Array.from({ length: 30 }, (_, i) => ({ label: `c${i}`, data: newSecret() })),
  }
  expect(renderView(view({}, { menus: [many] })).body.components).toHaveLength(2)
})

test('a picture stands in the card, a file below it, and a name cannot lead elsewhere', () => {
  const picture = { name: 'chart.png', png: new Uint8Array([137, 80, 78, 71]) }
  const file = { name: '../../a b/trades.csv', mediaType: 'text/csv', content: 'a,b\n1,2\n' }
  const { body, files } = renderView(view({ file }, { picture }))
  expect(body.embeds[0]?.image?.url).toBe('attachment://chart.png')
  expect(files.map(({ name }) => name)).toEqual(['chart.png', 'a-b-trades.csv'])
  expect(body.attachments).toEqual([
    { id: '0', filename: 'chart.png' },
    { id: '1', filename: 'a-b-trades.csv' },
  ])
  const tooLarge = { ...file, content: new Uint8Array(11 * 1024 * 1024) }
  const without = renderView(view({ file: tooLarge }))
  expect(without.files).toEqual([])
  expect(without.body.content).toContain('larger than Discord takes')
})

test('a line is its words and nothing else, and calls nobody', () => {
  const line = (content: string) => ({
    body: {
      content,
      embeds: [],
      components: [],
      attachments: [],
      allowed_mentions: { parse: [] },
    },
    files: [],
  })
  expect(lineMessage('Done.')).toEqual(line('Done.'))
  expect(lineMessage('')).toEqual(line('…'))
})

test('a card of a title alone has no empty box below it', () => {
  expect(renderView(view({})).body.embeds).toEqual([])
})

test('files count together: what would be too much with the others is named instead', () => {
  const png = new Uint8Array(5 * 1024 * 1024)
  const file = { name: 'trades.csv', mediaType: 'text/csv', content: png }
  const { body, files } = renderView(view({ file }, { picture: { name: 'chart.png', png } }))
  expect(files.map(({ name, contentType }) => [name, contentType])).toEqual([
    ['chart.png', 'image/png'],
  ])
  expect(body.content).toContain('trades.csv')
  expect(body.content).toContain('larger than Discord takes')
})

test('E15 what does not fit goes along whole, as a file', () => {
  const text = Array.from({ length: 400 }, (_, i) => `line ${i} of many lines`).join('\n')
  const { body, files } = renderView(view({ text, tables: [{ columns: ['a'], rows: [['last']] }] }))
  expect(body.embeds[0]?.description?.length).toBeLessThanOrEqual(4096)
  expect(files.map(({ name }) => name)).toEqual(['whole-card.txt'])
  expect(files[0]?.contentType).toBe('text/plain; charset=utf-8')
  expect(body.content).toContain('_Shortened; the whole of it is in the file._')
  const whole = String(files[0]?.data)
  expect(whole).toContain('line 399 of many lines')
  expect(whole).toContain('last')
})

describe('every notification', () => {
  test.each(Object.keys(notifications))('%s fits in one message', (name) => {
    const notification = notifications[name]
    if (notification === undefined) throw new Error(name)
    const told = cardOf(posted(notification), { mode: 'paper', market: 'simulator' })
    const buttons = (told.actions ?? []).map(({ label, style }) => ({
      label,
      style,
      data: newSecret(),
    }))
    const { body, files } = renderView({ card: told, buttons, menus: [] })
    expect(messageForm.safeParse(body).error).toBeUndefined()
    expect(files).toEqual([])
    expect(body.content).toContain('🟦 **PAPER**  🟪 **SIMULATED MARKET**')
  })
})

const nasty = fc.oneof(
  fc.constantFrom('*', '_', '`', '```', '@everyone', '\n', '\u202e', 'a'.repeat(3000), '> x', ' '),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 10 }),
)
const text = fc.array(nasty, { maxLength: 8 }).map((parts) => parts.join(''))
const few = <T>(of: fc.Arbitrary<T>, maxLength: number) => fc.array(of, { maxLength })
const anyCard: fc.Arbitrary<Card> = fc.record(
  {
    title: text,
    tone: fc.constantFrom('good' as const, 'bad' as const, 'neutral' as const, 'warning' as const),
    badges: few(text, 12),
    text,
    fields: few(fc.record({ name: text, value: text, short: fc.boolean() }), 40),
    tables: few(fc.record({ columns: few(text, 9), rows: few(few(text, 9), 40) }), 3),
    file: fc.record({ name: text, mediaType: fc.constant('text/plain'), content: text }),
    json: fc.constant({}),
  },
  { requiredKeys: ['title', 'tone', 'badges', 'json'] },
)
const anyView: fc.Arbitrary<View> = fc.record({
  card: anyCard,
  buttons: few(text.map(button), 40),
  menus: few(
    fc.record({
      placeholder: text,
      choices: fc.array(fc.record({ label: text, hint: text }), { minLength: 1, maxLength: 60 }),
    }),
    7,
  ).map((menus) =>
    menus.map(({ placeholder, choices }, i) => ({
      placeholder,
      id: `menu ${i + 1}`,
      choices: choices.map((each) => ({ ...each, data: newSecret() })),
    })),
  ),
})

test('E15 no card, however long or strange, is more than Discord takes', () => {
  fc.assert(
    fc.property(anyView, (given) => {
      const { body, files } = renderView(given)
      const read = messageForm.safeParse(body)
      expect(read.error?.issues).toBeUndefined()
      expect(body.content.trim()).not.toBe('')
      expect(files.length).toBe(body.attachments.length)
      expect(body.allowed_mentions).toEqual({ parse: [] })
      expect(JSON.stringify(body).isWellFormed()).toBe(true)
    }),
    { numRuns: 120 },
  )
})

test('E15 S22 one line is one line', () => {
  fc.assert(
    fc.property(text, (line) => {
      const { body } = lineMessage(line)
      expect(messageForm.safeParse(body).error).toBeUndefined()
      expect(body.content).not.toContain('\n')
    }),
  )
})
