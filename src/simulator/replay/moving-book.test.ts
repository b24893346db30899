import { expect, test } from 'vitest'
import { createMovingBook } from './moving-book.ts'

test('levels are replaced, added in order and removed', () => {
  const book = createMovingBook()
  book.reset(
    7,
    1000,
    [
      [10, 1],
      [9, 2],
    ],
    [[11, 3]],
  )
  book.change(
    8,
    1001,
    [
      [9, 0],
      [9.5, 4],
      [10.5, 1],
      [3, 0],
    ],
    [
      [11, 5],
      [12, 6],
    ],
  )
  expect(book.view).toEqual({
    sequence: 8,
    timeMs: 1001,
    bids: [
      [10.5, 1],
      [10, 1],
      [9.5, 4],
    ],
    asks: [
      [11, 5],
      [12, 6],
    ],
  })
})
