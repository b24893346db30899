import { expect, test } from 'vitest'
import { depegged } from './depeg.ts'

const say = (assets: readonly string[], worths: Readonly<Record<string, number>>, most = 2) =>
  depegged(assets, (asset) => worths[asset], most)

test('C13 a dollar that is off its peg is not traded, and the others are', () => {
  expect(say(['BTC', 'USDC'], { USDC: 0.97, DAI: 1 })).toBe(
    'USDC is worth 0.9700 USDT, more than 2 % off its peg',
  )
  expect(say(['BTC', 'USDC'], { USDC: 1.03, DAI: 1 })).toMatch(/^USDC/)
  expect(say(['BTC', 'USDT'], { USDC: 0.97, DAI: 1 })).toBeUndefined()
  expect(say(['BTC', 'USDC'], { USDC: 0.985, DAI: 0.5 })).toBeUndefined()
})

test('C13 where every other dollar has moved it is USDT that did, and nothing is traded against it', () => {
  const all = { USDC: 1.05, DAI: 1.06, FDUSD: 1.05 }
  expect(say(['BTC', 'USDT'], all)).toBe(
    'USDT is more than 2 % off every other dollar (USDC, FDUSD, DAI)',
  )
  expect(say(['BTC', 'ETH'], all)).toBeUndefined()
  // One that moved alone is not all of them.
  expect(say(['BTC', 'USDT'], { USDC: 1.05 })).toBeUndefined()
})

test('C13 a worth that is no number is off, an unknown one says nothing, and 0 asks nothing', () => {
  expect(say(['USDC'], { USDC: Number.NaN })).toMatch(/^USDC/)
  expect(say(['USDC', 'USDT'], {})).toBeUndefined()
  expect(say(['USDC'], { USDC: 0.5 }, 0)).toBeUndefined()
})
