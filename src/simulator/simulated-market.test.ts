import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parseRoute, routeVenues } from '../market/route.ts'
import type { SourceVenue } from './market-source.ts'
import { openSimulatedMarket } from './simulated-market.ts'
import type { TruthLine } from './world/truth.ts'

const startMs = Date.UTC(2024, 0, 1)

function temporaryFile(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, name)
}

const linesOf = (file: string): TruthLine[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TruthLine)

const booksOf = (venue: SourceVenue | undefined) =>
  venue?.markets.map(({ symbol }) => venue.book(symbol))

/** Truth and books after 300 ticks, with somebody watching or not. */
function history(seed: string, watched: boolean) {
  const truthFile = temporaryFile('truth.jsonl')
  const market = openSimulatedMarket({ seed, truthFile, now: () => startMs })
  if (watched)
    for (const venue of market.venues)
      for (const { symbol } of venue.markets.slice(0, 20)) venue.subscribe(symbol, () => undefined)
  for (let i = 0; i < 300; i++) market.tick()
  return { truth: readFileSync(truthFile, 'utf8'), books: market.venues.map(booksOf) }
}

test('one seed is one history, whoever watches, and another seed is another', () => {
  const first = history('one', false)
  expect(history('one', true)).toEqual(first)
  expect(history('two', false).truth).not.toBe(first.truth)
})

test('the truth file is emptied at the start and grows by one line a plant', () => {
  const truthFile = temporaryFile('truth.jsonl')
  appendFileSync(truthFile, 'left over\n')
  const market = openSimulatedMarket({ seed: 'file', truthFile, now: () => startMs })
  for (let i = 0; i < 300; i++) market.tick()
  const lines = linesOf(truthFile)
  expect(lines.length).toBeGreaterThan(30)
  expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length)
  for (const { kind, route, venues, from, to } of lines) {
    const parsed = parseRoute(route)
    expect(parsed?.kind).toBe(kind)
    expect(parsed && routeVenues(parsed)).toEqual(venues)
    expect(Date.parse(from)).toBeLessThan(Date.parse(to))
  }
  for (const line of market.alive()) expect(lines).toContainEqual(line)
})

test('a world that follows one that died keeps what came true of it', () => {
  const truthFile = temporaryFile('truth.jsonl')
  const died = openSimulatedMarket({ seed: 'file', truthFile, now: () => startMs })
  for (let i = 0; i < 200; i++) died.tick()
  const before = linesOf(truthFile)
  appendFileSync(truthFile, '{"id":"gap-99","ki')
  const diedByMs = startMs + 20_000
  const next = openSimulatedMarket({
    seed: 'file',
    truthFile,
    followsAnother: true,
    now: () => diedByMs,
  })
  const ended = linesOf(truthFile).slice(0, before.length)
  expect(ended.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  expect(ended.filter(({ to }) => Date.parse(to) > diedByMs)).toEqual([])
  expect(ended.filter(({ to }, k) => to !== before[k]?.to).length).toBeGreaterThan(2)
  for (let i = 0; i < 200; i++) next.tick()
  const lines = linesOf(truthFile)
  expect(lines.length).toBe(2 * before.length)
  expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length)
})

test('a truth file that can no longer be written is told once and stops nothing', () => {
  const truthFile = temporaryFile('truth.jsonl')
  const told: unknown[] = []
  const market = openSimulatedMarket({
    seed: 'full',
    truthFile,
    now: () => startMs,
    onTruthLost: (error) => told.push(error),
  })
  rmSync(join(truthFile, '..'), { recursive: true })
  for (let i = 0; i < 100; i++) market.tick()
  expect(told).toHaveLength(1)
})

test('the world is as large as it should be and every symbol is there once', () => {
  const { venues } = openSimulatedMarket({ seed: 'size' })
  for (const { venue, markets, assets } of venues) {
    expect(new Set(markets.map(({ symbol }) => symbol)).size).toBe(markets.length)
    expect(new Set(assets.map(({ asset }) => asset)).size).toBe(assets.length)
    if (venue === 'kucoin') expect(markets.length).toBeGreaterThanOrEqual(1200)
    else expect(markets.length).toBeGreaterThanOrEqual(150)
    if (venue !== 'kucoin') expect(markets.length).toBeLessThanOrEqual(400)
  }
})

test('liquid books have 20 to 50 levels a side, in order, with a spread of 4 to 15 bp', () => {
  const market = openSimulatedMarket({ seed: 'shape', now: () => startMs })
  for (let i = 0; i < 200; i++) market.tick()
  for (const venue of market.venues)
    for (const symbol of ['BTC/USDT', 'ETH/USDT', 'ETH/BTC', 'SOL/USDC', 'LINK/BTC']) {
      const { bids, asks } = venue.book(symbol) ?? { bids: [], asks: [] }
      for (const side of [bids, asks]) {
        expect(side.length).toBeGreaterThanOrEqual(20)
        expect(side.length).toBeLessThanOrEqual(50)
        for (const [price, size] of side) expect(Math.min(price, size)).toBeGreaterThan(0)
      }
      expect(bids.map(([price]) => price)).toEqual(
        bids.map(([price]) => price).toSorted((a, b) => b - a),
      )
      const [bid = 0] = bids[0] ?? []
      const [ask = 0] = asks[0] ?? []
      expect(ask / bid - 1).toBeGreaterThan(3.5e-4)
      expect(ask / bid - 1).toBeLessThan(15e-4)
    }
})

test('changes lead from one book to the next, and liquid books change at least every 500 ms', () => {
  const market = openSimulatedMarket({ seed: 'changes', now: () => startMs })
  const venue = market.venues.find((one) => one.venue === 'mexc')
  const first = venue?.book('ETH/USDT')
  const bids = new Map(first?.bids)
  const asks = new Map(first?.asks)
  let sequence = first?.sequence ?? 0
  let lastMs = startMs
  venue?.subscribe('ETH/USDT', (change) => {
    expect(change.previousSequence).toBe(sequence)
    expect(change.timeMs - lastMs).toBeLessThanOrEqual(500)
    sequence = change.sequence
    lastMs = change.timeMs
    for (const [side, levels] of [
      [bids, change.bids],
      [asks, change.asks],
    ] as const)
      for (const [price, size] of levels)
        if (size === 0) side.delete(price)
        else side.set(price, size)
  })
  for (let i = 0; i < 1000; i++) market.tick()
  const last = venue?.book('ETH/USDT')
  expect(last?.sequence).toBe(sequence)
  expect([...bids].toSorted((a, b) => b[0] - a[0])).toEqual(last?.bids)
  expect([...asks].toSorted((a, b) => a[0] - b[0])).toEqual(last?.asks)
})

test('every duo is among the ten most liquid coins of both its venues', () => {
  const market = openSimulatedMarket({ seed: 'rank', now: () => startMs })
  for (let i = 0; i < 600; i++) market.tick()
  const traded = market
    .alive()
    .filter(({ kind, decoy }) => kind === 'cross' && decoy === null)
    .map(({ route, venues }) => ({ symbol: route.split(' ')[1] ?? '', venues }))
  expect(traded.length).toBeGreaterThan(0)
  for (const { symbol, venues } of traded)
    for (const name of venues) {
      const rows = market.venues.find(({ venue }) => venue === name)?.tickers() ?? []
      const ranked = rows
        .filter((row) => row.symbol.endsWith('/USDT'))
        .toSorted((a, b) => b.quoteVolume - a.quoteVolume)
      expect(ranked.slice(0, 10).map((row) => row.symbol)).toContain(symbol)
    }
})

test('after a long sleep the world goes on from now, without what was planted before', async () => {
  let nowMs = startMs
  const market = openSimulatedMarket({ seed: 'sleep', now: () => nowMs })
  market.start()
  onTestFinished(() => market.close())
  nowMs += 20_000
  const passing = () => market.alive().filter(({ to }) => Date.parse(to) < startMs + 1e9)
  await expect.poll(() => passing().length).toBeGreaterThan(2)
  const before = passing().map(({ id }) => id)
  nowMs += 3_600_000
  await expect.poll(() => passing().some(({ id }) => before.includes(id))).toBe(false)
  nowMs += 1000
  const ageMs = () => nowMs - (market.venues[0]?.ticker('BTC/USDT')?.timeMs ?? 0)
  await expect.poll(ageMs).toBeLessThan(1000)
})
