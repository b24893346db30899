// What the engine works with on this desk: fresh prices and limits before anything leaves, and the
// desk's own books.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Venues } from '../src/exchanges/open-venues.ts'
import type { Halt } from '../src/exchanges/venue-halts.ts'
import { marketKey, type Market, type VenueId } from '../src/market/market.ts'
import type { Runtime } from '../src/runtime.ts'
import { createBells } from '../src/trade/engine/bells.ts'
import type { Preflight } from '../src/trade/engine/event.ts'
import type { Execution } from '../src/trade/engine/execution.ts'
import type { OrderGateway } from '../src/trade/engine/order-gateway.ts'
import type { AskQuotes } from '../src/trade/engine/way-home.ts'
import type { MarketRest } from '../src/market/market-rest.ts'
import type { ExecutionDesk } from '../src/trade/engine/execution-desk.ts'
import { checkBreakers } from '../src/trade/check-breakers.ts'
import { review } from '../src/trade/risk-rules.ts'
import { depegged } from '../src/trade/depeg.ts'
import { fillShareBy } from '../src/trade/fill-share.ts'
import { openAnswerFile } from './answer-file.ts'
import type { Trade } from '../src/trade/trade.ts'
import type { TradedPlan } from '../src/trade/trade-store.ts'
import { obstacleOf } from '../src/trade/transfer/check-way.ts'
import { arrivesBy } from '../src/opportunity/transfer-plan.ts'
import { capitalOf } from './capital.ts'
import { diskFault, readDiskRoom } from './disk-room.ts'
import { quoteWayHome, type QuoteWiring } from './quote-way-home.ts'
import { reprice } from './reprice.ts'
import { whyNoTransferTrade } from './transfer-trade-rules.ts'

const listingFreshMs = 5000
const workerName = `trade-${process.pid}`

/** Markets and values, read again when they are older than a few seconds. */
function cachedListing({ markets }: Runtime) {
  let readAtMs = -Infinity
  let byKey = new Map<string, Market>()
  let values: ReadonlyMap<string, number> = new Map()
  async function refresh(): Promise<void> {
    if (performance.now() - readAtMs < listingFreshMs) return
    const [list, worth] = await Promise.all([markets.markets(), markets.values()])
    byKey = new Map(list.map((market) => [marketKey(market.venue, market.symbol), market]))
    values = worth
    // Before the first sweep nobody knows what anything is worth; that is no answer to keep.
    if (worth.size > 0) readAtMs = performance.now()
  }
  return {
    async market(venue: VenueId, symbol: string): Promise<Market | undefined> {
      await refresh()
      return byKey.get(marketKey(venue, symbol))
    },
    async worths(): Promise<ReadonlyMap<string, number>> {
      await refresh()
      return values
    },
    async worthOf(asset: string): Promise<number | undefined> {
      await refresh()
      return values.get(asset)
    },
  }
}

/** What this process knows of its venues beyond prices. */
export type VenueSight = {
  /** False: what the venues' accounts hold is not known yet, so nothing new is begun. */
  readonly isReady: () => boolean
  /** Why no order goes to a venue just now. */
  readonly haltOf: (venue: VenueId) => Halt | undefined
  /** Venues that answer badly just now. */
  readonly flaky: () => readonly VenueId[]
  /** Whether orders go to accounts at venues, which can say what they hold. */
  readonly hasAccounts: boolean
}

/** Of a transfer trade: why it may not be sent now, by the rules or by what both venues last said. */
async function whyUnsendable(
  runtime: Runtime,
  { transfer }: Trade,
  { plan, notionalUsdt }: TradedPlan,
): Promise<string | undefined> {
  const [buy, sell] = plan
  if (transfer === undefined || buy === undefined || sell === undefined) return undefined
  const forbidden = await whyNoTransferTrade(runtime, notionalUsdt)
  if (forbidden !== undefined) return forbidden
  const told = await runtime.markets.assets()
  const at = (venue: VenueId, asset: string) =>
    told.find((one) => one.venue === venue && one.asset === asset)
  const { out, back } = transfer
  return [
    { ...out, amount: arrivesBy(out, buy) },
    { ...back, amount: arrivesBy(back, sell) },
  ]
    .map((send) => obstacleOf(send, at(send.from, send.asset), at(send.to, send.asset)))
    .find((obstacle) => obstacle !== undefined)
}

/** The plan on fresh books and balances; last of all the limits, as they are at that moment. */
async function preflightOf(
  runtime: Runtime,
  venues: Venues,
  listing: ReturnType<typeof cachedListing>,
  { isReady, haltOf, flaky }: VenueSight,
  { id }: Execution,
): Promise<Preflight> {
  const { trades, settings, breakers } = runtime
  if (!isReady()) return { outcome: 'failed', reason: 'the venue accounts are not looked at yet' }
  const trade = await trades.find(id)
  if (trade === undefined) return { outcome: 'failed', reason: `there is no trade ${id}` }
  const halted = trade.plan.find(({ venue }) => haltOf(venue) !== undefined)?.venue
  if (halted !== undefined)
    return { outcome: 'failed', reason: `no orders go to ${halted}: ${haltOf(halted)?.reason}` }
  const priced = await reprice(
    {
      rest: (venue) => venues.rest(venue),
      market: (venue, symbol) => listing.market(venue, symbol),
      balances: () => trades.balances(),
      limits: () => settings.refresh(),
      worthOf: (asset) => listing.worthOf(asset),
      fillShare: async () => fillShareBy(await trades.fillShares()),
    },
    trade,
  )
  if (priced.outcome === 'gone') return { outcome: 'failed', reason: priced.reason }
  const unsendable = await whyUnsendable(runtime, trade, priced)
  if (unsendable !== undefined) return { outcome: 'failed', reason: unsendable }
  const limits = await settings.refresh()
  const { home } = runtime.config
  const full = diskFault(home, await readDiskRoom(home), limits)
  if (full !== undefined) return { outcome: 'failed', reason: full }
  const assets = priced.markets.flatMap(({ base, quote }) => [base, quote])
  const worths = await listing.worths()
  const broken = depegged(assets, (asset) => worths.get(asset), limits['risk.depeg_percent_max'])
  if (broken !== undefined) return { outcome: 'failed', reason: broken }
  // What the trade before this one did counts already.
  await checkBreakers(breakers, limits, workerName)
  const [exposure, capitalUsdt] = await Promise.all([trades.exposure(id), capitalOf(runtime)])
  const { plan, net, markets, books, notionalUsdt } = priced
  const venuesOfTrade = [...new Set(plan.map(({ venue }) => venue))]
  const { route } = trade
  const proposal = { route, notionalUsdt, venues: venuesOfTrade, capitalUsdt }
  const forbidden = review(proposal, exposure, limits)
  if (forbidden.length > 0) return { outcome: 'failed', reason: forbidden.join('; ') }
  return { outcome: 'passed', plan, markets, net, books, flaky: flaky() }
}

/** What the desk of the engine is, and what decisions about open positions need besides. */
export type TradeDesk = {
  readonly desk: ExecutionDesk
  /** Each asks every book and account once, however many orders it prices. */
  readonly quotes: () => AskQuotes
  readonly worthOf: (asset: string) => Promise<number | undefined>
}

/** Each book is asked for once. */
function onceEach(
  rest: (venue: VenueId) => MarketRest,
): (venue: VenueId) => Pick<MarketRest, 'book'> {
  const asked = new Map<string, ReturnType<MarketRest['book']>>()
  return (venue) => ({
    book(symbol, levels) {
      const key = `${marketKey(venue, symbol)} ${levels}`
      const book = asked.get(key) ?? rest(venue).book(symbol, levels)
      asked.set(key, book)
      return book
    },
  })
}

/** What accounts hold, each asked once; one that does not answer has said nothing. */
function freeOnce(gateway: Pick<OrderGateway, 'balances'>): NonNullable<QuoteWiring['free']> {
  const asked = new Map<VenueId, ReturnType<OrderGateway['balances']>>()
  return async (venue, asset) => {
    const balances = asked.get(venue) ?? gateway.balances(venue)
    asked.set(venue, balances)
    const read = await balances
    // Accounts leave out what they have none of: that nothing is free costs an offer, and no money.
    return read.outcome === 'failed'
      ? undefined
      : (read.value.find((balance) => balance.asset === asset)?.free ?? 0n)
  }
}

export function openExecutionDesk(
  runtime: Runtime,
  venues: Venues,
  gateway: OrderGateway,
  sight: VenueSight,
): TradeDesk {
  const { trades, executions } = runtime
  const listing = cachedListing(runtime)
  const balancesOn = async (venue: VenueId) =>
    (await trades.balances()).filter((balance) => balance.venue === venue)
  const market = (venue: VenueId, symbol: string) => listing.market(venue, symbol)
  const rest = (venue: VenueId) => venues.rest(venue)
  const desk: ExecutionDesk = {
    store: executions,
    transfers: runtime.transfers,
    gateway,
    worker: workerName,
    spool: openAnswerFile(runtime.config.home, runtime.log),
    now: () => new Date(),
    bells: createBells(),
    elapsedMs: () => performance.now(),
    // Nobody's end waits for a look that is due later.
    wait: (ms) => sleep(ms, undefined, { ref: false }),
    preflight: (execution) => preflightOf(runtime, venues, listing, sight, execution),
    quote: (execution, asks) => quoteWayHome({ rest, market }, execution, asks),
    booked: async (venue) =>
      (await balancesOn(venue)).map(({ asset, free, reserved }) => ({
        asset,
        amount: free + reserved,
      })),
  }
  return {
    desk,
    quotes() {
      const wiring = {
        rest: onceEach(rest),
        market,
        shut: (venue: VenueId) => sight.haltOf(venue)?.reason,
        ...(sight.hasAccounts && { free: freeOnce(gateway) }),
      }
      return (execution, asks) => quoteWayHome(wiring, execution, asks)
    },
    worthOf: (asset) => listing.worthOf(asset),
  }
}
