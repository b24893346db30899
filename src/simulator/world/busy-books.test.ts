import { expect, test } from 'vitest'
import type { BookChange } from '../market-source.ts'
import { openSimulatedMarket } from '../simulated-market.ts'
import { createBusyBooks } from './busy-books.ts'
import { createWorld } from './world.ts'

const startMs = Date.UTC(2025, 10, 20)

/** Messages that the watchers of these books get in `seconds`, looked after every 5 ms. */
function toldIn(seconds: number, perSecond: number, symbols: readonly string[]) {
  const world = createWorld('busy', startMs)
  const busy = createBusyBooks(world, 'busy', perSecond)
  const told: BookChange[] = []
  for (const symbol of symbols)
    world.find('okx', symbol)?.listeners.add((change) => {
      busy.told()
      told.push(change)
    })
  for (let ms = 0; ms <= seconds * 1000; ms += 5) busy.step(startMs + ms)
  return told
}

test('watched books tell as many messages as were asked for, each in its sequence', () => {
  const told = toldIn(2, 500, ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'])
  expect(told.length).toBeGreaterThan(990)
  expect(told.length).toBeLessThanOrEqual(1010)
  const ofBitcoin = told.filter(({ symbol }) => symbol === 'BTC/USDT')
  expect(ofBitcoin.length).toBeGreaterThan(300)
  for (const [k, { previousSequence }] of ofBitcoin.slice(1).entries())
    expect(previousSequence).toBe(ofBitcoin[k]?.sequence)
})

test('where nobody watches nothing is told, and nothing is made up for later', () => {
  expect(toldIn(1, 1000, [])).toEqual([])
  const world = createWorld('busy', startMs)
  const busy = createBusyBooks(world, 'busy', 1000)
  busy.step(startMs)
  busy.step(startMs + 60_000)
  let count = 0
  world.find('okx', 'BTC/USDT')?.listeners.add(() => {
    busy.told()
    count++
  })
  for (let ms = 0; ms <= 1000; ms += 5) busy.step(startMs + 60_000 + ms)
  expect(count).toBeLessThan(1250)
})

test('more gaps a minute are planted where they are asked for, short ones', () => {
  let nowMs = startMs
  const market = openSimulatedMarket({ seed: 'more', now: () => nowMs, gapsPerMinute: 50 })
  const short = new Set<string>()
  for (let tick = 0; tick < 400; tick++) {
    nowMs += 100
    market.tick()
    if (tick % 40 !== 0) continue
    for (const { id, from, to, decoy } of market.alive())
      if (decoy === null && Date.parse(to) - Date.parse(from) <= 12_000) short.add(id)
  }
  // Without it there would be a handful in these 40 s.
  expect(short.size).toBeGreaterThan(25)
})
