// What the desk knows of a universe of markets beyond their prices: rules, volumes, wallets, namesakes.
// Detection asks it to turn a route into a candidate that filters can judge.
import type { VenueAsset } from '../market/asset.ts'
import type { MarketFacts } from '../market/market-store.ts'
import { marketKey, type Market, type MarketId, type VenueId } from '../market/market.ts'
import { toNumber } from '../money.ts'
import type { Candidate, LegQuote, LegTraits } from './candidate.ts'
import { assetIdentity, crossIdentity, priceIdentity } from './identity.ts'
import { leveragedTokens } from './leveraged.ts'
import type { Identity, Wallet } from './opportunity.ts'
import { routeAt, routeLegs, type RouteTable } from './routes.ts'
import { crossWallet } from './wallet.ts'

export type KnowledgeSources = {
  readonly markets: readonly Market[]
  readonly assets: readonly VenueAsset[]
  readonly facts: (venue: VenueId, symbol: string) => MarketFacts
  readonly venueUp: (venue: VenueId) => boolean
}

export type Knowledge = {
  traits(id: MarketId): LegTraits
  /** Whether one ticker is one coin on both markets' venues, by the venues' words alone. */
  relation(buy: MarketId, sell: MarketId): Relation
}

export type Relation = {
  readonly base: Identity
  readonly quote: Identity
  readonly wallet: Wallet
}

export function createKnowledge({ markets, assets, facts, venueUp }: KnowledgeSources): Knowledge {
  const leveraged = leveragedTokens(new Set(markets.flatMap(({ base, quote }) => [base, quote])))
  const known = new Map(assets.map((asset) => [marketKey(asset.venue, asset.asset), asset]))
  const relations = new Map<number, Relation>()

  function relate(buy: Market, sell: Market): Relation {
    const [here, there] = [buy, sell].map((market) => ({
      base: known.get(marketKey(market.venue, market.base)),
      quote: known.get(marketKey(market.venue, market.quote)),
    }))
    return {
      base: assetIdentity(buy.base, here?.base, there?.base),
      quote: assetIdentity(buy.quote, here?.quote, there?.quote),
      wallet: crossWallet([here?.base, there?.base, here?.quote, there?.quote]),
    }
  }

  return {
    traits(id) {
      const { venue, symbol, base, quote, active } = markets[id] as Market
      return {
        venue,
        symbol,
        base,
        quote,
        active,
        venueUp: venueUp(venue),
        leveraged: leveraged.has(base),
        ...facts(venue, symbol),
      }
    },
    relation(buy, sell) {
      const key = buy * markets.length + sell
      let relation = relations.get(key)
      if (relation === undefined) {
        relation = relate(markets[buy] as Market, markets[sell] as Market)
        relations.set(key, relation)
      }
      return relation
    },
  }
}

/** Shares before and after fees at the best prices. */
function profitAtTop(table: RouteTable, route: number, quotes: readonly LegQuote[]) {
  let gross = 1
  let net = 1
  routeLegs(table, route).forEach(({ id, side }, k) => {
    const { bid, ask } = quotes[k] as LegQuote
    const { rate, paidIn } = (table.markets[id] as Market).takerFee
    const fee = toNumber(rate)
    const price = side === 'sell' ? bid : 1 / ask
    gross *= price
    net *= price * (side === 'buy' && paidIn === 'quote' ? 1 / (1 + fee) : 1 - fee)
  })
  return { gross: gross - 1, net: net - 1 }
}

const midOf = ({ bid, ask }: LegQuote): number => (bid + ask) / 2

/**
 * Everything a filter may ask about one route now. `quoteOf` gives a market's best prices and their age;
 * `suspiciousPercent` is how far apart two venues' prices may be and still vouch for each other.
 */
export function candidateOf(
  table: RouteTable,
  route: number,
  quoteOf: (id: MarketId) => LegQuote,
  knowledge: Knowledge,
  suspiciousPercent: number,
): Candidate {
  const legs = routeLegs(table, route)
  const quotes = legs.map(({ id }) => quoteOf(id))
  const named = routeAt(table, route)
  const shared = {
    route: named,
    legs: legs.map(({ id, side }, k) => ({
      ...knowledge.traits(id),
      ...(quotes[k] as LegQuote),
      side,
    })),
    ...profitAtTop(table, route, quotes),
  }
  const [buy, sell] = legs
  if (named.kind === 'cycle' || buy === undefined || sell === undefined)
    return { ...shared, identity: 'same-market', wallet: 'not-needed' }
  const { base, quote, wallet } = knowledge.relation(buy.id, sell.id)
  const [buyQuote, sellQuote] = quotes as [LegQuote, LegQuote]
  const prices = priceIdentity(midOf(buyQuote), midOf(sellQuote), suspiciousPercent)
  return { ...shared, identity: crossIdentity(base, quote, prices), wallet }
}
