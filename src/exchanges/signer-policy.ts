// The last word before an order is signed, whoever asks for it: a gateway behind this policy signs nothing
// outside of it. Rules are one list of named entries; adding a rule is adding an entry.
import { marketKey, type Market } from '../market/market.ts'
import { cost, format, portion, type Price, type QuoteAmount, type Rate } from '../money.ts'
import type { Order, OrderGateway, Submission } from '../trade/engine/order-gateway.ts'

export type SignerLimits = {
  /** As `marketKey` writes them: "kucoin BTC/USDT". Nothing else is ever signed. */
  readonly markets: ReadonlySet<string>
  /** How far from the reference price a limit may be, to either side: the safe side is odd as well. */
  readonly priceBand: Rate
  readonly orderUsdtMax: QuoteAmount
  /** Over any 24 hours. */
  readonly dayUsdtMax: QuoteAmount
  /** Over any minute. */
  readonly ordersPerMinuteMax: number
}

/** What is about to be signed; undefined stands for what nobody could say. */
type Draft = {
  readonly order: Order
  readonly reference: Price | undefined
  /** At the dearer of its limit and the reference. */
  readonly worthUsdt: QuoteAmount | undefined
  readonly dayUsdt: QuoteAmount
  readonly ordersLastMinute: number
}

type SignerRule = {
  readonly name: string
  /** A sentence with the numbers when the rule forbids the order. */
  readonly forbids: (draft: Draft, limits: SignerLimits) => string | undefined
}

const usdt = (value: bigint) => `${format(value)} USDT`

const rules: readonly SignerRule[] = [
  {
    name: 'market',
    forbids({ order: { market } }, { markets }) {
      const key = marketKey(market.venue, market.symbol)
      return markets.has(key) ? undefined : `${key} is not on the list of the signer`
    },
  },
  {
    name: 'sense',
    forbids: ({ order: { amount, limit } }) =>
      amount > 0n && limit > 0n ? undefined : 'an amount and a limit are above zero',
  },
  {
    name: 'price band',
    forbids({ order: { limit }, reference }, { priceBand }) {
      if (reference === undefined || reference <= 0n) return 'no reference price is known'
      const away = limit > reference ? limit - reference : reference - limit
      return away > portion(reference, priceBand, 'down')
        ? `${format(limit)} is too far from ${format(reference)}`
        : undefined
    },
  },
  {
    name: 'order size',
    forbids({ worthUsdt }, { orderUsdtMax }) {
      if (worthUsdt === undefined) return 'nobody knows what it is worth'
      return worthUsdt > orderUsdtMax
        ? `${usdt(worthUsdt)} is more than the ${usdt(orderUsdtMax)} of one order`
        : undefined
    },
  },
  {
    name: 'day',
    forbids: ({ worthUsdt = 0n, dayUsdt }, { dayUsdtMax }) =>
      dayUsdt + worthUsdt > dayUsdtMax
        ? `with the ${usdt(dayUsdt)} of the last day it passes ${usdt(dayUsdtMax)}`
        : undefined,
  },
  {
    name: 'rate',
    forbids: ({ ordersLastMinute }, { ordersPerMinuteMax }) =>
      ordersLastMinute >= ordersPerMinuteMax
        ? `${ordersLastMinute} orders were signed within a minute`
        : undefined,
  },
]

export type SignedOrder = { readonly atMs: number; readonly worthUsdt: QuoteAmount }

export type SignerSight = {
  /** Read anew for each order. */
  readonly limits: () => SignerLimits
  /** The price that a market stands at by other sources than the order's own plan. */
  readonly reference: (market: Market) => Price | undefined
  /** What so much of an asset is worth, USDT. */
  readonly worthUsdt: (asset: string, amount: QuoteAmount) => QuoteAmount | undefined
  readonly now: () => Date
  /** Signed before this process began; without it a restart would begin a new day. */
  readonly before?: readonly SignedOrder[]
}

const minute = 60_000
const day = 24 * 60 * minute

/** Entries of the future stay: a clock that was set back must not free what was spent. */
const within = (signed: readonly SignedOrder[], nowMs: number, spanMs: number) =>
  signed.filter(({ atMs }) => atMs > nowMs - spanMs)

function draftOf(order: Order, sight: SignerSight, signed: readonly SignedOrder[]): Draft {
  const nowMs = sight.now().getTime()
  const { market, amount, limit } = order
  const reference = sight.reference(market)
  const dearer = reference !== undefined && reference > limit ? reference : limit
  const worthUsdt = sight.worthUsdt(market.quote, cost(dearer, amount, 'up'))
  const ofDay = within(signed, nowMs, day)
  return {
    order,
    reference,
    worthUsdt: worthUsdt !== undefined && worthUsdt > 0n ? worthUsdt : undefined,
    dayUsdt: ofDay.reduce((sum, each) => sum + each.worthUsdt, 0n) as QuoteAmount,
    ordersLastMinute: within(ofDay, nowMs, minute).length,
  }
}

const refused = (reasons: readonly string[]): Submission => ({
  outcome: 'void',
  reason: `the signer refused: ${reasons.join('; ')}`,
})

/** The same gateway, whose orders pass the policy or are void. Its reads and cancels are free. */
export function withSignerPolicy<T extends OrderGateway>(gateway: T, sight: SignerSight): T {
  let signed: readonly SignedOrder[] = sight.before ?? []

  /** Counts the order before anything is waited for: two at once cannot both have the last of a limit. */
  function take(order: Order): SignedOrder | readonly string[] {
    const nowMs = sight.now().getTime()
    signed = within(signed, nowMs, day)
    const limits = sight.limits()
    const draft = draftOf(order, sight, signed)
    const reasons = rules.flatMap(({ name, forbids }) => {
      const sentence = forbids(draft, limits)
      return sentence === undefined ? [] : [`${name}: ${sentence}`]
    })
    const { worthUsdt } = draft
    if (reasons.length > 0 || worthUsdt === undefined) return reasons
    const taken = { atMs: nowMs, worthUsdt }
    signed = [...signed, taken]
    return taken
  }

  return {
    ...gateway,
    async submit(order) {
      let taken: SignedOrder | readonly string[]
      try {
        taken = take(order)
      } catch (error) {
        return refused([`it could not be judged: ${String(error)}`])
      }
      if (!('atMs' in taken)) return refused(taken)
      const submission = await gateway.submit(order)
      if (submission.outcome === 'void') signed = signed.filter((each) => each !== taken)
      return submission
    },
  }
}
