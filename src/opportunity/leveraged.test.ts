import { expect, test } from 'vitest'
import { leveragedTokens } from './leveraged.ts'

const found = (...listed: string[]) => [...leveragedTokens(new Set(listed))].toSorted()

test('a suffix on a listed asset makes a leveraged token', () => {
  expect(found('BTC', 'BTC3L', 'BTC5S', 'BTCUP', 'BTCDOWN', 'OP', 'OP3S')).toEqual([
    'BTC3L',
    'BTC5S',
    'BTCDOWN',
    'BTCUP',
    'OP3S',
  ])
  expect(found('EOS', 'EOSBEAR', 'ETH', 'ETHHEDGE', 'XRP', 'XRPHALF', 'XRPBULL')).toHaveLength(4)
})

test('the opposite token beside it is proof enough', () => {
  expect(found('DEFI3L', 'DEFI3S')).toEqual(['DEFI3L', 'DEFI3S'])
  expect(found('BULL', 'BEAR')).toEqual(['BEAR', 'BULL'])
})

test('names that only end that way are left alone', () => {
  expect(found('JUP', 'J', 'SYRUP', 'SUP', 'S', 'TUP', 'T', 'CUP', 'C', 'UP', 'BULL')).toEqual([])
  expect(found('H3RO3S', 'P00LS', '1SOL', 'SOL', '3ULL', 'SEAL', 'DOWN')).toEqual([])
})
