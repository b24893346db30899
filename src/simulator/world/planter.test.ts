// An independent judge: every route that the world's own prices offer, against what it says it planted.
import { expect, test } from 'vitest'
import { rotateCycle, routeName } from '../../market/route.ts'
import { openSimulatedMarket, type SimulatedMarket } from '../simulated-market.ts'
import type { TruthLine } from './truth.ts'

const startMs = Date.UTC(2024, 0, 1)
const starts = ['USDT', 'USDC', 'BTC', 'ETH']

type Quote = { venue: string; bid: number; ask: number; fee: number }

const gainMin = 0.003

type Judgement = {
  /** Net by route name, of everything that gains `gainMin` or more. */
  readonly found: ReadonlyMap<string, number>
  /** The best net of all that gains less. */
  readonly otherBest: number
}

/** Tries every cross pair and every three-legged cycle from a start asset. */
function judge(market: SimulatedMarket): Judgement {
  const found = new Map<string, number>()
  let otherBest = -1
  const weigh = (net: number, nameOf: () => string) => {
    if (net >= gainMin) found.set(nameOf(), net)
    else otherBest = Math.max(otherBest, net)
  }
  const bySymbol = new Map<string, Quote[]>()
  for (const source of market.venues) {
    const { venue, markets } = source
    const fee = markets[0]?.takerFee ?? 0
    const rates = new Map<string, Map<string, number>>()
    const put = (from: string, to: string, rate: number) =>
      rates.set(from, (rates.get(from) ?? new Map<string, number>()).set(to, rate))
    for (const { symbol, bid, ask } of source.tickers()) {
      const [base = '', quote = ''] = symbol.split('/')
      put(base, quote, bid)
      put(quote, base, 1 / ask)
      const quotes = bySymbol.get(symbol) ?? []
      quotes.push({ venue, bid, ask, fee })
      bySymbol.set(symbol, quotes)
    }
    for (const a of starts)
      for (const [b, first] of rates.get(a) ?? [])
        for (const [c, second] of rates.get(b) ?? []) {
          const third = rates.get(c)?.get(a)
          if (c === a || third === undefined) continue
          weigh(first * second * third * (1 - fee) ** 3 - 1, () =>
            routeName({ kind: 'cycle', venue, path: rotateCycle([a, b, c], starts) }),
          )
        }
  }
  for (const [symbol, quotes] of bySymbol)
    for (const buy of quotes)
      for (const sell of quotes) {
        if (buy === sell) continue
        weigh((sell.bid * (1 - sell.fee)) / (buy.ask * (1 + buy.fee)) - 1, () =>
          routeName({ kind: 'cross', symbol, buy: buy.venue, sell: sell.venue }),
        )
      }
  return { found, otherBest }
}

const isTrue = ({ decoy }: TruthLine) => decoy === null

test('what gains 0.3 % or more is exactly what was planted, over three simulated minutes', () => {
  const market = openSimulatedMarket({ seed: 'judge', now: () => startMs })
  const ids = new Map<string, Set<string>>()
  for (let tick = 1; tick <= 1800; tick++) {
    market.tick()
    const alive = market.alive()
    for (const { id, decoy } of alive) {
      const reason = decoy ?? 'true'
      ids.set(reason, (ids.get(reason) ?? new Set()).add(id))
    }
    // Judging is dear, and a gap stands for seconds.
    if (tick % 10 !== 0) continue
    const { found, otherBest } = judge(market)
    const planted = alive.filter((line) => line.net_at_top >= gainMin)
    expect([...found.keys()].toSorted()).toEqual(planted.map(({ route }) => route).toSorted())
    // Nothing else comes near, gaps smaller than fees included: no doubtful case for anybody.
    expect(otherBest).toBeLessThan(-0.001)
    for (const line of alive.filter(isTrue))
      expect((found.get(line.route) ?? 0) / line.net_at_top).toBeGreaterThan(0.9)
  }
  const count = (reason: string) => ids.get(reason)?.size ?? 0
  for (const reason of ['smaller than fees', 'no depth', 'too short', 'abnormal profit'])
    expect(count(reason), reason).toBeGreaterThan(9)
  for (const reason of ['stale quote', 'unfunded', 'dead market', 'leveraged token'])
    expect(count(reason), reason).toBeGreaterThan(5)
  expect([count('one ticker, two coins'), count('closed wallet')]).toEqual([3, 3])
}, 120_000)

test('three to five true gaps at any time, and one always has 18 s to go', () => {
  const market = openSimulatedMarket({ seed: 'guarantee', now: () => startMs })
  const seen = new Map<string, TruthLine>()
  for (let tick = 1; tick <= 1500; tick++) {
    market.tick()
    if (tick < 25) continue
    const alive = market.alive().filter(isTrue)
    for (const line of alive) seen.set(line.id, line)
    expect(alive.length).toBeGreaterThanOrEqual(3)
    expect(alive.length).toBeLessThanOrEqual(5)
    const nowMs = startMs + tick * 100
    expect(Math.max(...alive.map(({ to }) => Date.parse(to) - nowMs))).toBeGreaterThan(18_000)
  }
  for (const { from, to, net_at_top: net, capacity } of seen.values()) {
    const lifeMs = Date.parse(to) - Date.parse(from)
    expect((lifeMs >= 20_000 && lifeMs <= 45_000) || (lifeMs >= 8000 && lifeMs <= 12_000)).toBe(
      true,
    )
    expect(net).toBeGreaterThan(0.007)
    expect(net).toBeLessThan(0.025)
    expect(capacity).toBeGreaterThan(800)
    expect(capacity).toBeLessThan(6000)
  }
  const kinds = [...seen.values()].map(({ kind, route }) => `${kind} ${route.includes('>BTC>')}`)
  expect(new Set(kinds)).toEqual(new Set(['cross false', 'cycle true', 'cycle false']))
}, 120_000)

test('the touched side of every leg of a true gap holds 500 USDT at the best price', () => {
  const market = openSimulatedMarket({ seed: 'depth', now: () => startMs })
  for (let tick = 1; tick <= 600; tick++) {
    market.tick()
    for (const { kind, route, venues } of market.alive().filter(isTrue)) {
      if (kind === 'cycle') continue
      const symbol = route.split(' ')[1] ?? ''
      const [buy, sell] = venues.map((name) => market.venues.find(({ venue }) => venue === name))
      const [ask = 0, askSize = 0] = buy?.book(symbol)?.asks[0] ?? []
      const [bid = 0, bidSize = 0] = sell?.book(symbol)?.bids[0] ?? []
      expect(ask * askSize).toBeGreaterThan(500)
      expect(bid * bidSize).toBeGreaterThan(500)
    }
  }
})
