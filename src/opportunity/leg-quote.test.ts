import { expect, test } from 'vitest'
import { createBooks, writeBook } from '../market/books.ts'
import type { Ticker } from '../market/ticker.ts'
import { bookQuote, tickerQuote, venueAheadMs } from './leg-quote.ts'

const wallMs = 1_700_000_000_000
const ticker = (venueTimeMs?: number): Ticker => ({
  venue: 'a',
  symbol: 'X/USDT',
  base: 'X',
  quote: 'USDT',
  bid: 1,
  ask: 2,
  ...(venueTimeMs !== undefined && { venueTimeMs }),
})

test('C5 a quiet book is as old as its last proof, not its last change', () => {
  const books = createBooks(1)
  writeBook(books, 0, [[99, 3]], [[100, 4]], 5000, wallMs - 60_000)
  expect(bookQuote(books, 0, 5200, wallMs)).toEqual({
    bid: 99,
    ask: 100,
    bidSize: 3,
    askSize: 4,
    ageMs: 200,
    seenAtMs: 5000,
    stillMs: 200,
    paceMs: Number.NaN,
  })
})

test('C5 a book from the future has a negative age, beyond the error of clocks', () => {
  const books = createBooks(1)
  writeBook(books, 0, [[99, 3]], [], 5000, wallMs + 937)
  expect(bookQuote(books, 0, 5010, wallMs)).toMatchObject({
    ageMs: -937,
    ask: Infinity,
    askSize: 0,
  })
  writeBook(books, 0, [[99, 3]], [], 5000, wallMs + 60)
  expect(bookQuote(books, 0, 5010, wallMs).ageMs).toBe(10)
})

test('a book never filled is infinitely old', () => {
  expect(bookQuote(createBooks(1), 0, 5000, wallMs)).toMatchObject({ bid: 0, ageMs: Infinity })
})

test('C5 a ticker is as old as the older of both clocks says', () => {
  expect(tickerQuote(ticker(), wallMs, 0, wallMs + 300).ageMs).toBe(300)
  expect(tickerQuote(ticker(wallMs - 2000), wallMs, 0, wallMs + 300)).toMatchObject({
    ageMs: 2300,
    seenAtMs: wallMs - 2000,
  })
})

test('C5 a venue whose clock runs ahead is set back; one row that lies is not believed', () => {
  const tickers = [ticker(wallMs + 40), ticker(wallMs - 100), ticker(wallMs + 9_000_000), ticker()]
  const aheadMs = venueAheadMs(tickers, wallMs)
  expect(aheadMs).toBe(40)
  expect(tickers.map((row) => tickerQuote(row, wallMs, aheadMs, wallMs + 10).ageMs)).toEqual([
    10, 150, -8_999_960, 10,
  ])
})
