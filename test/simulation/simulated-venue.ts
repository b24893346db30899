// A venue as it really is, which nobody sees but through its gateway: its orders, prints and balances, to
// the last digit. What it does is chance, and faults.
import type { Market, VenueId } from '../../src/market/market.ts'
import { cost, price, rate, type BaseAmount, type Price } from '../../src/money.ts'
import type { Side } from '../../src/opportunity/opportunity.ts'
import type { Order, VenueFill } from '../../src/trade/engine/order-gateway.ts'
import type { Faults } from './faults.ts'
import type { Random } from './random.ts'
import { match } from './venue-matching.ts'
import { createPrices } from './venue-prices.ts'
import type { VirtualTime } from './virtual-time.ts'

export type PlacedOrder = {
  readonly orderId: string
  readonly clientOrderId: string
  readonly market: Market
  readonly side: Side
  readonly amount: BaseAmount
  readonly limit: Price
  readonly acceptedMs: number
  state: 'open' | 'closed' | 'cancelled'
  filled: BaseAmount
  /** What it said last, and when it changed: stale answers say this. */
  before: { state: 'open' | 'closed' | 'cancelled'; filled: BaseAmount }
  changedMs: number
}

export type VenuePrint = VenueFill & { readonly shownFromMs: number; readonly market: Market }

export type Arrival =
  | { readonly outcome: 'accepted'; readonly orderId: string }
  | { readonly outcome: 'rejected'; readonly code: string }
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'no answer' }

export type SimulatedVenue = {
  readonly id: VenueId
  readonly markets: readonly Market[]
  readonly orders: PlacedOrder[]
  readonly prints: VenuePrint[]
  readonly balances: Map<string, bigint>
  readonly requestLifeMs: number | undefined
  /** The best price on that side of the book now. */
  top(market: Market, side: Side): Price
  isDown(): boolean
  /** It answers nobody for so long. */
  goDown(ms: number): void
  /** A request reaches the matching engine; `signedAtMs` is what the sender's clock said. */
  arrive(order: Order, signedAtMs: number): Arrival
  cancel(clientOrderId: string): void
  byClientId(clientOrderId: string): PlacedOrder | undefined
}

export type VenueWorld = {
  readonly time: VirtualTime
  readonly random: Random
  readonly faults: Faults
  readonly onArrival: (venue: VenueId, order: Order) => void
  readonly onPrint: (print: VenuePrint) => void
}

export function createVenue(
  id: VenueId,
  markets: readonly Market[],
  middles: ReadonlyMap<string, Price>,
  requestLifeMs: number | undefined,
  world: VenueWorld,
): SimulatedVenue {
  const { time, random, faults } = world
  const orders: PlacedOrder[] = []
  const prints: VenuePrint[] = []
  const byId = new Map<string, PlacedOrder>()
  const balances = new Map<string, bigint>()
  const top = createPrices(middles, world)
  const books = { prints, balances, top }
  let downUntilMs = 0
  let haltedUntilMs = 0

  const become = (order: PlacedOrder, state: PlacedOrder['state']) => {
    order.before = { state: order.state, filled: order.filled }
    order.state = state
    order.changedMs = time.elapsedMs()
  }
  const close = (order: PlacedOrder) => {
    if (order.state === 'open') become(order, order.filled >= order.amount ? 'closed' : 'cancelled')
  }

  /** What an immediate-or-cancel order does once it is in the book. */
  const work = (order: PlacedOrder) => {
    if (order.state !== 'open') return
    const lagMs = faults.fires('fills lag') ? random.whole(200, 8_000) : 0
    if (faults.fires('late fill')) {
      // It looks as if nothing was filled, and then something was.
      close(order)
      time.at(random.whole(300, 9_000), () => match(world, books, order, lagMs))
      return
    }
    if (faults.fires('stays open')) {
      if (random.chance(0.5)) match(world, books, order, lagMs)
      time.at(random.whole(4_000, 60_000), () => close(order))
      return
    }
    match(world, books, order, lagMs)
    close(order)
  }

  const refusal = (order: Order, signedAtMs: number): string | undefined => {
    const nowMs = time.now().getTime()
    if (requestLifeMs !== undefined && nowMs - signedAtMs > requestLifeMs) return '-1021'
    if (signedAtMs - nowMs > 1_000) return '-1021'
    if (faults.fires('rejected clock')) return '-1021'
    if (faults.fires('market halted'))
      haltedUntilMs = time.elapsedMs() + random.whole(2_000, 20_000)
    if (haltedUntilMs > time.elapsedMs()) return '-2010 halted'
    if (faults.fires('rejected 429')) return '429'
    if (faults.fires('rejected funds')) return '-2010'
    if (faults.fires('rejected filter')) return '-1013'
    const { market, side, amount, limit } = order
    const spent = side === 'sell' ? amount : cost(limit, amount, 'up')
    const asset = side === 'sell' ? market.base : market.quote
    return (balances.get(asset) ?? 0n) < spent ? '-2010' : undefined
  }

  const venue: SimulatedVenue = {
    id,
    markets,
    orders,
    prints,
    balances,
    requestLifeMs,
    top,
    isDown() {
      if (downUntilMs <= time.elapsedMs() && faults.fires('venue down'))
        downUntilMs = time.elapsedMs() + random.whole(3_000, 60_000)
      return downUntilMs > time.elapsedMs()
    },
    goDown(ms) {
      downUntilMs = time.elapsedMs() + ms
    },
    arrive(order, signedAtMs) {
      world.onArrival(id, order)
      if (byId.has(order.clientOrderId)) return { outcome: 'duplicate' }
      const code = refusal(order, signedAtMs)
      if (code !== undefined) return { outcome: 'rejected', code }
      const { clientOrderId, market, side, amount, limit } = order
      const nothing = 0n as BaseAmount
      const placed: PlacedOrder = {
        orderId: `${id}${orders.length + 1}`,
        clientOrderId,
        market,
        side,
        amount,
        limit,
        acceptedMs: time.elapsedMs(),
        state: 'open',
        filled: nothing,
        before: { state: 'open', filled: nothing },
        changedMs: time.elapsedMs(),
      }
      orders.push(placed)
      byId.set(clientOrderId, placed)
      if (faults.fires('engine slow')) time.at(random.whole(100, 4_000), () => work(placed))
      else work(placed)
      return { outcome: 'accepted', orderId: placed.orderId }
    },
    cancel(clientOrderId) {
      const order = byId.get(clientOrderId)
      if (order === undefined || order.state !== 'open') return
      become(order, 'cancelled')
      if (faults.fires('fill after cancel'))
        time.at(random.whole(100, 6_000), () => match(world, books, order, 0))
    },
    byClientId: (clientOrderId) => byId.get(clientOrderId),
  }
  return venue
}

/** A market of the simulation: prices and amounts whose product is exact. */
export const simulatedMarket = (
  venue: VenueId,
  symbol: string,
  rules: {
    readonly priceStep: string
    readonly amountStep: string
    readonly amountMin: string
    readonly notionalMin: string
    readonly fee: string
    readonly paidIn: 'received' | 'quote'
  },
): Market => {
  const [base = '', quote = ''] = symbol.split('/')
  return {
    venue,
    symbol,
    base,
    quote,
    priceStep: price(rules.priceStep),
    amountStep: price(rules.amountStep) as bigint as BaseAmount,
    amountMin: price(rules.amountMin) as bigint as BaseAmount,
    notionalMin: price(rules.notionalMin) as bigint as Market['notionalMin'],
    takerFee: { rate: rate(rules.fee), source: 'venue', paidIn: rules.paidIn },
    active: true,
  }
}
