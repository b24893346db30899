import { expect, test } from 'vitest'
import type { PriceRow } from '../src/history/history-store.ts'
import type { Ticker } from '../src/market/ticker.ts'
import { createPriceRecorder } from './price-recorder.ts'

const minuteMs = Date.UTC(2025, 0, 1, 12, 30)
const ticker = (bid: number, symbol = 'SOL/USDT'): Ticker => {
  const [base = '', quote = ''] = symbol.split('/')
  return { venue: 'kucoin', symbol, base, quote, bid, ask: bid + 1 }
}

function openRecorder() {
  const history = { away: false, writes: [] as (readonly PriceRow[])[] }
  const recorder = createPriceRecorder({
    async addPrices(rows) {
      if (history.away) throw new Error('the database is away')
      history.writes.push(rows)
    },
  })
  const bids = () => history.writes.map((rows) => rows.map(({ bid }) => bid))
  return { history, recorder, bids }
}

test('the last price of each market and minute is written, every few seconds', async () => {
  const { recorder, history, bids } = openRecorder()
  recorder.take([ticker(100), ticker(5, 'ETH/USDT')], minuteMs + 1000)
  recorder.take([ticker(101)], minuteMs + 3000)
  await recorder.flush(minuteMs + 3000)
  expect(history.writes[0]).toContainEqual({
    venue: 'kucoin',
    symbol: 'SOL/USDT',
    minute: new Date(minuteMs),
    bid: 101,
    ask: 102,
  })
  expect(bids()).toEqual([[101, 5]])
  recorder.take([ticker(102)], minuteMs + 5000)
  await recorder.flush(minuteMs + 10_999)
  expect(bids()).toHaveLength(1)
  await recorder.flush(minuteMs + 11_000)
  expect(bids()).toEqual([[101, 5], [102]])
})

test('two minutes are two rows, and a stop writes at once', async () => {
  const { recorder, history } = openRecorder()
  recorder.take([ticker(100)], minuteMs + 59_999)
  recorder.take([ticker(101)], minuteMs + 60_000)
  await recorder.flush(minuteMs + 60_000)
  recorder.take([ticker(102)], minuteMs + 61_000)
  await recorder.flush(minuteMs + 61_000, 'now')
  const minutes = history.writes.map((rows) =>
    rows.map(({ minute }) => minute.getTime() - minuteMs),
  )
  expect(minutes).toEqual([[0, 60_000], [60_000]])
})

test('prices wait while the database is away, and the newest of a minute stands', async () => {
  const { recorder, history, bids } = openRecorder()
  history.away = true
  recorder.take([ticker(100), ticker(5, 'ETH/USDT')], minuteMs)
  await expect(recorder.flush(minuteMs)).rejects.toThrow('away')
  recorder.take([ticker(101)], minuteMs + 9000)
  await expect(recorder.flush(minuteMs + 9000)).rejects.toThrow('away')
  history.away = false
  await recorder.flush(minuteMs + 18_000)
  expect(bids()).toEqual([[101, 5]])
})
