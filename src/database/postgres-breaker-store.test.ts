import { sql } from 'kysely'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { makePastTrades, type PastTrade } from '../../test/past-trades.ts'
import { openTestStores, type TestStores } from '../../test/stores.ts'
import { defaultSettings } from '../settings/settings.ts'
import type { Tripping } from '../trade/breakers.ts'
import { checkBreakers } from '../trade/check-breakers.ts'
import { openDatabase } from './connect.ts'
import { openPostgresBreakerStore } from './postgres-breaker-store.ts'

let stores: TestStores
beforeAll(async () => {
  stores = await openTestStores()
})
afterAll(() => stores.close())

/** A process of its own on the same database. */
function open() {
  const { db, close } = openDatabase({ url: stores.url, name: 'test' })
  onTestFinished(close)
  return { db, breakers: openPostgresBreakerStore(db, { mode: 'paper' }) }
}
const drawdown: Tripping = { breaker: 'drawdown', measured: 61.5, most: 50, why: 'it fell' }
const limits = defaultSettings('other')
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)
const make = (pasts: readonly PastTrade[]) => makePastTrades(stores.url, stores, pasts)
const alerts = async () =>
  (await stores.told()).flatMap((told) =>
    told.kind === 'alert' ? [`${told.severity} ${told.subject}`] : [],
  )

test('G5 a breaker that tripped stays tripped, for every process and over a restart, until it is reset', async () => {
  const { breakers } = open()
  expect(await breakers.trip([drawdown], 'trade-1')).toEqual([drawdown])
  const other = open()
  expect(await other.breakers.tripped()).toEqual([
    { ...drawdown, at: expect.any(Date), by: 'trade-1' },
  ])
  const { tripped } = await stores.trades.exposure()
  expect(tripped).toMatchObject([{ breaker: 'drawdown', why: 'it fell' }])
  expect(await other.breakers.reset('drawdown', 'terminal:ann')).toBe(true)
  expect(await breakers.tripped()).toEqual([])
  expect(await breakers.reset('drawdown', 'terminal:bob')).toBe(false)
})

test('G5 ten processes that see it at once trip it once and tell people once', async () => {
  const before = (await alerts()).length
  const { breakers } = open()
  const trips = await Promise.all(
    Array.from({ length: 10 }, (_, i) => breakers.trip([drawdown], `worker ${i}`)),
  )
  expect(trips.flat()).toEqual([drawdown])
  expect((await alerts()).slice(before)).toEqual(['P1 Breaker drawdown tripped'])
  await breakers.reset('drawdown', 'terminal:ann')
})

test('G4 what tripped can only be reset, and once: no other change and no removal', async () => {
  const { db, breakers } = open()
  await breakers.trip([drawdown], 'desk')
  for (const change of [
    sql`update breaker_trips set measured = 0 where reset_at is null`,
    sql`update breaker_trips set reset_by = null, reset_at = null where reset_at is not null`,
    sql`update breaker_trips set reset_by = 'x', reset_at = now() where reset_at is not null`,
  ])
    await expect(change.execute(db)).rejects.toThrow('can only be reset, and once')
  await expect(sql`delete from breaker_trips`.execute(db)).rejects.toThrow('never changed')
  await breakers.reset('drawdown', 'terminal:ann')
})

test('G5 drawdown is measured from the peak, failures in a row and open positions by their age, all since the reset', async () => {
  const { breakers } = open()
  await make([
    { net: '30', endedAt: minutesAgo(-1) },
    { net: '-45', endedAt: minutesAgo(-2) },
    { net: '10', endedAt: minutesAgo(-3) },
    { net: '-20', endedAt: minutesAgo(-4) },
  ])
  expect((await breakers.facts()).drawdownUsdt).toBe(55)
  const facts = await breakers.facts()
  expect(facts.exposureAgeMs).toBe(0)
  expect(facts.endings[0]).toMatchObject({ state: 'settled', begun: true })
  const fresh = await checkBreakers(breakers, { ...limits, 'risk.drawdown_usdt_max': 55 }, 'desk')
  expect(fresh.map(({ breaker }) => breaker)).toEqual(['day-loss', 'drawdown'])
  expect(await checkBreakers(breakers, limits, 'desk')).toEqual([])
})

test('G5 a position that stays open too long trips its breaker', async () => {
  const { breakers } = open()
  await make([{ net: '-1', endedAt: minutesAgo(20), state: 'exposed' }])
  expect((await breakers.facts()).exposureAgeMs).toBeGreaterThan(20 * 60_000 - 1)
  const fresh = await checkBreakers(breakers, limits, 'desk')
  expect(fresh.map(({ breaker }) => breaker)).toContain('exposure-age')
  await breakers.reset('exposure-age', 'terminal:ann')
  expect((await breakers.facts()).exposureAgeMs).toBe(0)
})

test('a balance that the ledger does not explain halts new risk with a P0 alert', async () => {
  const { db, breakers } = open()
  await sql`update balances set free = free + 1 where venue = 'kucoin' and asset = 'USDT'`.execute(
    db,
  )
  const fresh = await checkBreakers(breakers, limits, 'desk')
  expect(fresh.map(({ breaker }) => breaker)).toEqual(['unexplained-balance'])
  expect(fresh[0]?.why).toContain('USDT on kucoin')
  expect(await alerts()).toContain('P0 Breaker unexplained-balance tripped')
})
