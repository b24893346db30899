import { expect, test } from 'vitest'
import { arrivalOf } from './network-time.ts'

test('a venue that tells how long a deposit takes is believed', () => {
  expect(arrivalOf({ network: 'ERC20', confirmations: 12, arrivalMinutes: 5 })).toEqual({
    minutes: 5,
    source: 'venue',
  })
})

test('otherwise it is the blocks to wait for, and said to be an estimate', () => {
  expect(arrivalOf({ network: 'BTC' })).toEqual({ minutes: 22, source: 'estimate' })
  expect(arrivalOf({ network: 'BTC', confirmations: 1 })).toEqual({
    minutes: 12,
    source: 'estimate',
  })
})

test('of a network that nobody reviewed nothing is known', () => {
  expect(arrivalOf({ network: 'NEWCHAIN', confirmations: 3 })).toBeUndefined()
  expect(arrivalOf({ network: 'constructor' })).toBeUndefined()
})
