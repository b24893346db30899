import { expect, test } from 'vitest'
import { testMarket } from '../../test/market.ts'
import { baseAmount, price } from '../money.ts'
import type { OrderGateway, Submission } from './engine/order-gateway.ts'
import { createVenueTrouble } from './venue-trouble.ts'

const market = testMarket('BTC/USDT', { venue: 'okx' })
const order = {
  clientOrderId: 'ours',
  market,
  side: 'buy',
  amount: baseAmount('1'),
  limit: price('1'),
  notAfter: new Date(),
} as const

/** A gateway whose answers a test chooses. */
function openGateway() {
  let submission: Submission = { outcome: 'accepted', orderId: '1' }
  let isAway = false
  const failed = { outcome: 'failed', reason: 'away' } as const
  const gateway = {
    submit: async () => submission,
    lookup: async () => (isAway ? failed : { outcome: 'ok', value: undefined }),
    fills: async () => (isAway ? failed : { outcome: 'ok', value: [] }),
    balances: async () => (isAway ? failed : { outcome: 'ok', value: [] }),
  } as unknown as OrderGateway
  return {
    gateway,
    answers: (next: Submission) => void (submission = next),
    goesAway: (away: boolean) => void (isAway = away),
  }
}

test('a lost answer to an order makes a venue flaky, for a minute', async () => {
  let nowMs = 0
  const { gateway, answers } = openGateway()
  const trouble = createVenueTrouble(() => nowMs)
  const heard = trouble.listen(gateway)
  await heard.submit(order)
  answers({ outcome: 'rejected', code: '1', reason: 'no funds' })
  await heard.submit(order)
  expect(trouble.flaky()).toEqual([])
  answers({ outcome: 'unknown', reason: 'no answer' })
  expect(await heard.submit(order)).toMatchObject({ outcome: 'unknown' })
  expect(trouble.flaky()).toEqual(['okx'])
  nowMs = 59_999
  expect(trouble.flaky()).toEqual(['okx'])
  nowMs = 60_000
  expect(trouble.flaky()).toEqual([])
})

test('one read that fails says nothing, two do', async () => {
  const { gateway, goesAway } = openGateway()
  const trouble = createVenueTrouble(() => 0)
  const heard = trouble.listen(gateway)
  goesAway(true)
  await heard.balances('okx')
  expect(trouble.flaky()).toEqual([])
  await heard.fills(market, new Date())
  expect(trouble.flaky()).toEqual(['okx'])
  goesAway(false)
  expect(await heard.lookup(order)).toEqual({ outcome: 'ok', value: undefined })
})
