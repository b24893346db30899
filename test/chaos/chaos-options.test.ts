import { expect, test } from 'vitest'
import { readChaosOptions } from './chaos-options.ts'

const read = (...words: string[]) => readChaosOptions(words, 9)

test('the seed is by chance unless one is given', () => {
  expect(read()).toEqual({ outcome: 'ok', options: { executions: 100, seed: 9 } })
  expect(read('--executions', '5', '--seed=7', '--json')).toEqual({
    outcome: 'ok',
    options: { executions: 5, seed: 7 },
  })
})

test('the first thing that is wrong is named', () => {
  const faults = [
    ['--executions', '0'],
    ['--executions'],
    ['--seed', '-1'],
    ['--seed', '1', '--seed', '2'],
    ['--fast'],
    ['5'],
  ].map((words) => {
    const result = read(...words)
    return result.outcome === 'bad-usage' ? result.fault.split(';')[0] : result.outcome
  })
  expect(faults).toEqual([
    '--executions takes a whole number from 1 to 100000, not "0"',
    '--executions takes a whole number from 1 to 100000, not ""',
    '--seed takes a whole number from 0 to 2147483648, not "-1"',
    '--seed is there twice',
    'there is no option "--fast"',
    'there is no option "5"',
  ])
})
