import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDesk, type TestDesk } from '../test/desk.ts'
import { openDatabase, type OpenDatabase } from '../src/database/connect.ts'
import { createDailySummary, isDue } from './daily-summary.ts'

let testDesk: TestDesk
let opened: OpenDatabase
beforeAll(async () => {
  testDesk = await openTestDesk()
  opened = openDatabase({ url: testDesk.runtime.config.databaseUrl?.reveal() ?? '' })
})
afterAll(async () => {
  await opened.close()
  await testDesk.close()
})

const summaries = async () =>
  (await testDesk.runtime.outbox.read(0, 1000)).flatMap(({ notification }) =>
    notification.kind === 'status' && notification.subject.startsWith('Summary')
      ? [[notification.subject, notification.text]]
      : [],
  )

test('the time comes once a day by the clocks of the zone, for four hours', () => {
  const at = (clock: string, zone = 'UTC', dailyAt = '08:00') =>
    isDue(dailyAt, zone, new Date(`2025-11-20T${clock}:00.000Z`))
  expect([at('07:59'), at('08:00'), at('11:59'), at('12:00')]).toEqual([false, true, true, false])
  expect([at('06:59', 'Europe/Berlin'), at('07:00', 'Europe/Berlin')]).toEqual([false, true])
  expect(at('08:00', 'UTC', 'off')).toBe(false)
})

test('yesterday is told once, by however many processes, with its trades, its best gap and its problems', async () => {
  const { settings, history, outbox } = testDesk.runtime
  const now = new Date()
  now.setUTCHours(8, 5, 0, 0)
  const yesterday = new Date(now.getTime() - 86_400_000)
  const day = yesterday.toISOString().slice(0, 10)
  const alert = { kind: 'alert', text: 'x' } as const
  await outbox.post({ ...alert, severity: 'P0', subject: 'sweep is down' })
  await outbox.post({ ...alert, severity: 'P0', subject: 'sweep is down', repeats: [1] })
  for (let i = 0; i < 3; i++) await outbox.post({ ...alert, severity: 'P1', subject: 'venue okx' })
  await outbox.post({ ...alert, severity: 'P2', subject: 'good to know' })
  await sql`update outbox set posted_at = ${yesterday}`.execute(opened.db)
  const gap = { samples: 1, openMs: 500, minute: yesterday, netMean: 0.001 }
  await history.addGaps([
    { ...gap, route: 'cross BTC/USDT kucoin>binance', netMax: 0.0123 },
    { ...gap, route: 'cross ETH/USDT kucoin>binance', netMax: 0.002 },
    { ...gap, route: 'cross TODAY/USDT a>b', netMax: 0.9, minute: now },
  ])
  const looks = [1, 2, 3].map(() => createDailySummary(testDesk.runtime))
  await Promise.all(looks.map((each) => each.look(now)))
  expect(await summaries()).toEqual([])

  expect(await settings.change('notifications.daily_at', '8:00', 'x')).toMatchObject({
    outcome: 'bad',
  })
  await settings.change('notifications.daily_at', '08:00', 'terminal:ann')
  for (let i = 0; i < 2; i++) await Promise.all(looks.map((each) => each.look(now)))
  await createDailySummary(testDesk.runtime).look(now)
  expect(await summaries()).toEqual([
    [
      `Summary of ${day}`,
      [
        'No trades.',
        'Best gap +1.23 %: BTC/USDT kucoin → binance; 0 gaps offered.',
        'Alerts: P0 sweep is down, P1 venue okx ×3.',
      ].join('\n'),
    ],
  ])
})
