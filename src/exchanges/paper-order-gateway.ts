// Paper trading through the live pricing path: an order waits its latency, then fills from the book
// the venue shows at that moment.
import { marketKey, type VenueId } from '../market/market.ts'
import type { MarketRest } from '../market/market-rest.ts'
import { baseAmount, decimalOf, price } from '../money.ts'
import { consume, remaining, type Consumed } from '../trade/consumed.ts'
import type { Order, OrderGateway, Placement } from '../trade/order-gateway.ts'
import { fillOrder, type Level } from '../trade/paper-fill.ts'

export type PaperVenues = {
  readonly rest: (venue: VenueId) => MarketRest
  /** How long an order takes to reach its venue, ms; read anew for each order. */
  readonly latencyMs: () => number
  readonly wait: (ms: number) => Promise<void>
  readonly now: () => Date
}

const levelsRead = 20

export function openPaperOrderGateway({ rest, latencyMs, wait, now }: PaperVenues): OrderGateway {
  const memory = new Map<string, Consumed>()

  async function place(order: Order): Promise<Placement> {
    const { market, side } = order
    const sentAt = now()
    await wait(latencyMs())
    const copy = await rest(market.venue).book(market.symbol, levelsRead)
    // A paper order that found no book was never sent anywhere: a definite no.
    if (copy.outcome === 'failed') return { outcome: 'rejected', reason: copy.detail }
    const shown = (side === 'buy' ? copy.asks : copy.bids).map(([at, size]): Level => [
      price(decimalOf(at)),
      baseAmount(decimalOf(size)),
    ])
    const key = `${side} ${marketKey(market.venue, market.symbol)}`
    const left = remaining(shown, memory.get(key) ?? new Map())
    const result = fillOrder(order, left.levels, { sentAt, filledAt: now() })
    if (result.outcome === 'rejected') return result
    memory.set(key, consume(left.consumed, shown, result.taken))
    return { outcome: 'filled', fill: result.fill }
  }

  return { place }
}
