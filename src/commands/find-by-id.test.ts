import { expect, test } from 'vitest'
import { ambiguousText, findById } from './find-by-id.ts'

const items = [{ id: '1qc64jj5k3f9' }, { id: '1qc64jj5zz09' }, { id: '1qc7' }]

test('the whole id, its beginning or its end are enough, while they mean one', () => {
  for (const typed of ['1qc64jj5k3f9', 'k3f9', '#K3F9', '1QC64jj5k'])
    expect(findById(items, typed)).toEqual({ outcome: 'found', item: items[0] })
  expect(findById(items, '1qc7')).toEqual({ outcome: 'found', item: items[2] })
})

test('a piece that could be two is not guessed at', () => {
  expect(findById(items, '1qc64')).toEqual({
    outcome: 'ambiguous',
    ids: ['1qc64jj5k3f9', '1qc64jj5zz09'],
    items: items.slice(0, 2),
    count: 2,
  })
})

test('those that could be meant are listed, the first five by name', () => {
  const many = Array.from({ length: 7 }, (_, n) => ({ id: `1qc${n}`, n }))
  const match = findById(many, '1qc')
  if (match.outcome !== 'ambiguous') throw new Error(match.outcome)
  expect(ambiguousText('1qc', match, 'trades')).toBe(
    '"1qc" fits 7 trades: 1qc0, 1qc1, 1qc2, 1qc3, 1qc4 and 2 more; type more of the one you mean',
  )
  const two = { ...match, items: many.slice(0, 2), count: 2 }
  expect(ambiguousText('1qc', two, 'approvals', ({ id, n }) => `${id} (no. ${n})`)).toBe(
    '"1qc" fits 2 approvals: 1qc0 (no. 0), 1qc1 (no. 1); type more of the one you mean',
  )
})

test('what is not there is not found, and nothing typed is nothing', () => {
  for (const typed of ['k3f', '', '#', '%', '1qc64jj5k3f9x'])
    expect(findById(items, typed)).toEqual({ outcome: 'none' })
})
