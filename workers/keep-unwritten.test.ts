import { expect, test } from 'vitest'
import { keepUnwritten } from './keep-unwritten.ts'

/** A database that comes and goes. */
function openTable() {
  const table = { away: false, rows: [] as number[], calls: 0 }
  async function write(rows: readonly number[]) {
    table.calls++
    if (table.away) throw new Error('the database is away')
    table.rows.push(...rows)
  }
  return { table, write }
}

test('rows that could not be written go with the next ones, in their order', async () => {
  const { table, write } = openTable()
  const add = keepUnwritten(write)
  await add([1])
  table.away = true
  await expect(add([2, 3])).rejects.toThrow('away')
  await expect(add([])).rejects.toThrow('away')
  await expect(add([4])).rejects.toThrow('away')
  table.away = false
  await add([5])
  await add([])
  expect(table.rows).toEqual([1, 2, 3, 4, 5])
  expect(table.calls).toBe(5)
})

test('only so many are kept, the newest', async () => {
  const { table, write } = openTable()
  const add = keepUnwritten(write, 3)
  table.away = true
  for (const row of [1, 2, 3, 4, 5]) await add([row]).catch(() => undefined)
  table.away = false
  await add([6])
  expect(table.rows).toEqual([3, 4, 5, 6])
})
