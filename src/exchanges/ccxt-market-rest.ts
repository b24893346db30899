// A venue's public REST side through ccxt.
import type { Exchange, OrderBook } from 'ccxt'
import type {
  BookCopy,
  Listing,
  MarketRest,
  RestFailure,
  TickerSweep,
} from '../market/market-rest.ts'
import type { RequestBudget } from '../market/request-budget.ts'
import { createRestClient, requestTimeoutMsDefault, type VenueAccess } from './ccxt-client.ts'
import { readAsset, readMarket } from './ccxt-markets.ts'
import { knownExchange, type KnownExchange } from './known-exchanges.ts'
import { callRest, traceRequests, type RestAnswer, type RestCaller } from './rest-call.ts'
import { readTickerRows } from './ticker-row.ts'

// The market list is megabytes on the large venues and several requests on most.
const listDeadlineFactor = 3

const malformed = (detail: string): RestFailure => ({
  outcome: 'failed',
  reason: 'malformed',
  detail,
})

/** The smallest depth the venue offers that is enough; undefined where it takes no such argument. */
function bookLevelsAsked(known: KnownExchange, levels: number): number | undefined {
  const offered = known.restBookLevels
  return offered.find((count) => count >= levels) ?? offered.at(-1)
}

type Level = readonly [number, number]

const levelsOf = (side: OrderBook['bids'], count: number): Level[] => {
  const levels: Level[] = []
  for (const [price, size] of side) {
    if (levels.length === count) break
    if (Number(price) > 0 && Number(size) > 0) levels.push([Number(price), Number(size)])
  }
  return levels
}

const listingOf = (
  known: KnownExchange,
  exchange: Exchange,
  tier: VenueAccess['takerFee'],
): Listing => ({
  outcome: 'ok',
  markets: Object.values(exchange.markets ?? {}).flatMap(
    (market) => (market && readMarket(known, market, exchange.precisionMode, tier)) ?? [],
  ),
  assets: Object.values(exchange.currencies).flatMap(
    (currency) => readAsset(known, currency) ?? [],
  ),
})

/** Loads the market list anew; one list at a time, whoever asks. */
function createMarketLoader(
  exchange: Exchange,
  load: (work: () => Promise<unknown>) => Promise<RestAnswer<unknown> | RestFailure>,
) {
  let loading: Promise<RestAnswer<unknown> | RestFailure> | undefined
  return () => {
    loading ??= load(() => exchange.loadMarkets(true)).finally(() => {
      loading = undefined
      // ccxt hands a failed load to everybody who asks later, although the old list still serves.
      const { markets } = exchange
      if (markets !== undefined) exchange.marketsLoading = Promise.resolve(markets as never)
    })
    return loading
  }
}

/**
 * Opens one venue. Nothing is sent before the first call. Throws for a venue without an entry in
 * known-exchanges.ts; the venue's own failures are values.
 */
export function openCcxtMarketRest(options: {
  access: VenueAccess
  budget: RequestBudget
}): MarketRest {
  const { access, budget } = options
  const { venue } = access
  const exchange = createRestClient(access)
  const known = knownExchange(venue) as KnownExchange
  const deadlineMs = access.requestTimeoutMs ?? requestTimeoutMsDefault
  traceRequests(exchange, deadlineMs)

  const closing = new AbortController()
  const caller: RestCaller = { venue, budget, closing: closing.signal }
  const { weights } = known
  const loadMarkets = createMarketLoader(exchange, (work) =>
    callRest(caller, weights.list, deadlineMs * listDeadlineFactor, work),
  )
  // Before its first market list ccxt can name nothing; it would fetch the list outside our budget.
  const ready = async (): Promise<RestFailure | undefined> => {
    if (exchange.markets !== undefined) return undefined
    const loaded = await loadMarkets()
    return loaded.outcome === 'failed' ? loaded : undefined
  }

  return {
    venue,
    async list(): Promise<Listing | RestFailure> {
      const loaded = await loadMarkets()
      if (loaded.outcome === 'failed') return loaded
      const listing = listingOf(known, exchange, access.takerFee)
      return listing.markets.length > 0 ? listing : malformed(`${venue}: it lists no spot market`)
    },
    async sweep(): Promise<TickerSweep | RestFailure> {
      const unready = await ready()
      if (unready !== undefined) return unready
      const answer = await callRest(caller, weights.sweep, deadlineMs, () =>
        exchange.fetchTickers(),
      )
      if (answer.outcome === 'failed') return answer
      const { sentAtMs, receivedAtMs } = answer
      const tickers = readTickerRows(venue, answer.value)
      if (tickers.length === 0) return malformed(`${venue}: no ticker has a bid and an ask`)
      return { outcome: 'ok', tickers, sentAtMs, receivedAtMs }
    },
    async book(symbol, levels): Promise<BookCopy | RestFailure> {
      const unready = await ready()
      if (unready !== undefined) return unready
      const asked = bookLevelsAsked(known, levels)
      const answer = await callRest(caller, weights.book, deadlineMs, () =>
        exchange.fetchOrderBook(symbol, asked),
      )
      if (answer.outcome === 'failed') return answer
      const { value, sentAtMs, receivedAtMs } = answer
      const bids = levelsOf(value.bids, levels)
      const asks = levelsOf(value.asks, levels)
      return { outcome: 'ok', bids, asks, sentAtMs, receivedAtMs }
    },
    async close() {
      closing.abort()
      await exchange.close()
      await exchange.fetchDispatcher?.destroy()
    },
  }
}
