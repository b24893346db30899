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

test('the pace follows how often a book changes', () => {
  const books = createBooks(1)
  let size = 1
  const repeat = (atMs: number) => writeBook(books, 0, [[99, 1]], [[101, size]], atMs, 0)
  const change = (atMs: number) => {
    size++
    repeat(atMs)
  }
  change(0)
  expect(books.paceMs[0]).toBeNaN()
  change(800)
  expect(books.paceMs[0]).toBe(800)
  change(800)
  expect(books.paceMs[0]).toBe(700)
  for (let atMs = 900; atMs < 10_000; atMs += 100) change(atMs)
  expect(books.paceMs[0]).toBeCloseTo(100, 0)
  expect(books.changedAtMs[0]).toBe(9900)
  // A venue that sends the same book again proves it, and does not make it move.
  repeat(10_500)
  expect([books.changedAtMs[0], books.provedAtMs[0]]).toEqual([9900, 10_500])
})
