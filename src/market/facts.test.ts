import { expect, test } from 'vitest'
import { createFactsTracker } from './facts.ts'
import type { Ticker } from './ticker.ts'

const row = (bid: number, quoteVolume?: number): Ticker => ({
  venue: 'okx',
  symbol: 'ETH/BTC',
  base: 'ETH',
  quote: 'BTC',
  bid,
  ask: bid + 0.01,
  ...(quoteVolume === undefined ? {} : { quoteVolume }),
})
const values = new Map([['BTC', 100]])

test('volume is counted in USDT worth and standing still in time', () => {
  const facts = createFactsTracker()
  facts.update([row(1, 7)], values, 0)
  facts.update([row(1, 7)], values, 2000)
  facts.update([row(1, 8)], values, 4000)
  expect(facts.of('okx', 'ETH/BTC')).toEqual({ volumeUsdt: 800, frozenMs: 4000 })
  facts.update([row(1.1)], values, 6000)
  expect(facts.of('okx', 'ETH/BTC')).toEqual({ volumeUsdt: 800, frozenMs: 0 })
})

test('an unswept stretch proves nothing about standing still', () => {
  const facts = createFactsTracker()
  facts.update([row(1)], values, 0)
  facts.update([row(1)], values, 120_000)
  expect(facts.of('okx', 'ETH/BTC').frozenMs).toBe(0)
  expect(facts.of('okx', 'NO/NE')).toEqual({ volumeUsdt: undefined, frozenMs: 0 })
})
