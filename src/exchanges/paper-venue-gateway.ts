// Paper venues behind the engine's port: an order waits its latency, then fills from the book the venue
// shows at that moment. Orders and prints are this process's own: one that died with it never was.
import { marketKey, type Market, type VenueId } from '../market/market.ts'
import type { MarketRest } from '../market/market-rest.ts'
import { baseAmount, cost, decimalOf, portion, price, type AssetAmount } from '../money.ts'
import { consume, remaining, type Consumed } from '../trade/consumed.ts'
import type {
  Order,
  OrderGateway,
  OrderRef,
  Submission,
  VenueBalance,
  VenueFill,
  VenueOrder,
} from '../trade/engine/order-gateway.ts'
import { fillOrder, type Level } from '../trade/paper-fill.ts'

export type PaperDesk = {
  readonly rest: (venue: VenueId) => MarketRest
  /** How long an order takes to reach its venue, ms; read anew for each order. */
  readonly latencyMs: () => number
  readonly wait: (ms: number) => Promise<void>
  readonly now: () => Date
  /** What the paper account holds; the desk's own books are the venue's. */
  readonly balances: (venue: VenueId) => Promise<readonly VenueBalance[]>
}

type Kept = {
  readonly market: Market
  readonly order: VenueOrder
  readonly fills: readonly VenueFill[]
}

const levelsRead = 20
/** Far more than the engine ever asks for again. */
const ordersKept = 2_000
/** Beyond its latency: an order that nobody here knows is soon known to be nowhere. */
const lifeMs = 1_000

/** Rounded up: a paper trade never does better than a real one could. */
function feeOf({ market, side }: Order, at: Level[0], amount: Level[1]): AssetAmount {
  const { rate, paidIn } = market.takerFee
  if (side === 'buy' && paidIn === 'received')
    return { asset: market.base, amount: portion(amount, rate, 'up') }
  const notional = cost(at, amount, side === 'buy' ? 'up' : 'down')
  return { asset: market.quote, amount: portion(notional, rate, 'up') }
}

const printsOf = (order: Order, taken: readonly Level[], at: Date): readonly VenueFill[] =>
  taken.map(([level, amount], n) => ({
    tradeId: `${order.clientOrderId}-${n + 1}`,
    orderId: order.clientOrderId,
    symbol: order.market.symbol,
    side: order.side,
    amount,
    price: level,
    fee: feeOf(order, level, amount),
    at,
  }))

/** Whatever another process had of it was paper: an order that nobody booked was never filled. */
const lostWithItsProcess = ({ clientOrderId, amount }: OrderRef): VenueOrder => ({
  orderId: clientOrderId,
  clientOrderId,
  state: 'cancelled',
  amount,
  filled: baseAmount('0'),
})

export function openPaperVenueGateway(desk: PaperDesk): OrderGateway {
  const { rest, latencyMs, wait, now, balances } = desk
  const memory = new Map<string, Consumed>()
  /** Undefined while it is on its way. */
  const orders = new Map<string, Kept | undefined>()

  /** Fills from what is shown and not yet taken by other paper orders. */
  async function arrive(order: Order): Promise<Submission> {
    const { market, side, clientOrderId, amount } = order
    const copy = await rest(market.venue).book(market.symbol, levelsRead)
    // A paper order that found no book was never sent anywhere.
    if (copy.outcome === 'failed') return { outcome: 'void', reason: copy.detail }
    const shown = (side === 'buy' ? copy.asks : copy.bids).map(([at, size]): Level => [
      price(decimalOf(at)),
      baseAmount(decimalOf(size)),
    ])
    const key = `${side} ${marketKey(market.venue, market.symbol)}`
    const left = remaining(shown, memory.get(key) ?? new Map())
    const at = now()
    const result = fillOrder(order, left.levels, { sentAt: at, filledAt: at })
    if (result.outcome === 'rejected')
      return { outcome: 'rejected', code: 'paper', reason: result.reason }
    memory.set(key, consume(left.consumed, shown, result.taken))
    const { filled } = result.fill
    const state = filled === amount ? 'closed' : 'cancelled'
    orders.set(clientOrderId, {
      market,
      order: { orderId: clientOrderId, clientOrderId, state, amount, filled },
      fills: printsOf(order, result.taken, at),
    })
    return { outcome: 'accepted', orderId: clientOrderId }
  }

  return {
    card: (venue) => ({
      venue,
      mayTrade: true,
      requestLifeMs: latencyMs() + lifeMs,
      engineTimeoutMs: 0,
      cancelledKeptMs: undefined,
    }),
    async submit(order) {
      const { clientOrderId, notAfter } = order
      if (orders.has(clientOrderId))
        return { outcome: 'duplicate', reason: 'an order of this id was sent before' }
      if (now() > notAfter) return { outcome: 'void', reason: 'it was too late to send it' }
      orders.set(clientOrderId, undefined)
      for (const id of [...orders.keys()].slice(0, Math.max(0, orders.size - ordersKept)))
        orders.delete(id)
      await wait(latencyMs())
      return arrive(order)
    },
    lookup: async (ref) => ({
      outcome: 'ok',
      value: orders.has(ref.clientOrderId)
        ? orders.get(ref.clientOrderId)?.order
        : lostWithItsProcess(ref),
    }),
    openOrders: async () => ({ outcome: 'ok', value: [] }),
    fills: async ({ venue, symbol }, since) => ({
      outcome: 'ok',
      value: [...orders.values()]
        .filter((kept) => kept?.market.venue === venue && kept.market.symbol === symbol)
        .flatMap((kept) => kept?.fills ?? [])
        .filter(({ at }) => at >= since),
    }),
    cancel: async () => ({ outcome: 'ok', value: undefined }),
    balances: async (venue) => ({ outcome: 'ok', value: await balances(venue) }),
    clockOffset: async () => ({ outcome: 'ok', value: { offsetMs: 0, errorMs: 0 } }),
  }
}
