// The part of the market that one shard decides on: its markets, its routes, what is known of them.
import type { VenueAsset } from '../src/market/asset.ts'
import type {
  MarketFacts,
  MarketStore,
  VenueStatus,
  WatchlistEntry,
} from '../src/market/market-store.ts'
import { marketKey, type Market, type MarketId, type VenueId } from '../src/market/market.ts'
import { createKnowledge, type Knowledge } from '../src/opportunity/knowledge.ts'
import { crossRoutes, cycleRoutes, routeNames, type RouteTable } from '../src/opportunity/routes.ts'
import { crossShard, cycleShard } from '../src/opportunity/shards.ts'

export type ShardMarket = {
  readonly universe: readonly Market[]
  readonly table: RouteTable
  readonly nameOf: (route: number) => string
  readonly knowledge: Knowledge
  idOf(venue: VenueId, symbol: string): MarketId | undefined
  /** A coin as that venue told it last. */
  readonly assetAt: (venue: VenueId, asset: string) => VenueAsset | undefined
  /** Ids to watch, best first; remembers what the watchlist says of each market. */
  takeWatchlist(entries: readonly WatchlistEntry[]): readonly MarketId[]
  setVenueUp(venue: VenueId, up: boolean): void
  /**
   * A venue counts as up only once a sweep has read it of late: what an earlier run left in the database
   * may name wallets open that are shut by now, and markets that are halted.
   */
  takeStatuses(statuses: readonly Pick<VenueStatus, 'venue' | 'sweptAt'>[], wallMs: number): void
}

export type ShardMarketOptions = {
  readonly shard: string
  /** Those of this run: the database may know others from an earlier one. */
  readonly venues: readonly VenueId[]
  readonly crossShards: number
  readonly startAssets: readonly string[]
}

/** Far above a sweep's period and a venue's passing failure. */
const sweptMsMax = 60_000

const nothingKnown: MarketFacts = { volumeUsdt: undefined, frozenMs: 0 }

/** Markets of a cycle shard are its venue's; of a cross shard those whose symbol falls to it. */
function marketsOf(all: readonly Market[], { shard, crossShards }: ShardMarketOptions) {
  const [kind] = shard.split(':')
  return kind === 'cycle'
    ? all.filter(({ venue }) => cycleShard(venue) === shard)
    : all.filter(({ symbol }) => crossShard(symbol, crossShards) === shard)
}

/** Undefined while no market of this shard is listed. */
export async function readShardMarket(
  store: MarketStore,
  options: ShardMarketOptions,
): Promise<ShardMarket | undefined> {
  const [all, assets] = await Promise.all([store.markets(options.venues), store.assets()])
  const universe = marketsOf(all, options)
  if (universe.length === 0) return undefined
  const table = options.shard.startsWith('cycle:')
    ? cycleRoutes(universe, options.startAssets)
    : crossRoutes(universe)
  const ids = new Map(universe.map(({ venue, symbol }, id) => [marketKey(venue, symbol), id]))
  const told = new Map(assets.map((one) => [marketKey(one.venue, one.asset), one]))
  const facts = new Map<string, MarketFacts>()
  const down = new Set<VenueId>()
  let swept = new Set<VenueId>()
  const idOf = (venue: VenueId, symbol: string) => ids.get(marketKey(venue, symbol))
  return {
    universe,
    table,
    nameOf: routeNames(table),
    idOf,
    assetAt: (venue, asset) => told.get(marketKey(venue, asset)),
    knowledge: createKnowledge({
      markets: universe,
      assets,
      facts: (venue, symbol) => facts.get(marketKey(venue, symbol)) ?? nothingKnown,
      venueUp: (venue) => swept.has(venue) && !down.has(venue),
    }),
    takeWatchlist: (entries) =>
      entries.flatMap((entry) => {
        facts.set(marketKey(entry.venue, entry.symbol), entry.facts)
        return idOf(entry.venue, entry.symbol) ?? []
      }),
    setVenueUp: (venue, up) => void (up ? down.delete(venue) : down.add(venue)),
    takeStatuses(statuses, wallMs) {
      const late = statuses.filter(({ sweptAt }) => wallMs - Number(sweptAt) < sweptMsMax)
      swept = new Set(late.map(({ venue }) => venue))
    },
  }
}
