// The role 'trade': carries approved trades out, closes questions whose time is over, keeps the house.
import { setTimeout as sleep } from 'node:timers/promises'
import { openPaperOrderGateway } from '../src/exchanges/paper-order-gateway.ts'
import type { Venues } from '../src/exchanges/open-venues.ts'
import { marketKey, type Market, type VenueId } from '../src/market/market.ts'
import { outboxChannel } from '../src/notification/outbox.ts'
import { openRunVenues } from '../src/run-venues.ts'
import { openRuntime, type Runtime } from '../src/runtime.ts'
import { executeTrade, type TradeDesk } from '../src/trade/execute-trade.ts'
import { review } from '../src/trade/risk-rules.ts'
import { capitalOf } from './capital.ts'
import { housekeep } from './housekeeping.ts'
import { reprice } from './reprice.ts'
import type { Role } from './role-run.ts'

const listingFreshMs = 5000
const expireEveryMs = 1000
const resumeEveryMs = 2000
const housekeepEveryMs = 60_000

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
    async worthOf(asset: string): Promise<number | undefined> {
      await refresh()
      return values.get(asset)
    },
    async values(): Promise<ReadonlyMap<string, number>> {
      await refresh()
      return values
    },
  }
}

function tradeDesk(runtime: Runtime, venues: Venues): TradeDesk {
  const { trades, settings } = runtime
  const listing = cachedListing(runtime)
  const gateway = openPaperOrderGateway({
    rest: (venue) => venues.rest(venue),
    latencyMs: () => settings.current()['paper.latency_ms'],
    wait: (ms) => sleep(ms),
    now: () => new Date(),
  })
  return {
    trades,
    gateway,
    worker: `trade-${process.pid}`,
    reprice: (trade) =>
      reprice(
        {
          rest: (venue) => venues.rest(venue),
          market: (venue, symbol) => listing.market(venue, symbol),
          balances: () => trades.balances(),
          limits: () => settings.refresh(),
          worthOf: (asset) => listing.worthOf(asset),
        },
        trade,
      ),
    async forbidden(trade, notionalUsdt) {
      const [limits, exposure, capitalUsdt] = await Promise.all([
        settings.refresh(),
        trades.exposure(trade.id),
        capitalOf(runtime),
      ])
      const venuesOfTrade = [...new Set(trade.plan.map(({ venue }) => venue))]
      const { route } = trade
      return review({ route, notionalUsdt, venues: venuesOfTrade, capitalUsdt }, exposure, limits)
    },
    market: ({ venue, symbol }) => listing.market(venue, symbol),
    values: () => listing.values(),
    // The store posts the end of a trade with the end itself; surfaces only have to look.
    announce: (trade) =>
      trade.state === 'executing'
        ? runtime.announce({ kind: 'trade', trade })
        : runtime.queues.publish(outboxChannel, ''),
  }
}

async function expireApprovals({ approvals, announce }: Runtime): Promise<void> {
  for (const approval of await approvals.expire()) {
    const opportunity = await approvals.findOpportunity(approval.opportunity)
    if (opportunity !== undefined) await announce({ kind: 'approval', approval, opportunity })
  }
}

/** Whoever looks first takes them up: a trade whose worker died is not left lying until the minute. */
async function resumeTrades({ trades, executeTrade: enqueue }: Runtime): Promise<void> {
  for (const trade of await trades.listUnfinished()) await enqueue(trade)
}

/** ccxt needs its market lists before the first book; fetched before a trade has to wait for them. */
async function warmUp({ log }: Runtime, venues: Venues, signal: AbortSignal): Promise<void> {
  for (const venue of venues.ids) {
    if (signal.aborted) return
    const listed = await venues.rest(venue).list()
    if (listed.outcome === 'failed') log.warn(`${venue}: ${listed.detail}`)
  }
}

export const tradeRole: Role = async (run, signal) => {
  const runtime = await openRuntime(run.config, run.log, 'trade')
  const venues = await openRunVenues(runtime)
  const { queues } = runtime
  const desk = tradeDesk(runtime, venues)
  await queues.work('execute-trade', ({ trade }) => executeTrade(desk, trade), { concurrency: 4 })
  await queues.work('resume-trades', () => resumeTrades(runtime), { concurrency: 1 })
  await queues.work('expire-approvals', () => expireApprovals(runtime), { concurrency: 1 })
  await queues.work('housekeeping', () => housekeep(runtime), { concurrency: 1 })
  // Start-up is recovery, too: the first of these comes at once or within one period.
  await queues.schedule('resume-trades', {}, resumeEveryMs)
  await queues.schedule('expire-approvals', {}, expireEveryMs)
  await queues.schedule('housekeeping', {}, housekeepEveryMs)
  run.ready()
  await warmUp(runtime, venues, signal)
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await runtime.close()
  await venues.close()
}
