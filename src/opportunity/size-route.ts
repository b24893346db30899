// Sizes a route exactly: of all orders that its books, balances, lots and minimums allow, those with the
// largest absolute net profit. A cross route and a cycle are the same chain here: each leg spends what the
// one before delivered after its fee. What rounding leaves over is worth nothing.
import { averagePrice, toNumber } from '../money.ts'
import { receivedAsset, spentAsset, type LegFill, type SizingLeg } from './leg-fill.ts'
import type { LegPlan } from './opportunity.ts'
import type { Refusal, RefusalReason } from './refusal.ts'
import { roughLeg } from './size-estimate.ts'
import { proposeSize, type LimitedBy, type Proposal } from './size-proposal.ts'
import { worthAtCost } from './transfer-plan.ts'
import { searchSize, shareOf, type Chain } from './size-search.ts'

export type SizingLimits = {
  /** In the asset the route starts and ends in: most that the first leg may spend whatever it fills at,
   * least net profit. */
  readonly notionalMax: bigint
  readonly netMin: bigint
  readonly netPercentMin: number
}

/** All amounts in `asset`; net = gross − fees, and net is what comes in less what goes out. */
export type SizedRoute = {
  readonly legs: readonly LegPlan[]
  readonly asset: string
  /** What the first leg spends. */
  readonly notional: bigint
  readonly gross: bigint
  readonly fees: bigint
  readonly net: bigint
  readonly netPercent: number
  /** Net share at the best prices alone; what networks take is in no price. */
  readonly netAtTop: number
  readonly limitedBy: LimitedBy
}

export type Sizing =
  | { readonly outcome: 'sized'; readonly sized: SizedRoute }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }

const refuse = (reason: RefusalReason, detail: string): Sizing => ({
  outcome: 'refused',
  refusal: { reason, detail },
})
const text = (amount: bigint): string => String(Number(toNumber(amount).toPrecision(6)))
const nameOf = ({ market }: SizingLeg): string => `${market.venue} ${market.symbol}`

/**
 * Legs in trading order, at least two, the last delivering what the first spends. Each brings its part of
 * the depth and, where it spends from an account, the balance.
 */
export function sizeRoute(legs: readonly SizingLeg[], limits: SizingLimits): Sizing {
  const asset = assetOf(legs)
  const { notionalMax, netPercentMin } = limits
  const empty = legs.find(({ levels }) => levels.length === 0)
  if (empty !== undefined) return refuse('no depth', `${nameOf(empty)} shows nothing to take`)
  const bare = legs.find(({ balance }) => balance !== undefined && balance <= 0n)
  if (bare !== undefined)
    return refuse('no balance', `${bare.market.venue} holds no ${spentAsset(bare)}`)
  const rough = legs.map(roughLeg)
  const netMin = netPercentMin / 100
  const proposal = proposeSize(rough, toNumber(notionalMax), netMin)
  if (!(proposal.netAtTop > 0))
    return refuse(
      'net below minimum',
      `${(proposal.netAtTop * 100).toFixed(3)} % after fees at the best prices`,
    )
  const { amounts, netMax } = proposal
  // Most candidates of a thin gap end here, before anything is worked out exactly.
  if (netMax * (1 + 1e-9) < toNumber(limits.netMin))
    return refuse(
      reasonFor(proposal, 'net below minimum'),
      `at most ${netMax.toPrecision(4)} ${asset} net, at least ${text(limits.netMin)} ${asset}`,
    )
  const { best, shortfall } = searchSize(legs, rough, { amounts, notionalMax, netMin })
  if (best === undefined) return refuse(reasonFor(proposal, 'below market minimum'), shortfall)
  return judge(sizedRoute(best, asset, proposal), limits)
}

function assetOf(legs: readonly SizingLeg[]): string {
  const [first, last] = [legs.at(0), legs.at(-1)]
  if (first === undefined || last === undefined || legs.length < 2)
    throw new Error('a route has two legs at least')
  legs.forEach((leg, k) => {
    const next = legs[k + 1] ?? first
    if (receivedAsset(leg) !== spentAsset(next))
      throw new Error(`${nameOf(leg)} does not deliver what ${nameOf(next)} spends`)
  })
  return spentAsset(first)
}

/** A size that is too small is the fault of whatever kept it small. */
function reasonFor({ limitedBy }: Pick<Proposal, 'limitedBy'>, otherwise: RefusalReason) {
  switch (limitedBy) {
    case 'margin':
    case 'depth':
      return 'no depth'
    case 'balance':
      return 'no balance'
    case 'notional':
      return otherwise
  }
}

function judge(sized: SizedRoute, { netMin, netPercentMin }: SizingLimits): Sizing {
  const { net, netPercent, notional, asset } = sized
  const what = `${text(net)} ${asset} net on ${text(notional)} ${asset}`
  if (net <= 0n)
    return refuse(
      reasonFor(sized, 'below market minimum'),
      `no size the market takes pays; the best is ${what}`,
    )
  if (netPercent < netPercentMin)
    return refuse(
      'net below minimum',
      `${what}, ${netPercent.toFixed(3)} %, at least ${netPercentMin} %`,
    )
  if (net < netMin)
    return refuse(
      reasonFor(sized, 'net below minimum'),
      `${what}, at least ${text(netMin)} ${asset}`,
    )
  return { outcome: 'sized', sized }
}

function sizedRoute(chain: Chain, asset: string, proposal: Proposal): SizedRoute {
  const { fills, net } = chain
  const notional = (fills[0] as LegFill).spends
  const fees = fills.reduce(
    (sum, _, k) => sum + feeWorth(fills, k, asset) + sendFeeWorth(fills, k, asset),
    0n,
  )
  return {
    legs: fills.map(legPlan),
    asset,
    notional,
    gross: net + fees,
    fees,
    net,
    netPercent: toNumber(shareOf(chain)) * 100,
    netAtTop: proposal.netAtTop,
    limitedBy: proposal.limitedBy,
  }
}

/** What a network takes of a coin counts at what the coin had cost us, rounded up. */
function sendFeeWorth(fills: readonly LegFill[], k: number, asset: string): bigint {
  const { leg, receives } = fills[k] as LegFill
  const fee = leg.sendFee ?? 0n
  if (fee === 0n || receivedAsset(leg) === asset) return fee
  const spends = { asset, amount: (fills[0] as LegFill).spends }
  return worthAtCost(fee, { spends, receives: { asset: receivedAsset(leg), amount: receives } })
}

/** A fee in another asset counts at what that asset had cost us when it was paid, rounded up. */
function feeWorth(fills: readonly LegFill[], k: number, asset: string): bigint {
  const { fee, feeAsset, receives, leg } = fills[k] as LegFill
  if (feeAsset === asset) return fee
  const putIn = (fills[0] as LegFill).spends
  const bought = feeAsset === receivedAsset(leg) ? receives + fee : fills[k - 1]?.receives
  if (bought === undefined) throw new Error('a fee in an asset that no leg has delivered')
  return (putIn * fee + bought - 1n) / bought
}

function legPlan({ leg, amount, notional, limit, ...flows }: LegFill): LegPlan {
  const { venue, symbol, base, quote, takerFee } = leg.market
  return {
    venue,
    symbol,
    base,
    quote,
    side: leg.side,
    amount,
    limit,
    average: averagePrice(notional, amount, leg.side === 'buy' ? 'up' : 'down'),
    notional,
    fee: { asset: flows.feeAsset, amount: flows.fee },
    feeRate: takerFee.rate,
    feeSource: takerFee.source,
    spends: { asset: spentAsset(leg), amount: flows.spends },
    receives: { asset: receivedAsset(leg), amount: flows.receives },
    bookAgeMs: leg.bookAgeMs,
  }
}
