// An independent judge: every route that the world's own prices offer, against what it says it planted.
import { expect, test } from 'vitest'
import { rotateCycle, routeName } from '../../market/route.ts'
import { openSimulatedMarket, type SimulatedMarket } from '../simulated-market.ts'
import type { TruthLine } from './truth.ts'

const startMs = Date.UTC(2024, 0, 1)
const starts = ['USDT', 'USDC', 'BTC', 'ETH']

type Quote = { venue: string; bid: number; ask: number; fee: number }

/** The net of every cross pair and of every three-legged cycle from a start asset, by route name. */
function netsOf(market: SimulatedMarket): Map<string, number> {
  const nets = new Map<string, number>()
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
          const path = rotateCycle([a, b, c], starts)
          const net = first * second * third * (1 - fee) ** 3 - 1
          nets.set(routeName({ kind: 'cycle', venue, path }), net)
        }
  }
  for (const [symbol, quotes] of bySymbol)
    for (const buy of quotes)
      for (const sell of quotes) {
        if (buy === sell) continue
        const net = (sell.bid * (1 - sell.fee)) / (buy.ask * (1 + buy.fee)) - 1
        nets.set(routeName({ kind: 'cross', symbol, buy: buy.venue, sell: sell.venue }), net)
      }
  return nets
}

const isTrue = ({ decoy }: TruthLine) => decoy === null

test('what gains 0.3 % or more is exactly what was planted, over 150 simulated seconds', () => {
  const market = openSimulatedMarket({ seed: 'judge', now: () => startMs })
  const reasons = new Map<string, Set<string>>()
  let otherBest = -1
  for (let tick = 1; tick <= 1500; tick++) {
    market.tick()
    const nets = netsOf(market)
    const alive = new Map(market.alive().map((line) => [line.route, line]))
    expect(alive.size).toBe(market.alive().length)
    const found = [...nets].filter(([, net]) => net >= 0.003).map(([route]) => route)
    const planted = [...alive.values()].filter((line) => line.net_at_top >= 0.003)
    expect(found.toSorted()).toEqual(planted.map(({ route }) => route).toSorted())
    for (const [route, net] of nets) if (!alive.has(route)) otherBest = Math.max(otherBest, net)
    for (const line of alive.values()) {
      const net = nets.get(line.route) ?? Number.NaN
      if (isTrue(line)) expect(net / line.net_at_top).toBeGreaterThan(0.9)
      if (line.decoy === 'smaller than fees') expect(net).toBeLessThan(-0.001)
      const ids = reasons.get(line.decoy ?? 'none') ?? new Set()
      reasons.set(line.decoy ?? 'none', ids.add(line.id))
    }
  }
  // Nothing that was not planted comes near: no doubtful case for anybody.
  expect(otherBest).toBeLessThan(-0.001)
  const counts = Object.fromEntries([...reasons].map(([reason, ids]) => [reason, ids.size]))
  for (const reason of ['smaller than fees', 'no depth', 'too short', 'abnormal profit'])
    expect([reason, counts[reason] ?? 0].at(-1)).toBeGreaterThan(7)
  for (const reason of ['stale quote', 'unfunded', 'dead market', 'leveraged token'])
    expect([reason, counts[reason] ?? 0].at(-1)).toBeGreaterThan(4)
  expect(counts).toMatchObject({ 'one ticker, two coins': 3, 'closed wallet': 3 })
}, 60_000)

test('three to five true gaps at any time, and one always has 18 s to go', () => {
  const market = openSimulatedMarket({ seed: 'guarantee', now: () => startMs })
  const seen = new Map<string, TruthLine>()
  for (let tick = 1; tick <= 6000; tick++) {
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
})

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
