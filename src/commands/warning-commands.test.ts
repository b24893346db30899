import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ann, cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { openDatabase, type OpenDatabase } from '../database/connect.ts'
import type { Posted } from '../notification/notification.ts'
import type { Actor } from './command.ts'

let testDesk: TestDesk
let opened: OpenDatabase
beforeAll(async () => {
  testDesk = await openTestDesk()
  opened = openDatabase({ url: testDesk.runtime.config.databaseUrl?.reveal() ?? '' })
})
afterAll(async () => {
  await opened.close()
  await testDesk.close()
})
beforeEach(async () => {
  await sql`truncate urgent_alerts, alert_calls, alert_rules, watch_wishes, outbox, chats,
    refusals, watchlist cascade`.execute(opened.db)
})

const bob: Actor = { name: 'bob', role: 'trader', surface: 'telegram', chat: '-1', account: '7' }
const eve: Actor = { ...bob, name: 'eve', role: 'viewer' }
const jsonOf = async (line: string, actor = ann) => cardIn(await testDesk.say(line, actor)).json
const messageOf = async (line: string, actor = ann) => {
  const reply = await testDesk.say(line, actor)
  return reply.outcome === 'answered' ? 'answered' : `${reply.outcome}: ${reply.message}`
}
const told = async () =>
  (await testDesk.runtime.outbox.read(0, 1000)).map(({ notification }) => notification)
async function urgent(subject: string): Promise<Posted> {
  const { outbox, urgentAlerts } = testDesk.runtime
  await outbox.post({ kind: 'alert', severity: 'P0', subject, text: 'act' })
  const posted = (await outbox.read(0, 1000)).at(-1) as Posted
  await urgentAlerts.take(posted, { repeatMs: 300_000, calls: false })
  return posted
}

test('urgent alerts are listed with their numbers, acknowledged one by one, and that is told', async () => {
  expect(textOf(await testDesk.say('ack', bob))).toContain('No urgent alert waits')
  const first = await urgent('sweep is down')
  await urgent('loop is down')
  const card = cardIn(await testDesk.say('ack', bob))
  expect(card.title).toBe('2 urgent alerts wait')
  expect(card.actions?.map(({ args }) => args['alert'])).toEqual([
    String(first.seq),
    String(first.seq + 1),
    'all',
  ])
  expect(await messageOf('ack', eve)).toMatch(/^forbidden/)
  expect(await jsonOf(`ack #${first.seq}`, bob)).toMatchObject([
    { id: first.seq, subject: 'sweep is down', acknowledged_by: 'telegram:bob' },
  ])
  expect((await told()).at(-1)).toMatchObject({
    severity: 'P2',
    subject: 'sweep is down',
    text: expect.stringMatching(/^telegram:bob acknowledged it after /),
  })
  expect(await messageOf(`ack ${first.seq}`)).toMatch(
    /^failed: telegram:bob acknowledged "sweep is down" .* ago$/,
  )
  expect(await jsonOf('ack all')).toMatchObject([{ subject: 'loop is down' }])
  expect(await messageOf('ack all')).toBe('failed: No urgent alert waits')
  expect(await messageOf('ack 99999')).toMatch(/No urgent alert is called 99999/)
  for (const odd of ['1e3', '-1', '٣', '1 2', 'x'.repeat(200)])
    expect(await messageOf(`ack "${odd}"`), odd).toMatch(/^bad-usage/)
})

test('many acknowledged at once are one line', async () => {
  for (let i = 0; i < 5; i++) await urgent(`trade ${i}`)
  await testDesk.say('ack all', bob)
  expect((await told()).slice(5)).toMatchObject([
    { kind: 'status', text: expect.stringMatching(/^telegram:bob acknowledged 5: trade 0; /) },
  ])
})

test('an alert is made, listed and removed; it belongs to the chat it was made in', async () => {
  await testDesk.runtime.chats.ensure({ surface: 'telegram', chat: '-1' })
  expect(textOf(await testDesk.say('alert', bob))).toContain('No alerts')
  const line = 'alert add cross */USDT *>binance above 0.5 for 10s'
  expect(await messageOf(line, eve)).toMatch(/^forbidden/)
  const made = cardIn(await testDesk.say(line, { ...bob, chat: '-1/7' }))
  expect(made.json).toMatchObject({
    rule: 'cross */USDT *>binance above 0.5 % for 10 s',
    percent: 0.5,
    seconds: 10,
    person: 'bob',
    chat: 'telegram:-1',
  })
  expect(made.text).toContain('Told in telegram:-1 alone')
  const { id } = made.json as { id: string }
  const carol = { ...bob, name: 'carol' }
  expect(await messageOf(`alert remove ${id}`, carol)).toMatch(/is bob's/)
  expect(cardIn(await testDesk.say('alert', carol)).actions).toEqual([])
  expect(textOf(await testDesk.say('alert', bob))).toContain('1 alert')
  expect(await jsonOf(`alert remove ${id.slice(-5)}`, bob)).toMatchObject({ id, removed: true })
  expect(await messageOf(`alert remove ${id}`, bob)).toMatch(/No alert is called/)
  expect((await told()).map((each) => each.kind)).toEqual(['status', 'status'])
})

test('from the terminal an alert is told everywhere, in a private chat there and nothing else', async () => {
  expect(await jsonOf('alert add BTC/USDT above 1')).toMatchObject({ chat: null, seconds: 0 })
  const alone = { ...bob, chat: '7', isPrivate: true }
  expect(await jsonOf('alert add BTC/USDT above 1', alone)).toMatchObject({ chat: 'telegram:7' })
  const chat = await testDesk.runtime.chats.find({ surface: 'telegram', chat: '7' })
  expect(chat).toMatchObject({ account: '7' })
  expect(new Set(Object.values(chat?.preferences.levels ?? {}))).toEqual(new Set(['off']))
})

test('E18 a rule that is none is answered in one line, and nobody makes too many', async () => {
  for (const odd of ['x', 'BTC/USDT above 1e9', `${'*'.repeat(50)} above 1`, 'above', '\u202e'])
    expect(await messageOf(`alert add "${odd}"`, bob), odd).toMatch(/^bad-usage: [^\n]+$/)
  expect(await messageOf('alert add', bob)).toMatch(/^bad-usage: alert add needs a rule/)
  expect(await messageOf('alert remove', bob)).toMatch(/^bad-usage: alert remove needs an id/)
  for (let i = 0; i < 20; i++) await testDesk.say('alert add BTC/USDT above 1', bob)
  expect(await messageOf('alert add BTC/USDT above 1', bob)).toMatch(/20 alerts a person/)
})

const entry = (symbol: string, rank: number, because: 'added' | 'gap') => ({
  shard: 'cross:0',
  venue: 'kucoin',
  symbol,
  rank,
  score: 3 - rank,
  because,
  facts: { volumeUsdt: 1, frozenMs: 0 },
})

test('the watchlist shows rank, venue and why each book is on it', async () => {
  await testDesk.runtime.markets.saveWatchlist([
    entry('BTC/USDT', 2, 'gap'),
    entry('ETH/USDT', 1, 'added'),
  ])
  const card = cardIn(await testDesk.say('watchlist', eve))
  expect(card.title).toBe('2 books watched')
  expect(card.tables?.[0]?.rows).toEqual([
    ['1', 'kucoin', 'ETH/USDT', 'people added it', '2'],
    ['2', 'kucoin', 'BTC/USDT', 'a gap shows', '1'],
  ])
  const books = async (filter: string) =>
    ((await jsonOf(`watchlist list ${filter}`)) as { books: { symbol: string }[] }).books.map(
      ({ symbol }) => symbol,
    )
  expect(await books('kucoin')).toEqual(['ETH/USDT', 'BTC/USDT'])
  expect(await books('btc/usdt kucoin')).toEqual(['BTC/USDT'])
  expect(await books('okx')).toEqual([])
  expect(await books('cross ETH/USDT okx>kucoin')).toEqual(['ETH/USDT'])
  expect(await books('cycle kucoin USDT>BTC>ETH')).toEqual(['ETH/USDT', 'BTC/USDT'])
})

test('operators add and block symbols and routes, everybody hears of it, and it can be taken back', async () => {
  expect(await messageOf('watchlist add BTC/USDT', bob)).toMatch(/^forbidden/)
  expect(await jsonOf('watchlist add btc/usdt')).toMatchObject({
    subject: 'BTC/USDT',
    venue: null,
    wish: 'add',
    by: 'terminal:ann',
  })
  expect(await jsonOf('watchlist block DOGE/USDT KuCoin')).toMatchObject({ venue: 'kucoin' })
  expect(await jsonOf('watchlist block DOGE/USDT --venue okx')).toMatchObject({ venue: 'okx' })
  const blocked = cardIn(await testDesk.say('watchlist block cycle kucoin USDT>BTC>ETH'))
  expect(blocked.json).toMatchObject({ subject: 'cycle kucoin BTC>ETH>USDT', wish: 'block' })
  expect(textOf(await testDesk.say('watchlist'))).toContain('blocked DOGE/USDT on kucoin')
  const undo = blocked.actions?.[0]?.args
  expect(undo).toEqual({ action: 'remove', what: 'cycle kucoin BTC>ETH>USDT' })
  await testDesk.say(`watchlist remove ${undo?.['what']}`)
  await testDesk.say('watchlist remove DOGE/USDT kucoin')
  expect(await messageOf('watchlist remove DOGE/USDT kucoin')).toMatch(/neither added nor blocked/)
  expect(((await jsonOf('watchlist')) as { wishes: unknown[] }).wishes).toHaveLength(2)
  expect((await told()).length).toBe(6)
  for (const odd of ['BTC', 'BTC/USDT kucoin okx', 'a b c', 'cross BTC/USDT', "'; drop"])
    expect(await messageOf(`watchlist block "${odd}"`), odd).toMatch(/^bad-usage/)
})

test('why says of a blocked route who blocked it', async () => {
  const route = 'cross DOGE/USDT kucoin>okx'
  await testDesk.say('watchlist block DOGE/USDT okx')
  expect(textOf(await testDesk.say(`why ${route}`))).toContain('blocked by terminal:ann')
  const at = { minute: new Date(), count: 3, detail: 'okx DOGE/USDT is blocked by terminal:ann' }
  await testDesk.runtime.history.addRefusals([{ ...at, route, reason: 'blocked' }])
  expect(textOf(await testDesk.say(`why ${route}`))).toMatch(/blocked 3 okx DOGE\/USDT is blocked/)
})
