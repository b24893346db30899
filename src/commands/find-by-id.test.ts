import { expect, test } from 'vitest'
import { findById } from './find-by-id.ts'

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
  })
})

test('what is not there is not found, and nothing typed is nothing', () => {
  for (const typed of ['k3f', '', '#', '%', '1qc64jj5k3f9x'])
    expect(findById(items, typed)).toEqual({ outcome: 'none' })
})
