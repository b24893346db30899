import { expect, test } from 'vitest'
import { notifications, posted, tradeIn } from '../../test/notifications.ts'
import { parseDecimal } from '../money.ts'
import type { Notification } from './notification.ts'
import { createRunTally, runSummaryCard } from './run-summary.ts'

const told = (name: string, seq: number) => posted(notifications[name] as Notification, seq)
const at = new Date('2025-11-20T12:00:45.000Z')
const labels = { mode: 'paper', market: 'simulator' } as const
const about = { id: 'run000000001', at, labels }

test('offers and ended trades are counted once, with what they brought by asset', () => {
  const tally = createRunTally()
  tally.add(told('a gap that is asked about', 1))
  tally.add(told('a trade executing', 2))
  tally.add(told('a trade settled', 3))
  // The same message again, and the same end posted again by a worker that took the trade over.
  tally.add(told('a trade settled', 3))
  tally.add(told('a trade settled', 4))
  const inBitcoin = {
    ...tradeIn({ state: 'settled', at, realisedNet: parseDecimal('-0.00002'), residual: [] }),
    id: 'trad00000002',
    asset: 'BTC',
  }
  tally.add(posted({ kind: 'trade', trade: inBitcoin }, 5))
  expect(tally.counts()).toEqual({
    opportunities: 1,
    settled: 2,
    abandoned: 0,
    exposed: 0,
    realised: [
      { asset: 'USDT', amount: parseDecimal('1.155873625017436928') },
      { asset: 'BTC', amount: parseDecimal('-0.00002') },
    ],
  })
})

test('the summary says what came of the run and what was refused most', () => {
  const tally = createRunTally()
  tally.add(told('a gap that is asked about', 1))
  tally.add(told('a trade settled', 2))
  const card = runSummaryCard(
    tally.counts(),
    [
      { reason: 'no depth', count: 9 },
      { reason: 'too short to ask', count: 5 },
      { reason: 'book age', count: 2 },
      { reason: 'leg skew', count: 1 },
    ],
    about,
  )
  expect(card.text).toBe(
    '1 gap offered. 1 trade settled, 0 not made, 0 exposed; realised +1.15587 USDT.\n' +
      'Mostly refused: no depth 9, too short to ask 5, book age 2.',
  )
  expect(card.json).toMatchObject({
    kind: 'status',
    id: 'run000000001',
    at: '2025-11-20T12:00:45.000Z',
    subject: 'summary',
    opportunities: 1,
    trades: { settled: 1, abandoned: 0, exposed: 0 },
    realised: [{ net: '1.155873625017436928', asset: 'USDT' }],
    refused: [{ reason: 'no depth', count: 9 }, {}, {}, { reason: 'leg skew', count: 1 }],
  })
})

test('a run in which nothing happened says so, and an open position is bad news', () => {
  const tally = createRunTally()
  expect(runSummaryCard(tally.counts(), [], about)).toMatchObject({
    tone: 'neutral',
    text: '0 gaps offered. 0 trades settled, 0 not made, 0 exposed.',
  })
  tally.add(told('a trade abandoned', 1))
  expect(tally.counts()).toMatchObject({ abandoned: 1, realised: [] })
  const exposed = notifications['a trade exposed']
  if (exposed?.kind !== 'trade') throw new Error('no trade')
  tally.add(posted({ kind: 'trade', trade: { ...exposed.trade, id: 'trad00000003' } }, 2))
  expect(runSummaryCard(tally.counts(), [], about)).toMatchObject({
    tone: 'bad',
    text: '0 gaps offered. 0 trades settled, 1 not made, 1 exposed; realised -100 USDT.',
  })
})
