import { expect, test } from 'vitest'
import { createBooks } from '../market/books.ts'
import { filterLimits, filters } from '../opportunity/filters.ts'
import { bookQuote } from '../opportunity/leg-quote.ts'
import { defaultSettings } from '../settings/settings.ts'
import { beginBook, createBookHealth } from './book-health.ts'
import { breakBook, takeCopy, takeUpdate, tend, type BookTender } from './book-tender.ts'

const side = (best: number, step: number, count: number) =>
  Array.from({ length: count }, (_, k): [number, number] => [best + k * step, 10 + k])
const bookAt = (best: number, count: number) => ({
  bids: side(best, -0.01, count),
  asks: side(best + 0.01, 0.01, count),
})

/** One book, subscribed to at 0; `frozen` says whether it may decide anything. */
function openTender() {
  const books = createBooks(1)
  const health = createBookHealth(1)
  const tender: BookTender = { books, health, told: () => undefined }
  beginBook(health, 0, 0)
  const limits = filterLimits(defaultSettings('simulator'), 'book')
  const traits = {
    venue: 'bitget',
    symbol: 'KIXO/USDT',
    base: 'KIXO',
    quote: 'USDT',
    active: true,
    venueUp: true,
    leveraged: false,
    volumeUsdt: 1e8,
    frozenMs: 0,
  }
  const frozen = filters.find(({ reason }) => reason === 'frozen market')
  return {
    tender,
    stream: (best: number, atMs: number, count = 15) =>
      takeUpdate(tender, 0, { ...bookAt(best, count), timestamp: undefined }, atMs, 0),
    copy: (best: number, sentAtMs: number) =>
      takeCopy(
        tender,
        0,
        { outcome: 'ok', ...bookAt(best, 20), sentAtMs, receivedAtMs: sentAtMs },
        sentAtMs,
        false,
      ),
    frozen: (nowMs: number) =>
      frozen?.check(
        {
          route: { kind: 'cross', symbol: 'KIXO/USDT', buy: 'bitget', sell: 'binance' },
          legs: [{ ...traits, ...bookQuote(tender.books, 0, nowMs, nowMs), side: 'buy' }],
          gross: 0.02,
          net: 0.018,
          identity: 'contract',
          wallet: 'open',
        },
        limits,
      ) !== undefined,
  }
}

test('a stuck book of which REST and the stream show different depths stays stuck', () => {
  const { stream, copy, frozen } = openTender()
  copy(2.5, 2000)
  stream(2.5, 2400)
  copy(2.5, 4500)
  stream(2.5, 4700, 20)
  for (const nowMs of [2500, 4800, 6000]) expect(frozen(nowMs)).toBe(true)
})

test('a book that is subscribed to anew has to move again before it decides anything', () => {
  const { tender, stream, frozen } = openTender()
  for (let k = 0; k < 20; k++) stream(2.5 + k / 100, k * 250)
  expect(frozen(4800)).toBe(false)
  breakBook(tender, 0)
  expect(tend(tender, 0, 5000, 5000)).toBe('renewal')
  stream(2.7, 5200)
  stream(2.7, 5300)
  expect(frozen(5400)).toBe(true)
  stream(2.71, 5500)
  expect(frozen(5600)).toBe(true)
  stream(2.72, 5750)
  expect(frozen(5800)).toBe(false)
})

test('a book that thaws after a long silence is not trusted for as long again', () => {
  const { stream, frozen } = openTender()
  for (let atMs = 0; atMs <= 5000; atMs += 250) stream(2.5 + atMs / 1e5, atMs)
  for (let atMs = 25_000; atMs <= 26_000; atMs += 250) stream(2.6 + atMs / 1e6, atMs)
  expect(frozen(26_500)).toBe(false)
  expect(frozen(32_000)).toBe(true)
})

test('a book of which the first silence is long is not taken for a slow one', () => {
  const { stream, frozen } = openTender()
  // It moves once as we come and is stuck then; it thaws for two seconds and is stuck again.
  stream(2.5, 0)
  stream(2.51, 250)
  for (let atMs = 20_000; atMs <= 22_000; atMs += 250) stream(2.52 + atMs / 1e6, atMs)
  expect(frozen(22_500)).toBe(false)
  expect(frozen(28_000)).toBe(true)
})
