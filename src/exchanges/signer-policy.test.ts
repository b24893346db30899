import fc from 'fast-check'
import { expect, test } from 'vitest'
import { marketKey } from '../market/market.ts'
import { baseAmount, cost, price, quoteAmount, rate, type Price } from '../money.ts'
import type { Order, OrderGateway, Submission } from '../trade/engine/order-gateway.ts'
import { testMarket } from '../../test/market.ts'
import { withSignerPolicy, type SignerLimits, type SignerSight } from './signer-policy.ts'

const btc = testMarket('BTC/USDT')
const limitsDefault: SignerLimits = {
  markets: new Set([marketKey('kucoin', 'BTC/USDT')]),
  priceBand: rate('0.01'),
  orderUsdtMax: quoteAmount('100'),
  dayUsdtMax: quoteAmount('250'),
  ordersPerMinuteMax: 3,
}

function signer(limits: Partial<SignerLimits> = {}, changes: Partial<SignerSight> = {}) {
  const signed: Order[] = []
  let nowMs = Date.parse('2026-01-01T12:00:00Z')
  let answer: Submission = { outcome: 'accepted', orderId: '1' }
  const gateway: Pick<OrderGateway, 'submit'> = {
    async submit(order) {
      signed.push(order)
      return answer
    },
  }
  const policed = withSignerPolicy(gateway as OrderGateway, {
    limits: () => ({ ...limitsDefault, ...limits }),
    reference: () => price('1000'),
    worthUsdt: (asset, amount) => (asset === 'USDT' ? amount : undefined),
    now: () => new Date(nowMs),
    ...changes,
  })
  return {
    signed,
    submit: (order: Partial<Order> = {}) =>
      policed.submit({
        clientOrderId: 'id',
        market: btc,
        side: 'buy',
        amount: baseAmount('0.05'),
        limit: price('1000'),
        notAfter: new Date(nowMs + 1000),
        ...order,
      }),
    pass: (ms: number) => void (nowMs += ms),
    answers: (submission: Submission) => void (answer = submission),
  }
}

const reasonOf = (submission: Submission) =>
  submission.outcome === 'void' ? submission.reason : submission.outcome

test('an order within every limit is signed as it is', async () => {
  const { submit, signed } = signer()
  expect(await submit()).toEqual({ outcome: 'accepted', orderId: '1' })
  expect(signed).toHaveLength(1)
})

test('S2 each limit refuses what is past it, in a sentence', async () => {
  const { submit, signed } = signer()
  const other = testMarket('PUMP/USDT')
  expect(reasonOf(await submit({ market: other }))).toBe(
    'the signer refused: market: kucoin PUMP/USDT is not on the list of the signer',
  )
  expect(reasonOf(await submit({ market: testMarket('BTC/USDT', { venue: 'okx' }) }))).toMatch(
    /market: okx BTC\/USDT/,
  )
  expect(reasonOf(await submit({ limit: price('1010.01') }))).toBe(
    'the signer refused: price band: 1010.01 is too far from 1000',
  )
  expect(reasonOf(await submit({ side: 'sell', limit: price('989.99') }))).toMatch(/price band/)
  expect(reasonOf(await submit({ amount: baseAmount('0.1001') }))).toBe(
    'the signer refused: order size: 100.1 USDT is more than the 100 USDT of one order',
  )
  expect(reasonOf(await submit({ amount: baseAmount('-1') }))).toMatch(/sense/)
  expect(signed).toEqual([])
})

test('a sale far below the market counts with what it gives away', async () => {
  const { submit, signed } = signer({ priceBand: rate('1') })
  const cheap = { side: 'sell', amount: baseAmount('1'), limit: price('1') } as const
  expect(reasonOf(await submit(cheap))).toMatch(/order size: 1000 USDT/)
  expect(signed).toEqual([])
})

test('what nobody knows is refused', async () => {
  const blind = signer({}, { reference: () => undefined })
  expect(reasonOf(await blind.submit())).toMatch(/no reference price is known/)
  const unpriced = signer({}, { worthUsdt: () => undefined })
  expect(reasonOf(await unpriced.submit())).toMatch(/nobody knows what it is worth/)
  const broken = signer(
    {},
    {
      reference: () => {
        throw new Error('feed gone')
      },
    },
  )
  expect(reasonOf(await broken.submit())).toMatch(/could not be judged: Error: feed gone/)
  expect([...blind.signed, ...unpriced.signed, ...broken.signed]).toEqual([])
})

test('a day is any 24 hours, and a minute any 60 seconds', async () => {
  const { submit, pass } = signer()
  const whole = { amount: baseAmount('0.1') }
  expect((await submit(whole)).outcome).toBe('accepted')
  expect((await submit(whole)).outcome).toBe('accepted')
  expect(reasonOf(await submit(whole))).toMatch(/day: with the 200 USDT/)
  expect((await submit()).outcome).toBe('accepted')
  expect(reasonOf(await submit({ amount: baseAmount('0.000001') }))).toMatch(/rate: 3 orders/)
  pass(12 * 60 * 60_000 + 1)
  expect(reasonOf(await submit(whole))).toMatch(/day/)
  pass(12 * 60 * 60_000)
  expect((await submit(whole)).outcome).toBe('accepted')
})

test('a clock that is set back frees nothing, and neither does a restart', async () => {
  const { submit, pass } = signer({ ordersPerMinuteMax: 1 })
  await submit()
  pass(-60 * 60_000)
  expect(reasonOf(await submit())).toMatch(/rate/)
  const atMs = Date.parse('2026-01-01T11:00:00Z')
  const restarted = signer({}, { before: [{ atMs, worthUsdt: quoteAmount('249') }] })
  expect(reasonOf(await restarted.submit())).toMatch(/day: with the 249 USDT/)
})

test('only an order that provably never left gives its share back', async () => {
  const { submit, answers } = signer({ dayUsdtMax: quoteAmount('50') })
  answers({ outcome: 'void', reason: 'too late' })
  await submit()
  answers({ outcome: 'unknown', reason: 'reset' })
  expect((await submit()).outcome).toBe('unknown')
  expect(reasonOf(await submit())).toMatch(/day/)
})

test('two at once cannot both have the last of a limit', async () => {
  const { submit, signed } = signer({ dayUsdtMax: quoteAmount('60') })
  const outcomes = (await Promise.all([submit(), submit()])).map(({ outcome }) => outcome)
  expect(outcomes).toEqual(['accepted', 'void'])
  expect(signed).toHaveLength(1)
})

const wei = 10n ** 18n
/** Mostly what could pass, so that every rule is reached, and sometimes anything. */
const mostly = (min: bigint, max: bigint) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.bigInt({ min, max }) },
    { weight: 1, arbitrary: fc.bigInt({ min: -wei, max: 10_000n * wei }) },
  )
const orders = fc.record({
  symbol: fc.constantFrom('BTC/USDT', 'BTC/USDT', 'BTC/EUR', 'PUMP/USDT'),
  venue: fc.constantFrom('kucoin', 'kucoin', 'okx'),
  side: fc.constantFrom('buy', 'sell'),
  amount: mostly(wei / 100n, (12n * wei) / 100n),
  limit: mostly(985n * wei, 1015n * wei),
  reference: fc.option(mostly(995n * wei, 1005n * wei), { nil: undefined, freq: 10 }),
  waitMs: fc.oneof(fc.nat(30_000), fc.nat(40_000_000)),
  fate: fc.constantFrom('accepted', 'unknown', 'void'),
})

test('S2 whatever is asked for, nothing outside the policy is ever signed', async () => {
  let seen = 0
  await fc.assert(
    fc.asyncProperty(fc.array(orders, { maxLength: 40 }), async (asked) => {
      let nowMs = 0
      let reference: bigint | undefined
      let fate = 'accepted'
      const kept: { atMs: number; worth: bigint }[] = []
      const inner = {
        async submit({ market, amount, limit }: Order): Promise<Submission> {
          // The oracle: the limits once more, in words of its own.
          const { venue, symbol, quote } = market
          expect(['kucoin BTC/USDT', 'kucoin BTC/EUR']).toContain(`${venue} ${symbol}`)
          expect(amount > 0n && limit > 0n).toBe(true)
          const at = reference ?? 0n
          expect(at > 0n).toBe(true)
          expect(limit * 100n <= at * 101n && limit * 100n >= at * 99n).toBe(true)
          const dear = (limit > at ? limit : at) as Price
          const worth = cost(dear, amount, 'up') * (quote === 'EUR' ? 2n : 1n)
          expect(worth <= 100n * 10n ** 18n).toBe(true)
          const ofDay = kept.filter(({ atMs }) => atMs > nowMs - 86_400_000)
          const spent = ofDay.reduce((sum, each) => sum + each.worth, worth)
          expect(spent <= 250n * 10n ** 18n).toBe(true)
          expect(kept.filter(({ atMs }) => atMs > nowMs - 60_000).length).toBeLessThan(3)
          seen++
          if (fate === 'void') return { outcome: 'void', reason: '' }
          kept.push({ atMs: nowMs, worth })
          return fate === 'unknown'
            ? { outcome: 'unknown', reason: '' }
            : { outcome: 'accepted', orderId: '1' }
        },
      }
      const policed = withSignerPolicy(inner as OrderGateway, {
        limits: () => ({
          ...limitsDefault,
          markets: new Set(['kucoin BTC/USDT', 'kucoin BTC/EUR']),
        }),
        reference: () => reference as Price | undefined,
        worthUsdt: (asset, amount) => ((amount as bigint) * (asset === 'EUR' ? 2n : 1n)) as never,
        now: () => new Date(nowMs),
      })
      for (const { symbol, venue, side, amount, limit, waitMs, ...told } of asked) {
        nowMs += waitMs
        ;({ reference, fate } = told)
        await policed.submit({
          clientOrderId: 'id',
          market: testMarket(symbol, { venue }),
          side,
          amount: amount as Order['amount'],
          limit: limit as Price,
          notAfter: new Date(nowMs),
        })
      }
    }),
    { numRuns: 1500 },
  )
  expect(seen).toBeGreaterThan(300)
})
