import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ann, cardIn, openTestDesk, textOf, type TestDesk } from '../../test/desk.ts'
import { declare } from '../../test/stores.ts'
import { housekeep } from '../../workers/housekeeping.ts'
import { openDatabase } from '../database/connect.ts'
import type { Tripping } from '../trade/breakers.ts'

let desk: TestDesk
beforeEach(async () => {
  desk = await openTestDesk()
})
afterEach(() => desk.close())

const drawdown: Tripping = { breaker: 'drawdown', measured: 61, most: 50, why: 'profit fell 61' }
const bob = { ...ann, name: 'bob', role: 'trader' } as const
const tell = (line: string) => desk.say(line).then((reply) => textOf(reply))

test('G5 a breaker that tripped shows in risk, status and why, with the way to reset it', async () => {
  expect(await tell('risk')).toContain('drawdown 0 USDT 50 USDT armed')
  await desk.runtime.breakers.trip([drawdown], 'trade-1')
  expect(await tell('risk')).toContain('HALTED by a breaker')
  expect(await tell('risk')).toContain('TRIPPED: profit fell 61')
  expect(await tell('status')).toContain('HALTED: a breaker tripped')
  expect(await tell('why')).toContain('"risk reset drawdown" lets go')
  expect(cardIn(await desk.say('status'))).toMatchObject({
    tone: 'bad',
    json: { breakers: [drawdown] },
  })
  expect(cardIn(await desk.say('risk')).json).toMatchObject({ breakers: [drawdown] })
})

test('G4 only an operator resets a breaker, with a typed word, and everybody is told', async () => {
  await desk.runtime.breakers.trip([drawdown], 'trade-1')
  expect(await desk.say('risk reset drawdown RESET', bob)).toMatchObject({ outcome: 'forbidden' })
  expect(cardIn(await desk.say('risk reset drawdown')).json).toEqual({ done: false, type: 'RESET' })
  expect(await desk.say('risk reset drawdown yes')).toMatchObject({ outcome: 'failed' })
  expect(await desk.runtime.breakers.tripped()).toHaveLength(1)
  expect(cardIn(await desk.say('risk reset drawdown RESET')).json).toEqual({
    reset: 'drawdown',
    tripped: [],
  })
  expect(await desk.runtime.breakers.tripped()).toEqual([])
  const posted = await desk.runtime.outbox.read(0, 100)
  expect(posted.map(({ notification }) => notification)).toContainEqual({
    kind: 'status',
    subject: 'Breaker drawdown reset',
    text: 'terminal:ann reset it.',
  })
})

test('with nothing tripped, or another one, a reset says which are', async () => {
  expect(await desk.say('risk reset drawdown RESET')).toMatchObject({
    message: 'No breaker is tripped, so there is nothing to reset',
  })
  await desk.runtime.breakers.trip([drawdown], 'trade-1')
  expect(await desk.say('risk reset failures RESET')).toMatchObject({
    message: 'The breaker failures is not tripped: tripped is drawdown',
  })
  expect(await desk.say('risk reset')).toMatchObject({
    message: 'Say which breaker: tripped is drawdown',
  })
})

test('an unexplained balance is found by housekeeping and cannot be waved through', async () => {
  const { runtime } = desk
  await declare(runtime, { 'kucoin USDT': '1000', 'binance BTC': '1' })
  await housekeep(runtime)
  expect(await runtime.breakers.tripped()).toEqual([])
  const { db, close } = openDatabase({ url: runtime.config.databaseUrl?.reveal() ?? '' })
  await sql`update balances set free = free - 1 where asset = 'USDT'`.execute(db)
  await housekeep(runtime)
  expect(await tell('risk')).toContain('999 USDT on kucoin, 1000 by the ledger')
  expect(await desk.say('risk reset unexplained-balance RESET')).toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('It would trip again at once'),
  })
  await sql`update balances set free = free + 1 where asset = 'USDT'`.execute(db)
  await close()
  expect(cardIn(await desk.say('risk reset unexplained-balance RESET')).json).toMatchObject({
    reset: 'unexplained-balance',
  })
})
