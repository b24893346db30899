import { expect, test } from 'vitest'
import type { Ticker } from '../market/ticker.ts'
import { format } from '../money.ts'
import { usualBalances } from './paper-balances.ts'

const volumes: Record<string, number> = { 'A/USDT': 50, 'A/BTC': 60, 'B/USDT': 100, 'C/USDT': 1 }
const tickers = Object.keys(volumes).map((symbol): Ticker => {
  const [base = '', quote = ''] = symbol.split('/')
  return { venue: 'okx', symbol, base, quote, bid: 1, ask: 1.1 }
})
const facts = (_venue: string, symbol: string) => ({ volumeUsdt: volumes[symbol], frozenMs: 0 })

test('the usual account holds cash and the most traded coins, over all their markets', () => {
  const values = new Map([
    ['A', 4],
    ['B', 0.5],
    ['C', 3],
  ])
  const balances = usualBalances('okx', tickers, facts, values)
  expect(balances.map(({ asset, free }) => `${asset} ${format(free)}`)).toEqual([
    'USDT 10000',
    'A 250',
    'B 2000',
    'C 333.33333',
  ])
})
