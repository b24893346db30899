import { expect, onTestFinished, test } from 'vitest'
import { openTestDesk } from '../../test/desk.ts'
import { notifications, posted } from '../../test/notifications.ts'
import type { Notification } from '../../src/notification/notification.ts'
import type { RefusalReason } from '../../src/opportunity/refusal.ts'
import { openRunSummary } from './run-summary.ts'

const told = (name: string, at: Date) => ({ ...posted(notifications[name] as Notification), at })

test('only what this run offered, traded and refused is in its summary', async () => {
  const { desk, close } = await openTestDesk()
  onTestFinished(close)
  const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000)
  const refuse = (reason: RefusalReason, count: number) =>
    desk.history.addRefusals([
      { route: 'cycle okx USDT>ETH>BTC', minute, reason, count, detail: '' },
    ])
  await refuse('no depth', 40)
  const summary = openRunSummary(desk, () => new Date(), 10_000)
  summary.add(told('a trade settled', new Date(Date.now() - 1000)))
  expect((await summary.card()).json).toMatchObject({ trades: { settled: 0 }, refused: [] })

  await refuse('no depth', 1)
  await refuse('book age', 3)
  await desk.markets.saveValues(new Map([['BTC', 100_000]]))
  summary.add(told('a trade settled', new Date()))
  expect((await summary.card()).json).toMatchObject({
    subject: 'summary',
    trades: { settled: 1 },
    realised: [{ net: '1.155873625017436928', asset: 'USDT' }],
    profit_usdt: expect.closeTo(1.155873625 + 0.012, 7),
    refused: [
      { reason: 'book age', count: 3 },
      { reason: 'no depth', count: 1 },
    ],
  })
})

test('a database that does not answer leaves out what it knows, at once', async () => {
  const { desk, close } = await openTestDesk()
  onTestFinished(close)
  const never = new Promise<never>(() => {})
  const history = { ...desk.history, refusals: () => never }
  const card = await openRunSummary({ ...desk, history }, () => new Date()).card()
  expect(card.json).toMatchObject({ opportunities: 0, refused: [] })
})
