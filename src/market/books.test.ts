import { expect, test } from 'vitest'
import { bestAsk, bestBid, clearBook, createBooks, sideOf, writeBook } from './books.ts'

test('an empty book bids nothing and asks for everything', () => {
  const books = createBooks(2)
  expect([bestBid(books, 1), bestAsk(books, 1)]).toEqual([0, Infinity])
  expect([sideOf(books, 1, 'bid'), books.provedAtMs[1]]).toEqual([[], -Infinity])
})

test('a book is written best first, as deep as it is kept, and beside its neighbours', () => {
  const books = createBooks(3, 2)
  const bids = [
    [99, 1],
    [98, 2],
    [97, 3],
  ]
  writeBook(books, 1, bids, [[101, 4, 7]], 1000, 5)
  expect(sideOf(books, 1, 'bid')).toEqual([
    [99, 1],
    [98, 2],
  ])
  expect(sideOf(books, 1, 'ask')).toEqual([[101, 4]])
  expect([bestBid(books, 1), bestAsk(books, 1)]).toEqual([99, 101])
  expect([books.provedAtMs[1], books.venueTimeMs[1], books.version[1]]).toEqual([1000, 5, 1])
  for (const other of [0, 2])
    expect([bestBid(books, other), bestAsk(books, other)]).toEqual([0, Infinity])
})

test('prices and sizes that are none are left out', () => {
  const books = createBooks(1)
  const bad = [
    [Number.NaN, 1],
    [101, 0],
    [101, -1],
    [0, 1],
    [Infinity, 1],
    [101, Infinity],
    [102, undefined],
    [103, 1],
  ]
  writeBook(books, 0, [], bad, 0, Number.NaN)
  expect(sideOf(books, 0, 'ask')).toEqual([[103, 1]])
})

test('a book written again is shorter where the venue shows less', () => {
  const books = createBooks(1)
  const two = [
    [101, 1],
    [102, 1],
  ]
  writeBook(books, 0, [[99, 1]], two, 0, 0)
  writeBook(books, 0, [], [[105, 1]], 100, 0)
  expect([sideOf(books, 0, 'bid'), sideOf(books, 0, 'ask')]).toEqual([[], [[105, 1]]])
})

test('an emptied book decides nothing and has forgotten its pace', () => {
  const books = createBooks(1)
  writeBook(books, 0, [[99, 1]], [[101, 1]], 0, 0)
  writeBook(books, 0, [[99, 1]], [[101, 2]], 400, 0)
  clearBook(books, 0)
  expect([bestBid(books, 0), bestAsk(books, 0), books.provedAtMs[0]]).toEqual([
    0,
    Infinity,
    -Infinity,
  ])
  expect([books.paceMs[0], books.venueTimeMs[0], books.changedAtMs[0]]).toEqual([
    Number.NaN,
    Number.NaN,
    -Infinity,
  ])
  expect(books.version[0]).toBe(3)
})

/** A book whose best ask takes a new size at every call. */
function restlessBook() {
  const books = createBooks(1)
  let size = 1
  const repeat = (atMs: number) => writeBook(books, 0, [[99, 1]], [[101, size]], atMs, 0)
  const change = (atMs: number) => {
    size++
    repeat(atMs)
  }
  return { books, repeat, change, pace: () => books.paceMs[0] }
}

test('the pace follows how often a book moves, from its second move on', () => {
  const { books, repeat, change, pace } = restlessBook()
  repeat(0)
  change(9000)
  expect(pace()).toBeNaN()
  change(9400)
  expect(pace()).toBe(400)
  change(9400)
  expect(pace()).toBe(350)
  for (let atMs = 9500; atMs < 20_000; atMs += 100) change(atMs)
  expect(pace()).toBeCloseTo(100, 0)
  expect(books.changedAtMs[0]).toBe(19_900)
  // A venue that sends the same book again proves it, and does not make it move.
  repeat(20_500)
  expect([books.changedAtMs[0], books.provedAtMs[0]]).toEqual([19_900, 20_500])
})

test('one long silence hardly changes what a lively book is known for', () => {
  const { change, pace } = restlessBook()
  for (let atMs = 0; atMs <= 5000; atMs += 250) change(atMs)
  expect(pace()).toBe(250)
  change(25_000)
  expect(pace()).toBeLessThan(350)
  for (let atMs = 85_000; atMs < 1_285_000; atMs += 60_000) change(atMs)
  expect(pace()).toBeGreaterThan(30_000)
})

test('a book that shows more or fewer levels than before has not moved', () => {
  const levels = (count: number, from: number, step: number) =>
    Array.from({ length: count }, (_, k) => [from + k * step, 1 + k])
  const books = createBooks(1)
  for (const [k, count] of [20, 15, 50, 5, 20].entries())
    writeBook(books, 0, levels(count, 99, -1), levels(count, 101, 1), k * 300, 0)
  expect([books.moved[0], books.changedAtMs[0], books.paceMs[0]]).toEqual([0, 0, Number.NaN])
  writeBook(books, 0, levels(15, 99, -1), levels(15, 101.5, 1), 2000, 0)
  expect([books.moved[0], books.changedAtMs[0]]).toEqual([1, 2000])
})

test('a market is slow only after many slow moves', () => {
  const { change, pace } = restlessBook()
  for (const atMs of [0, 1000, 21_000]) change(atMs)
  expect(pace()).toBe(500)
  for (let atMs = 25_000; atMs <= 85_000; atMs += 4000) change(atMs)
  expect(pace()).toBeGreaterThan(3000)
})

test('what stood before a book was emptied does not count as its past', () => {
  const { books, repeat, change, pace } = restlessBook()
  for (const atMs of [0, 100, 200]) change(atMs)
  clearBook(books, 0)
  repeat(300)
  expect(books.moved[0]).toBe(0)
  clearBook(books, 0)
  change(400)
  expect([books.moved[0], books.changedAtMs[0], pace()]).toEqual([0, 400, Number.NaN])
})
