import { expect, test } from 'vitest'
import {
  askRenewal,
  beginBook,
  createBookHealth,
  noteQuiet,
  noteUpdate,
  silenceMsMax,
  takeRenewal,
} from './book-health.ts'

test('the longest silence follows ten times the median, between two and thirty seconds', () => {
  const health = createBookHealth(2)
  beginBook(health, 0, 0)
  beginBook(health, 1, 0)
  expect(silenceMsMax(health, 0)).toBe(2_000)
  for (let k = 1; k <= 200; k++) noteUpdate(health, 0, k * 1_000)
  expect(silenceMsMax(health, 0)).toBeGreaterThan(9_000)
  expect(silenceMsMax(health, 0)).toBeLessThan(11_000)
  for (let k = 1; k <= 200; k++) noteUpdate(health, 1, k * 60_000)
  expect(silenceMsMax(health, 1)).toBe(30_000)
  for (let k = 1; k <= 500; k++) noteUpdate(health, 1, 12_000_000 + k * 20)
  expect(silenceMsMax(health, 1)).toBe(2_000)
})

test('a few long gaps among short ones do not move the median', () => {
  const health = createBookHealth(1)
  beginBook(health, 0, 0)
  let now = 0
  for (let k = 0; k < 1_000; k++) noteUpdate(health, 0, (now += k % 10 === 0 ? 30_000 : 100))
  expect(silenceMsMax(health, 0)).toBe(2_000)
})

test('a market that REST proves quiet is asked for ever less often', () => {
  const health = createBookHealth(1)
  beginBook(health, 0, 0)
  const silences = Array.from({ length: 6 }, (_, k) => {
    noteQuiet(health, 0, k)
    return silenceMsMax(health, 0)
  })
  expect(silences).toEqual([4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})

test('renewals of one book wait twice as long each time, until it has been well for a while', () => {
  const health = createBookHealth(1)
  beginBook(health, 0, 0)
  const renewedAt: number[] = []
  for (let now = 0; now <= 30_000; now += 100) {
    askRenewal(health, 0)
    if (takeRenewal(health, 0, now)) renewedAt.push(now)
  }
  expect(renewedAt).toEqual([0, 2_000, 6_000, 14_000, 30_000])
  takeRenewal(health, 0, 200_000)
  takeRenewal(health, 0, 200_000)
  askRenewal(health, 0)
  expect(takeRenewal(health, 0, 200_000)).toBe(true)
  askRenewal(health, 0)
  expect(takeRenewal(health, 0, 202_000)).toBe(true)
})
