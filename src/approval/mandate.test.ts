import { expect, test } from 'vitest'
import { covers, type Mandate } from './mandate.ts'

const now = new Date('2026-03-01T12:00:00Z')
const mandate: Mandate = {
  id: 'm1',
  route: 'cross ETH/USDT kucoin>binance',
  person: 'ann',
  by: 'discord:ann',
  capUsdt: 500,
  usedUsdt: 400,
  givenAt: new Date(now.getTime() - 60_000),
  expiresAt: new Date(now.getTime() + 1),
  revoked: undefined,
}
const { route } = mandate

test('a standing yes covers its own route, up to its total to the last cent', () => {
  expect(covers(mandate, route, 100, now)).toBe(true)
  expect(covers(mandate, route, 100.01, now)).toBe(false)
  expect(covers(mandate, 'cross ETH/USDT binance>kucoin', 100, now)).toBe(false)
})

test('one that is over covers nothing, at its very end and however little is asked', () => {
  expect(covers({ ...mandate, expiresAt: now }, route, 1, now)).toBe(false)
  expect(covers({ ...mandate, expiresAt: new Date(0) }, route, 1, now)).toBe(false)
})

test('one that was taken back covers nothing', () => {
  const revoked = { at: now, by: 'discord:ann' }
  expect(covers({ ...mandate, revoked }, route, 1, now)).toBe(false)
})
