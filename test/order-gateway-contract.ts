// What every live order gateway keeps to, whatever stands behind it. Whoever opens one says how its venue is
// made to misbehave.
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Market } from '../src/market/market.ts'
import { baseAmount, format, price } from '../src/money.ts'
import type { Order, OrderGateway } from '../src/trade/engine/order-gateway.ts'
import type { SubmitFate } from './order-venue.ts'

export type GatewayUnderTest = {
  readonly gateway: OrderGateway
  readonly market: Market
  /** What becomes of the submits from now on. */
  readonly next: (fate: SubmitFate) => void
  /** Submits with this id that arrived. */
  readonly submits: (clientOrderId: string) => number
  /** Lookups show this order of somebody else, or of ours with another amount. */
  readonly lookupsLie: (what: 'another id' | 'another amount' | 'the truth', about: Order) => void
  /** An order of ours that rests in the book. */
  readonly rests: (order: Order) => void
}

const newId = () => randomUUID().replaceAll('-', '').slice(0, 27)

const orderOn = (market: Market, changes: Partial<Order> = {}): Order => ({
  clientOrderId: newId(),
  market,
  side: 'buy',
  amount: baseAmount('0.02'),
  limit: price('43210.12'),
  notAfter: new Date(Date.now() + 20_000),
  ...changes,
})

export function orderGatewayContract(name: string, open: () => Promise<GatewayUnderTest>): void {
  test(`${name}: an order that is taken has the venue's id, and its prints have the fee that was paid`, async () => {
    const { gateway, market, next, submits } = await open()
    const since = new Date(Date.now() - 60_000)
    next('fills')
    const order = orderOn(market)
    const submission = await gateway.submit(order)
    if (submission.outcome !== 'accepted') throw new Error(JSON.stringify(submission))
    const { orderId } = submission
    expect(await gateway.lookup({ ...order, orderId })).toEqual({
      outcome: 'ok',
      value: {
        orderId,
        clientOrderId: order.clientOrderId,
        state: 'closed',
        amount: order.amount,
        filled: order.amount,
      },
    })
    const fills = await gateway.fills(market, since)
    if (fills.outcome === 'failed') throw new Error(fills.reason)
    expect(fills.value).toHaveLength(1)
    const [print] = fills.value
    expect(print).toMatchObject({ orderId, symbol: market.symbol, side: 'buy' })
    expect(format(print?.amount ?? 0n)).toBe('0.02')
    expect(format(print?.price ?? 0n)).toBe('43210.12')
    expect(format(print?.fee.amount ?? 0n)).toBe('0.000000123456789012')
    expect(print?.fee.asset).toBe('BNB')
    expect(submits(order.clientOrderId)).toBe(1)
  })

  test(`${name}: what is left of an order is cancelled, be it half or all of it`, async () => {
    const { gateway, market, next } = await open()
    for (const [fate, filled] of [
      ['fills-half', '0.01'],
      ['fills-nothing', '0'],
    ] as const) {
      next(fate)
      const order = orderOn(market, { side: 'sell' })
      expect((await gateway.submit(order)).outcome).toBe('accepted')
      expect(await gateway.lookup(order)).toMatchObject({
        outcome: 'ok',
        value: { state: 'cancelled', filled: baseAmount(filled) },
      })
    }
  })

  test(`${name}: A13 an empty account is a definite no`, async () => {
    const { gateway, market, next, submits } = await open()
    next('is-poor')
    const order = orderOn(market)
    expect((await gateway.submit(order)).outcome).toBe('rejected')
    expect(await gateway.lookup(order)).toEqual({ outcome: 'ok', value: undefined })
    expect(submits(order.clientOrderId)).toBe(1)
  })

  test.each(['reply-lost', 'reply-page', 'reply-odd'] as const)(
    `${name}: A4 A5 after %s the order is looked up and adopted, never sent again`,
    async (fate) => {
      const { gateway, market, next, submits } = await open()
      next(fate)
      const order = orderOn(market)
      expect((await gateway.submit(order)).outcome).toBe('unknown')
      expect(await gateway.lookup(order)).toMatchObject({
        outcome: 'ok',
        value: { clientOrderId: order.clientOrderId, filled: order.amount },
      })
      expect(submits(order.clientOrderId)).toBe(1)
    },
  )

  test(`${name}: A3 a request that was lost on its way is unknown, and then found nowhere`, async () => {
    const { gateway, market, next, submits } = await open()
    next('request-lost')
    const order = orderOn(market)
    expect((await gateway.submit(order)).outcome).toBe('unknown')
    expect(await gateway.lookup(order)).toEqual({ outcome: 'ok', value: undefined })
    expect(submits(order.clientOrderId)).toBe(1)
  })

  test(`${name}: A8 an id that the venue knows is no refusal`, async () => {
    const { gateway, market, next } = await open()
    next('is-duplicate')
    expect((await gateway.submit(orderOn(market))).outcome).toBe('duplicate')
  })

  test(`${name}: one id is submitted once, however often it is asked for`, async () => {
    const { gateway, market, next, submits } = await open()
    next('fills')
    const order = orderOn(market)
    const outcomes = await Promise.all([1, 2, 3].map(() => gateway.submit(order)))
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual([
      'accepted',
      'duplicate',
      'duplicate',
    ])
    expect(submits(order.clientOrderId)).toBe(1)
  })

  test.each(['another id', 'another amount'] as const)(
    `${name}: A7 a lookup that shows %s has shown nothing of ours`,
    async (what) => {
      const { gateway, market, next, lookupsLie } = await open()
      next('fills')
      const order = orderOn(market)
      await gateway.submit(order)
      lookupsLie(what, order)
      expect((await gateway.lookup(order)).outcome).toBe('failed')
      lookupsLie('the truth', order)
      expect((await gateway.lookup(order)).outcome).toBe('ok')
    },
  )

  test(`${name}: A15 what waited past its notAfter is not sent`, async () => {
    const { gateway, market, submits } = await open()
    const order = orderOn(market, { notAfter: new Date(Date.now() - 1) })
    expect((await gateway.submit(order)).outcome).toBe('void')
    expect(submits(order.clientOrderId)).toBe(0)
  })

  test(`${name}: an order that makes no sense never leaves`, async () => {
    const { gateway, market, submits } = await open()
    const odd = [
      orderOn(market, { clientOrderId: 'with-dashes' }),
      orderOn(market, { clientOrderId: 'x'.repeat(28) }),
      orderOn(market, { amount: baseAmount('0') }),
      orderOn(market, { limit: price('-1') }),
      orderOn({ ...market, symbol: 'NOT/LISTED' }),
      orderOn({ ...market, venue: 'elsewhere' }),
    ]
    for (const order of odd) {
      expect((await gateway.submit(order)).outcome).toBe('void')
      expect(submits(order.clientOrderId)).toBe(0)
    }
  })

  test(`${name}: a resting order is listed and can be cancelled, twice if need be`, async () => {
    const { gateway, market, rests } = await open()
    const order = orderOn(market)
    rests(order)
    expect(await gateway.openOrders(market)).toMatchObject({
      outcome: 'ok',
      value: [{ clientOrderId: order.clientOrderId, state: 'open', amount: order.amount }],
    })
    expect(await gateway.cancel(order)).toEqual({ outcome: 'ok', value: undefined })
    expect(await gateway.cancel(order)).toEqual({ outcome: 'ok', value: undefined })
    expect(await gateway.openOrders(market)).toEqual({ outcome: 'ok', value: [] })
    expect(await gateway.lookup(order)).toMatchObject({ value: { state: 'cancelled' } })
  })

  test(`${name}: balances are what is free and what there is in all`, async () => {
    const { gateway, market } = await open()
    const balances = await gateway.balances(market.venue)
    if (balances.outcome === 'failed') throw new Error(balances.reason)
    const usdt = balances.value.find(({ asset }) => asset === 'USDT')
    expect([usdt?.free, usdt?.total].map((each) => format(each ?? 0n))).toEqual(['90.5', '100'])
    expect(balances.value.find(({ asset }) => asset === 'BTC')).toMatchObject({ total: 0n })
  })
}
