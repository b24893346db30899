import { expect, test } from 'vitest'
import { notifications, posted, tradeIn } from '../../test/notifications.ts'
import { parseDecimal } from '../money.ts'
import type { Notification } from './notification.ts'
import { createRunTally, runSummaryCard } from './run-summary.ts'

const told = (name: string, seq: number) => posted(notifications[name] as Notification, seq)
const at = new Date('2025-11-20T12:00:45.000Z')
const labels = { mode: 'paper', market: 'simulator' } as const
const values = new Map([['BTC', 100_000]])
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
    toldOnly: 0,
    settled: 2,
    abandoned: 0,
    exposed: 0,
    underWay: 0,
    realised: [
      { asset: 'USDT', amount: parseDecimal('1.155873625017436928') },
      { asset: 'BTC', amount: parseDecimal('-0.00002') },
    ],
    residual: [{ asset: 'BTC', amount: parseDecimal('0.00000012') }],
    exposedTrades: [],
  })
})

test('the summary says what came of the run and what was refused most', () => {
  const tally = createRunTally()
  tally.add(told('a gap that is asked about', 1))
  tally.add(told('a trade settled', 2))
  const card = runSummaryCard(
    tally.counts(),
    {
      values,
      refused: [
        { reason: 'no depth', count: 9 },
        { reason: 'too short to ask', count: 5 },
        { reason: 'book age', count: 2 },
        { reason: 'leg skew', count: 1 },
      ],
    },
    about,
  )
  expect(card.text).toBe(
    '1 gap offered. 1 trade settled, 0 not made, 0 exposed; profit +1.1679 USDT, +0.012 of it in coins left over, at their last prices.\n' +
      'Mostly refused: no depth 9, too short to ask 5, book age 2.',
  )
  expect(card.json).toMatchObject({
    kind: 'status',
    id: 'run000000001',
    at: '2025-11-20T12:00:45.000Z',
    subject: 'summary',
    opportunities: 1,
    trades: { settled: 1, abandoned: 0, exposed: 0 },
    profit_usdt: 1.16787363,
    unvalued: [],
    realised: [{ net: '1.155873625017436928', asset: 'USDT' }],
    residual: [{ asset: 'BTC', amount: '0.00000012' }],
    refused: [{ reason: 'no depth', count: 9 }, {}, {}, { reason: 'leg skew', count: 1 }],
  })
})

test('a trade that was begun and not ended is not passed over in silence', () => {
  const tally = createRunTally()
  tally.add(told('a trade executing', 1))
  const card = runSummaryCard(tally.counts(), { values, refused: [] }, about)
  expect(card.text).toBe(
    '0 gaps offered. 0 trades settled, 0 not made, 0 exposed.\n' +
      '1 trade under way: the next start says what became of it.',
  )
  expect(card.json).toMatchObject({ trades: { under_way: 1 } })
  tally.add(told('a trade settled', 2))
  tally.add(told('a trade executing', 3))
  expect(tally.counts().underWay).toBe(0)
})

test('gaps about which nobody was asked are a figure of their own', () => {
  const tally = createRunTally()
  const blocked = { ...(notifications['a gap that is asked about'] as { kind: 'opportunity' }) }
  tally.add(posted({ ...blocked, blocked: 'open trades: 3 trades are open' } as Notification, 1))
  tally.add(told('a gap that is asked about', 2))
  const card = runSummaryCard(tally.counts(), { values, refused: [] }, about)
  expect(card.text).toContain('2 gaps offered, 1 of them only told of: a limit or the mode')
  expect(card.json).toMatchObject({ opportunities: 2, told_only: 1 })
})

test('a run in which nothing happened says so', () => {
  const tally = createRunTally()
  const nothing = { values, refused: [] }
  expect(runSummaryCard(tally.counts(), nothing, about)).toMatchObject({
    tone: 'neutral',
    text: '0 gaps offered. 0 trades settled, 0 not made, 0 exposed.',
  })
  tally.add(told('a trade abandoned', 1))
  expect(tally.counts()).toMatchObject({ abandoned: 1, realised: [] })
  expect(runSummaryCard(tally.counts(), nothing, about).text).not.toContain('profit')
})

test('an open position is bad news and named, and its coins are not lost', () => {
  const tally = createRunTally()
  tally.add(told('a trade exposed', 1))
  const { tone, text, json } = runSummaryCard(tally.counts(), { values, refused: [] }, about)
  expect([tone, text]).toEqual([
    'bad',
    '0 gaps offered. 0 trades settled, 0 not made, 1 exposed; profit +23.3332 USDT, +123.33 of it in coins left over, at their last prices.\n' +
      'Left open: 0.00123333 BTC on kucoin (trade trad00000001).',
  ])
  expect(json).toMatchObject({
    exposures: [
      {
        trade: 'trad00000001',
        asset: 'BTC',
        amount: '0.001233333322233333',
        venues: ['kucoin'],
      },
    ],
  })
})

test('a trade counts as it was told last, so one that was left open and then settled is settled', () => {
  const tally = createRunTally()
  tally.add(told('a trade exposed', 1))
  const settled = tradeIn({ state: 'settled', at, realisedNet: parseDecimal('-2'), residual: [] })
  tally.add(posted({ kind: 'trade', trade: { ...settled, id: 'trad00000001' } }, 2))
  expect(tally.counts()).toMatchObject({ settled: 1, exposed: 0, exposedTrades: [] })
  const { tone, text } = runSummaryCard(tally.counts(), { values, refused: [] }, about)
  expect([tone, text]).toEqual([
    'neutral',
    '0 gaps offered. 1 trade settled, 0 not made, 0 exposed; profit -2 USDT.',
  ])
})

test('coins that nobody ever priced are left out of the profit by name', () => {
  const tally = createRunTally()
  tally.add(told('a trade exposed', 1))
  const { text, json } = runSummaryCard(tally.counts(), { values: new Map(), refused: [] }, about)
  expect(text).toContain('profit -100 USDT without +0.00123333 BTC, whose worth is unknown')
  expect(json).toMatchObject({ unvalued: [{ asset: 'BTC', amount: '0.001233333322233333' }] })
})
