// Prices an approved trade again on fresh books and balances, right before it is sent.
import { marketKey, type Market, type VenueId } from '../src/market/market.ts'
import type { BookCopy, MarketRest } from '../src/market/market-rest.ts'
import {
  decimalOf,
  format,
  parseDecimal,
  rate,
  smaller,
  toNumber,
  type BaseAmount,
  type Rate,
} from '../src/money.ts'
import { exactLevels } from '../src/opportunity/depth.ts'
import {
  fillLeg,
  largestAmount,
  sentOn,
  spentAsset,
  type SizingLeg,
} from '../src/opportunity/leg-fill.ts'
import { sizeRoute, type SizedRoute, type Sizing } from '../src/opportunity/size-route.ts'
import type { CitedBook } from '../src/trade/engine/execution.ts'
import { countedDepth } from '../src/trade/fill-share.ts'
import { slipShare } from '../src/trade/slip.ts'
import type { Trade } from '../src/trade/trade.ts'
import { spendable, type Balance, type TradedPlan } from '../src/trade/trade-store.ts'

export type RepriceLimits = {
  readonly 'trading.depth_fraction': number
  readonly 'trading.net_percent_min': number
  readonly 'trading.net_usdt_min': number
  readonly 'trading.notional_usdt_max': number
  readonly 'trading.slip_percent_max': number
  readonly 'approval.tolerance': number
  readonly 'execution.slip_percent_max': number
}

export type RepriceWiring = {
  readonly rest: (venue: VenueId) => MarketRest
  readonly market: (venue: VenueId, symbol: string) => Promise<Market | undefined>
  readonly balances: () => Promise<readonly Balance[]>
  readonly limits: () => Promise<RepriceLimits>
  /** What one unit of an asset is worth in USDT; undefined when nobody knows. */
  readonly worthOf: (asset: string) => Promise<number | undefined>
  /** The share, 0 to 1, of what its book shows that earlier orders on a market got. */
  readonly fillShare: () => Promise<(venue: VenueId, symbol: string) => number>
}

/** The plan as today's books allow it, or why it is gone. */
export type Repriced =
  | (TradedPlan & {
      readonly outcome: 'priced'
      /** One a leg, as they were listed and shown when it was priced. */
      readonly markets: readonly Market[]
      readonly books: readonly CitedBook[]
    })
  | { readonly outcome: 'gone'; readonly reason: string; readonly net: bigint | undefined }

const levelsRead = 20

const gone = (reason: string, net?: bigint): Repriced => ({ outcome: 'gone', reason, net })
const scaled = (value: number): bigint => parseDecimal(decimalOf(value))

/** What an order that is priced on this copy rests on. */
export const citedBook = (
  { venue, symbol }: Pick<Market, 'venue' | 'symbol'>,
  { bids, asks, sentAtMs }: BookCopy,
): CitedBook => ({
  venue,
  symbol,
  // It may be as old as the question.
  ageMs: Date.now() - sentAtMs,
  synced: true,
  crossed: (bids[0]?.[0] ?? -Infinity) >= (asks[0]?.[0] ?? Infinity),
})

/** Both legs of a cross spend from stock; of any other only the first does. */
function balanceFor(leg: SizingLeg, index: number, trade: Trade, balances: readonly Balance[]) {
  if (trade.kind !== 'cross' && index > 0) return undefined
  const asset = spentAsset(leg)
  const held = balances.find((b) => b.venue === leg.market.venue && b.asset === asset)
  return held === undefined ? 0n : spendable(held)
}

/** What a transfer trade agreed to: the networks' fees, and how far its second price may move meanwhile. */
function sentAfter({ transfer }: Trade, index: number, slip: Rate) {
  if (transfer === undefined) return {}
  return index === 0 ? { sendFee: transfer.out.fee } : { sendFee: transfer.back.fee, slip }
}

type FreshLegs = {
  readonly legs: readonly SizingLeg[]
  readonly copies: readonly BookCopy[]
}

/** The trade's legs on the books as they are now, or why one of them cannot be priced. */
async function freshLegs(
  wiring: RepriceWiring,
  trade: Trade,
  limits: RepriceLimits,
): Promise<FreshLegs | string> {
  const [balances, books, markets, shareOf] = await Promise.all([
    wiring.balances(),
    Promise.all(trade.plan.map(({ venue, symbol }) => wiring.rest(venue).book(symbol, levelsRead))),
    Promise.all(trade.plan.map(({ venue, symbol }) => wiring.market(venue, symbol))),
    wiring.fillShare(),
  ])
  const depthFraction = limits['trading.depth_fraction']
  const slipMax = rate(decimalOf(limits['execution.slip_percent_max'] / 100))
  const legs: SizingLeg[] = []
  const copies: BookCopy[] = []
  for (const [k, { venue, symbol, side }] of trade.plan.entries()) {
    const book = books[k]
    const market = markets[k]
    if (book?.outcome !== 'ok') return book?.detail ?? `${venue} gave no book`
    if (market === undefined) return `${marketKey(venue, symbol)} is not listed any more`
    const share = rate(decimalOf(countedDepth(depthFraction, shareOf(venue, symbol))))
    const levels = exactLevels(side === 'buy' ? book.asks : book.bids, share)
    const leg: SizingLeg = { market, side, levels, bookAgeMs: 0, ...sentAfter(trade, k, slipMax) }
    const balance = balanceFor(leg, k, trade, balances)
    legs.push(balance === undefined ? leg : { ...leg, balance })
    copies.push(book)
  }
  return { legs, copies }
}

/** What the shown size would bring now, as far as the books hold it: for telling, where nothing trades. */
function netOfShown(legs: readonly SizingLeg[], { plan }: Trade): bigint | undefined {
  let spent = 0n
  let carried = 0n
  for (const [k, { balance: _, ...leg }] of legs.entries()) {
    const amount = k === 0 ? (plan[0]?.amount ?? 0n) : largestAmount(leg, carried)
    const fill = fillLeg(leg, amount as BaseAmount)
    if (fill === undefined) return undefined
    if (k === 0) spent = fill.spends
    carried = sentOn(leg, fill.receives)
  }
  return carried - spent
}

type Terms = {
  /** The most that the first leg may spend, in the asset of the trade. */
  readonly cap: bigint
  readonly floor: bigint
  readonly netPercentMin: number
  readonly slipMax: Rate
}

/** No more than was approved, nor than the settings allow now; no less net than was agreed to. */
function termsOf(trade: Trade, limits: RepriceLimits, value: number): Terms {
  const agreed = rate(decimalOf(1 - limits['approval.tolerance']))
  const floorShown = (trade.expectedNet * (agreed as bigint)) / 10n ** 18n
  // Whoever approved a part of the size wants that part of the profit.
  const netMin = (limits['trading.net_usdt_min'] / value) * trade.share
  const floorSet = scaled(Number(netMin.toPrecision(12)))
  return {
    cap: smaller(trade.notional, scaled(limits['trading.notional_usdt_max'] / value)),
    floor: floorShown > floorSet ? floorShown : floorSet,
    netPercentMin: limits['trading.net_percent_min'],
    slipMax: rate(decimalOf(limits['trading.slip_percent_max'] / 100)),
  }
}

/** The best size whose orders may fill that far from the books and still spend no more than they have. */
const sizeFor = (legs: readonly SizingLeg[], { cap, netPercentMin }: Terms, slip: Rate): Sizing =>
  sizeRoute(
    legs.map((leg) => ({ slip, ...leg })),
    { notionalMax: cap, netMin: 0n, netPercentMin },
  )

/**
 * The same trade with limits that leave prices room to move, a little smaller for that; as it is where
 * there is nothing to spare.
 */
function withRoom(legs: readonly SizingLeg[], terms: Terms, still: SizedRoute): SizedRoute {
  const { net, notional } = still
  const slip = slipShare({ net, notional, floor: terms.floor, legs: legs.length }, terms.slipMax)
  const roomy = sizeFor(legs, terms, slip)
  return roomy.outcome === 'sized' && roomy.sized.net >= terms.floor ? roomy.sized : still
}

/**
 * Trades at no worse than agreed: net ≥ max(net minimum, shown net × (1 − approval.tolerance)), and
 * no larger than shown. A refusal carries the net that was found, where one could be computed.
 */
export async function reprice(wiring: RepriceWiring, trade: Trade): Promise<Repriced> {
  const limits = await wiring.limits()
  const value = await wiring.worthOf(trade.asset)
  if (value === undefined || !(value > 0)) return gone(`nobody knows what ${trade.asset} is worth`)
  const fresh = await freshLegs(wiring, trade, limits)
  if (typeof fresh === 'string') return gone(fresh)
  const { legs } = fresh
  const terms = termsOf(trade, limits, value)
  const sizing = sizeFor(legs, terms, rate('0'))
  if (sizing.outcome === 'refused')
    return gone(
      `the gap is gone: ${sizing.refusal.reason}, ${sizing.refusal.detail}`,
      netOfShown(legs, trade),
    )
  const { sized: still } = sizing
  if (still.net < terms.floor)
    return gone(
      `shown ${format(trade.expectedNet)} ${trade.asset} net, now ${format(still.net)}; at least ${format(terms.floor)} was agreed`,
      still.net,
    )
  const { legs: plan, net, notional } = withRoom(legs, terms, still)
  const markets = legs.map(({ market }) => market)
  const books = fresh.copies.map((copy, k) => citedBook(markets[k] as Market, copy))
  const notionalUsdt = toNumber(notional) * value
  return { outcome: 'priced', plan, net, notional, notionalUsdt, markets, books }
}
