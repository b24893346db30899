// Prices an approved trade again on fresh books and balances, right before it is sent.
import { marketKey, type Market, type VenueId } from '../src/market/market.ts'
import type { MarketRest } from '../src/market/market-rest.ts'
import { decimalOf, format, parseDecimal, rate, smaller, type BaseAmount } from '../src/money.ts'
import { exactLevels } from '../src/opportunity/depth.ts'
import { fillLeg, largestAmount, spentAsset, type SizingLeg } from '../src/opportunity/leg-fill.ts'
import { sizeRoute } from '../src/opportunity/size-route.ts'
import type { Repriced } from '../src/trade/execute-trade.ts'
import { slipShare, withSlip } from '../src/trade/slip.ts'
import type { Trade } from '../src/trade/trade.ts'
import type { Balance } from '../src/trade/trade-store.ts'

export type RepriceLimits = {
  readonly 'trading.depth_fraction': number
  readonly 'trading.net_percent_min': number
  readonly 'trading.net_usdt_min': number
  readonly 'trading.notional_usdt_max': number
  readonly 'trading.slip_percent_max': number
  readonly 'approval.tolerance': number
}

export type RepriceWiring = {
  readonly rest: (venue: VenueId) => MarketRest
  readonly market: (venue: VenueId, symbol: string) => Promise<Market | undefined>
  readonly balances: () => Promise<readonly Balance[]>
  readonly limits: () => Promise<RepriceLimits>
  /** What one unit of an asset is worth in USDT; undefined when nobody knows. */
  readonly worthOf: (asset: string) => Promise<number | undefined>
}

const levelsRead = 20

const gone = (reason: string, net?: bigint): Repriced => ({ outcome: 'gone', reason, net })
const scaled = (value: number): bigint => parseDecimal(decimalOf(value))

/** Both legs of a cross spend from stock; of a cycle only the first does. */
function balanceFor(leg: SizingLeg, index: number, trade: Trade, balances: readonly Balance[]) {
  if (trade.kind === 'cycle' && index > 0) return undefined
  const asset = spentAsset(leg)
  const held = balances.find((b) => b.venue === leg.market.venue && b.asset === asset)
  return held?.free ?? 0n
}

/** The trade's legs on the books as they are now, or why one of them cannot be priced. */
async function freshLegs(
  wiring: RepriceWiring,
  trade: Trade,
  depthFraction: number,
): Promise<readonly SizingLeg[] | string> {
  const [balances, books, markets] = await Promise.all([
    wiring.balances(),
    Promise.all(trade.plan.map(({ venue, symbol }) => wiring.rest(venue).book(symbol, levelsRead))),
    Promise.all(trade.plan.map(({ venue, symbol }) => wiring.market(venue, symbol))),
  ])
  const share = rate(decimalOf(depthFraction))
  const legs: SizingLeg[] = []
  for (const [k, { venue, symbol, side }] of trade.plan.entries()) {
    const book = books[k]
    const market = markets[k]
    if (book?.outcome !== 'ok') return book?.detail ?? `${venue} gave no book`
    if (market === undefined) return `${marketKey(venue, symbol)} is not listed any more`
    const levels = exactLevels(side === 'buy' ? book.asks : book.bids, share)
    const leg: SizingLeg = { market, side, levels, bookAgeMs: 0 }
    const balance = balanceFor(leg, k, trade, balances)
    legs.push(balance === undefined ? leg : { ...leg, balance })
  }
  return legs
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
    carried = fill.receives
  }
  return carried - spent
}

/**
 * Trades at no worse than agreed: net ≥ max(net minimum, shown net × (1 − approval.tolerance)), and
 * no larger than shown. A refusal carries the net that was found, where one could be computed.
 */
export async function reprice(wiring: RepriceWiring, trade: Trade): Promise<Repriced> {
  const limits = await wiring.limits()
  const value = await wiring.worthOf(trade.asset)
  if (value === undefined || !(value > 0)) return gone(`nobody knows what ${trade.asset} is worth`)
  const legs = await freshLegs(wiring, trade, limits['trading.depth_fraction'])
  if (typeof legs === 'string') return gone(legs)
  const notionalMax = smaller(trade.notional, scaled(limits['trading.notional_usdt_max'] / value))
  const sizing = sizeRoute(legs, {
    notionalMax,
    netMin: 0n,
    netPercentMin: limits['trading.net_percent_min'],
  })
  if (sizing.outcome === 'refused')
    return gone(
      `the gap is gone: ${sizing.refusal.reason}, ${sizing.refusal.detail}`,
      netOfShown(legs, trade),
    )
  const { sized } = sizing
  const agreed = rate(decimalOf(1 - limits['approval.tolerance']))
  const floorShown = (trade.expectedNet * (agreed as bigint)) / 10n ** 18n
  const floorSet = scaled(Number((limits['trading.net_usdt_min'] / value).toPrecision(12)))
  const floor = floorShown > floorSet ? floorShown : floorSet
  if (sized.net < floor)
    return gone(
      `shown ${format(trade.expectedNet)} ${trade.asset} net, now ${format(sized.net)}; at least ${format(floor)} was agreed`,
      sized.net,
    )
  const share = slipShare(
    // Slips are shares of what comes back too, which is more than what was put in.
    { net: sized.net, floor, notional: sized.notional + sized.net, legs: legs.length },
    rate(decimalOf(limits['trading.slip_percent_max'] / 100)),
  )
  return {
    outcome: 'priced',
    plan: withSlip(
      sized.legs,
      legs.map(({ market }) => market),
      share,
    ),
    net: sized.net,
    notionalUsdt: (Number(sized.notional) / 1e18) * value,
  }
}
