import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Route } from '../market/route.ts'
import { crossShard, shardNames, shardOf } from './shards.ts'
import { blocksOf } from './watch-wish.ts'
import {
  rankWatchlist,
  scoreOf,
  type Prospect,
  type RankedEntry,
  type WatchlistInput,
} from './watchlist.ts'

const now = new Date(1_700_000_000_000)

const cross = (
  symbol: string,
  buy: string,
  sell: string,
  more: Partial<Prospect> = {},
): Prospect => ({
  route: { kind: 'cross', symbol, buy, sell },
  markets: [
    { venue: buy, symbol },
    { venue: sell, symbol },
  ],
  profitUsdt: 0,
  openShare: 0,
  net: -0.002,
  funded: false,
  volumeUsdt: 1e6,
  ...more,
})
const cycle = (venue: string, coin: string, more: Partial<Prospect> = {}): Prospect => ({
  ...cross('', venue, venue, more),
  route: { kind: 'cycle', venue, path: ['USDT', 'BTC', coin] },
  markets: ['BTC/USDT', `${coin}/BTC`, `${coin}/USDT`].map((symbol) => ({ venue, symbol })),
})
const rank = (prospects: readonly Prospect[], more: Partial<WatchlistInput> = {}) =>
  rankWatchlist({
    prospects,
    topicsMax: () => 100,
    previous: [],
    now,
    stayMsMin: 60_000,
    crossShards: 2,
    factsOf: () => ({ volumeUsdt: 5, frozenMs: 0 }),
    ...more,
  })
const names = (entries: readonly RankedEntry[]) =>
  entries.map(({ shard, venue, symbol }) => `${shard} ${venue} ${symbol}`)

test('funded routes come first, then score, then closeness, then volume', () => {
  const entries = rank([
    cycle('a', 'THIN', { volumeUsdt: 10 }),
    cycle('a', 'NEAR', { net: -0.0001 }),
    cycle('a', 'RICH', { profitUsdt: 9, openShare: 0.5 }),
    cycle('a', 'FUNDED', { funded: true, net: -0.005 }),
    cycle('a', 'THICK'),
  ])
  expect(names(entries)).toEqual(
    ['RICH', 'FUNDED', 'NEAR', 'THICK', 'THIN'].flatMap((coin, k) => [
      ...(k === 0 ? ['cycle:a a BTC/USDT'] : []),
      `cycle:a a ${coin}/BTC`,
      `cycle:a a ${coin}/USDT`,
    ]),
  )
  expect(entries.map((entry) => entry.rank)).toEqual(entries.map((_, k) => k + 1))
  expect(entries[0]).toMatchObject({ score: 4.5, facts: { volumeUsdt: 5 } })
  const scarce = rank(
    [
      cycle('a', 'RICH', { profitUsdt: 9, openShare: 0.5 }),
      cycle('a', 'FUNDED', { funded: true, profitUsdt: 1, openShare: 0.5 }),
    ],
    { topicsMax: () => 3 },
  )
  expect(names(scarce)[1]).toBe('cycle:a a FUNDED/BTC')
})

test('a route is listed with all its legs or not at all', () => {
  const entries = rank(
    [
      cycle('a', 'X', { profitUsdt: 9 }),
      cross('Z/USDT', 'a', 'b', { profitUsdt: 8 }),
      cycle('a', 'Y', { profitUsdt: 7 }),
      cross('W/USDT', 'b', 'c', { profitUsdt: 1 }),
    ],
    { topicsMax: (venue) => (venue === 'a' ? 4 : 1) },
  )
  expect(names(entries).toSorted()).toEqual([
    'cross:0 a Z/USDT',
    'cross:0 b Z/USDT',
    'cycle:a a BTC/USDT',
    'cycle:a a X/BTC',
    'cycle:a a X/USDT',
  ])
})

test('coins we hold are listed before any gap, but leave half the topics to gaps', () => {
  const held = Array.from({ length: 9 }, (_, n) =>
    cross(`H${n}/USDT`, 'a', 'b', { funded: true, net: -n }),
  )
  const gap = cycle('a', 'GAP', { profitUsdt: 1, funded: true })
  const entries = rank([...held, gap], { topicsMax: () => 7 })
  const listed = names(entries).join()
  expect(listed).toContain('H0/USDT')
  expect(listed).toContain('H2/USDT')
  expect(listed).toContain('GAP/BTC')
})

test('routes without a gap leave room for a gap that shows while every listed book has to stay', () => {
  const idle = Array.from({ length: 20 }, (_, n) => cross(`N${n}/USDT`, 'a', 'b'))
  const topicsMax = () => 10
  const before = rank(idle, { topicsMax })
  expect(before.filter(({ venue }) => venue === 'a')).toHaveLength(8)
  const previous = before.map((entry) => ({ ...entry, listedAt: now }))
  const gap = cross('GAP/USDT', 'a', 'b', { profitUsdt: 1 })
  const after = rank([...idle, gap], { topicsMax, previous })
  expect(names(after)).toContain('cross:0 a GAP/USDT')
  expect(names(after)).toEqual(expect.arrayContaining([...names(before)]))
})

test('a book stays listed for its time, whatever the ranking says', () => {
  const [old, young] = [70_000, 50_000].map((ms) => new Date(now.getTime() - ms)) as [Date, Date]
  const entry = (symbol: string, listedAt: Date, shard = 'cross:1') => ({
    shard,
    venue: 'a',
    symbol,
    rank: 1,
    score: 1,
    listedAt,
    facts: { volumeUsdt: 1, frozenMs: 0 },
  })
  const entries = rank([], {
    previous: [
      entry('OLD/USDT', old),
      entry('YOUNG/USDT', young),
      entry('GONE/USDT', young, 'cross:7'),
      entry('CYCLE/USDT', young, 'cycle:a'),
    ],
  })
  expect(names(entries)).toEqual(['cross:1 a YOUNG/USDT', 'cycle:a a CYCLE/USDT'])
})

const added = (shard: string, ...symbols: readonly string[]) => ({
  shard,
  markets: symbols.map((symbol) => ({ venue: 'a', symbol })),
})

test('what people added comes first, whole or not at all, and no venue gets more than it takes', () => {
  const gaps = Array.from({ length: 9 }, (_, n) => cycle('a', `G${n}`, { profitUsdt: 9 - n }))
  const previous = rank(gaps, { topicsMax: () => 5 }).map((entry) => ({ ...entry, listedAt: now }))
  const entries = rank(gaps, {
    topicsMax: () => 5,
    previous,
    added: [added('cross:0', 'W/USDT'), added('cycle:a', 'X', 'Y', 'Z', 'P', 'Q')],
  })
  expect(entries).toHaveLength(5)
  expect(entries[0]).toMatchObject({ symbol: 'W/USDT', rank: 1, because: 'added' })
  expect(entries[1]).toMatchObject({ because: 'gap' })
})

test('a blocked book does not stay, however young it is', () => {
  const previous = rank([cross('X/USDT', 'a', 'b')]).map((each) => ({ ...each, listedAt: now }))
  expect(rank([], { previous })).toMatchObject([{ because: 'stays' }, { because: 'stays' }])
  const by = { by: 'x', at: now, wish: 'block' } as const
  const blocks = blocksOf([{ ...by, subject: 'X/USDT', venue: 'b' }])
  expect(names(rank([], { previous, blocks }))).toEqual([`${crossShard('X/USDT', 2)} a X/USDT`])
})

test('why a book is listed is the most telling of its reasons', () => {
  const entries = rank([
    cross('N/USDT', 'a', 'b'),
    cross('H/USDT', 'a', 'b', { funded: true }),
    cross('G/USDT', 'a', 'b', { funded: true, profitUsdt: 1 }),
  ])
  const why = new Map(entries.map(({ symbol, because }) => [symbol, because]))
  expect(Object.fromEntries(why)).toEqual({ 'N/USDT': 'near', 'H/USDT': 'held', 'G/USDT': 'gap' })
})

test('no venue gets more books than it takes, and no route is cut in two', () => {
  const venue = fc.constantFrom('a', 'b', 'c')
  const more = fc.record({
    profitUsdt: fc.nat(9),
    openShare: fc.double({ min: 0, max: 1, noNaN: true }),
    funded: fc.boolean(),
  })
  const prospect = fc.oneof(
    fc
      .tuple(fc.constantFrom('X/USDT', 'Y/USDT', 'Z/BTC'), venue, venue, more)
      .filter(([, buy, sell]) => buy !== sell)
      .map(([symbol, buy, sell, rest]) => cross(symbol, buy, sell, rest)),
    fc
      .tuple(venue, fc.constantFrom('P', 'Q'), more)
      .map(([at, coin, rest]) => cycle(at, coin, rest)),
  )
  fc.assert(
    fc.property(fc.array(prospect), fc.nat(8), (prospects, limit) => {
      const entries = rank(prospects, { topicsMax: () => limit })
      const listed = new Set(names(entries))
      expect(listed.size).toBe(entries.length)
      for (const at of ['a', 'b', 'c'])
        expect(entries.filter((entry) => entry.venue === at).length).toBeLessThanOrEqual(limit)
      const whole = prospects.flatMap(({ route, markets }) => {
        const books = markets.map((m) => `${shardOf(route, 2)} ${m.venue} ${m.symbol}`)
        return books.every((book) => listed.has(book)) ? books : []
      })
      expect([...listed].filter((book) => !whole.includes(book))).toEqual([])
    }),
  )
})

test('a new gap without history still outranks none', () => {
  expect(scoreOf(cross('X/USDT', 'a', 'b', { profitUsdt: 2 }))).toBeGreaterThan(0)
  expect(scoreOf(cross('X/USDT', 'a', 'b', { profitUsdt: -2, openShare: 1 }))).toBe(0)
})

test('shards are named by venue and by a hash that never changes', () => {
  const route: Route = { kind: 'cycle', venue: 'kucoin', path: ['USDT', 'BTC', 'ETH'] }
  expect(shardOf(route, 2)).toBe('cycle:kucoin')
  expect(crossShard('BTC/USDT', 4)).toBe('cross:1')
  expect(shardNames(['a'], 2)).toEqual(['cycle:a', 'cross:0', 'cross:1'])
  const spread = new Set(Array.from({ length: 50 }, (_, n) => crossShard(`C${n}/USDT`, 8)))
  expect(spread.size).toBe(8)
})
