// Venue servers over a scripted world with the real exchange clients on top, and opportunities sized on
// what those venues show: a floor to trade on.
import { openVenues, type Venues } from '../src/exchanges/open-venues.ts'
import { createMemoryRequestBudget } from '../src/market/memory-request-budget.ts'
import { marketKey, type Market, type VenueId } from '../src/market/market.ts'
import { newId } from '../src/id.ts'
import { decimalOf, parseDecimal, rate, toNumber } from '../src/money.ts'
import { exactLevels } from '../src/opportunity/depth.ts'
import type { SizingLeg } from '../src/opportunity/leg-fill.ts'
import type { Opportunity, Side } from '../src/opportunity/opportunity.ts'
import { sizeRoute } from '../src/opportunity/size-route.ts'
import type { Level, SourceAsset, SourceMarket } from '../src/simulator/market-source.ts'
import { startVenueServers, type VenueServers } from '../src/simulator/venue-servers.ts'
import { createScriptedSource, type ScriptedSource } from './scripted-source.ts'

export type TradingFloor = {
  readonly source: ScriptedSource
  readonly servers: VenueServers
  readonly venues: Venues
  /** Every market as the real client lists it. */
  readonly markets: readonly Market[]
  readonly market: (venue: VenueId, symbol: string) => Market
  /** Makes the venue show exactly this book. */
  readonly show: (
    venue: VenueId,
    symbol: string,
    book: { readonly bids: readonly Level[]; readonly asks: readonly Level[] },
  ) => void
  /** An opportunity along these legs, sized on what is shown now. */
  readonly offer: (legs: readonly FloorLeg[], wish?: Partial<OfferWish>) => Promise<Opportunity>
  readonly close: () => Promise<void>
}

export type FloorLeg = readonly [venue: VenueId, symbol: string, side: Side]

type OfferWish = { readonly notionalMax: number; readonly route: string }

export async function openTradingFloor(
  markets: Readonly<Record<VenueId, readonly SourceMarket[]>>,
  assets: readonly SourceAsset[] = [],
): Promise<TradingFloor> {
  const source = createScriptedSource(markets, assets)
  const servers = await startVenueServers({ source })
  const venues = await openVenues({
    market: { kind: 'servers', url: servers.url },
    only: undefined,
    accessOf: () => ({}),
    budget: createMemoryRequestBudget(() => undefined),
  })
  const listings = await Promise.all(venues.ids.map((venue) => venues.rest(venue).list()))
  const listed = listings.flatMap((listing) => {
    if (listing.outcome === 'failed') throw new Error(listing.detail)
    return listing.markets
  })
  const byKey = new Map(listed.map((market) => [marketKey(market.venue, market.symbol), market]))
  const marketOf = (venue: VenueId, symbol: string): Market => {
    const market = byKey.get(marketKey(venue, symbol))
    if (market === undefined) throw new Error(`${venue} lists no ${symbol}`)
    return market
  }

  async function sizingLeg([venue, symbol, side]: FloorLeg): Promise<SizingLeg> {
    const book = await venues.rest(venue).book(symbol, 20)
    if (book.outcome === 'failed') throw new Error(book.detail)
    const levels = exactLevels(side === 'buy' ? book.asks : book.bids, rate('0.25'))
    return { market: marketOf(venue, symbol), side, levels, bookAgeMs: 0 }
  }

  return {
    source,
    servers,
    venues,
    markets: listed,
    market: marketOf,
    show(venue, symbol, { bids, asks }) {
      const shown = source.book(venue, symbol)
      // One change, so that nobody sees an empty book between the old and the new one.
      const change = (before: readonly Level[], after: readonly Level[]): Level[] => [
        ...before.map(([price]): Level => [price, 0]),
        ...after,
      ]
      source.change(venue, symbol, change(shown.bids, bids), change(shown.asks, asks))
    },
    async offer(legs, { notionalMax = 100, route } = {}) {
      const sizing = sizeRoute(await Promise.all(legs.map(sizingLeg)), {
        notionalMax: parseDecimal(decimalOf(notionalMax)),
        netMin: 0n,
        netPercentMin: 0,
      })
      if (sizing.outcome === 'refused') throw new Error(sizing.refusal.detail)
      const { limitedBy: _, ...sized } = sizing.sized
      const kind = legs.length === 2 ? 'cross' : 'cycle'
      const [buy, symbol] = legs[0] as FloorLeg
      const [sell] = legs[1] as FloorLeg
      const now = new Date()
      return {
        ...sized,
        id: newId(now.getTime()),
        kind,
        route:
          route ?? (kind === 'cross' ? `cross ${symbol} ${buy}>${sell}` : `cycle ${buy} A>B>C`),
        venues: [...new Set(legs.map(([venue]) => venue))],
        netUsdt: toNumber(sized.net),
        notionalUsdt: toNumber(sized.notional),
        identity: kind === 'cross' ? 'contract' : 'same-market',
        wallet: kind === 'cross' ? 'open' : 'not-needed',
        legSkewMs: 0,
        firstSeenAt: now,
        detectedAt: now,
      }
    },
    async close() {
      await venues.close()
      await servers.close()
    },
  }
}
