// A gap between two venues as a transfer trade: the coin is bought where it is cheap, sent, sold where it is
// dear, and the money sent back. No coin has to lie ready, and both networks take their fee.
import type { Market } from '../src/market/market.ts'
import { routeName, type TransferRoute } from '../src/market/route.ts'
import { decimalOf, rate } from '../src/money.ts'
import {
  buildOpportunity,
  sizingLeg,
  type BuiltOpportunity,
} from '../src/opportunity/build-opportunity.ts'
import type { Candidate } from '../src/opportunity/candidate.ts'
import type { SizingLeg } from '../src/opportunity/leg-fill.ts'
import type { Refusal } from '../src/opportunity/refusal.ts'
import { routeLegs } from '../src/opportunity/routes.ts'
import { arrivesBy, type SendPlan, type TransferPlan } from '../src/opportunity/transfer-plan.ts'
import { countedDepth } from '../src/trade/fill-share.ts'
import { wayFor } from '../src/trade/transfer-ways.ts'
import { newId } from '../src/id.ts'
import type { PriceRisk } from './price-risk.ts'
import { doubtsOf, type Moment, type Sizing } from './shard-judge.ts'

export type TransferLook = Sizing & { readonly risk: PriceRisk }

/** The same two prices as a transfer trade; undefined of a cycle. */
export const transferRouteOf = ({ route }: Candidate): TransferRoute | undefined =>
  route.kind === 'cross' ? { ...route, kind: 'transfer' } : undefined

const refused = (reason: Refusal['reason'], detail: string): BuiltOpportunity => ({
  outcome: 'refused',
  refusal: { reason, detail },
})

function planFor(
  { market, risk }: TransferLook,
  { symbol, buy, sell }: TransferRoute,
  { base, quote }: Pick<Market, 'base' | 'quote'>,
): TransferPlan | string {
  const closed = (asset: string, from: string, to: string) =>
    `no network is known to be open for ${asset} from ${from} to ${to}, with its time`
  const out = wayFor(base, buy, sell, market.assetAt)
  if (out === undefined) return closed(base, buy, sell)
  const back = wayFor(quote, sell, buy, market.assetAt)
  if (back === undefined) return closed(quote, sell, buy)
  return { out, back, riskShare: risk(sell, symbol, out.minutes) }
}

/** What arrives must be what the network carries. */
const tooLittle = ({ asset, network, min }: SendPlan, arrives: bigint): string | undefined =>
  arrives > 0n && arrives >= min ? undefined : `${network} carries no ${asset} that little`

/** Sizes it on the full depth of both books, with what both networks take. */
export function sizeTransfer(
  look: TransferLook,
  index: number,
  candidate: Candidate,
  firstSeenMs: number,
  at: Moment,
): BuiltOpportunity {
  const { market, books, account } = look
  const { nowMs, wallMs, settings, blocks } = at
  const route = transferRouteOf(candidate)
  const [buyLeg, sellLeg] = routeLegs(market.table, index)
  const buyAt = buyLeg && market.universe[buyLeg.id]
  const sellAt = sellLeg && market.universe[sellLeg.id]
  if (!route || !buyLeg || !sellLeg || !buyAt || !sellAt)
    throw new Error(`route ${index} has no two venues`)
  const blocked = blocks?.route(route)
  if (blocked !== undefined) return refused('blocked', `the route is ${blocked}`)
  const transfer = planFor(look, route, buyAt)
  if (typeof transfer === 'string') return refused('no network', transfer)
  const contextOf = ({ venue, symbol }: Market) => ({
    depthFraction: countedDepth(
      settings['trading.depth_fraction'],
      account.fillShare(venue, symbol),
    ),
    nowMs,
  })
  const balance = account.free(buyAt.venue, buyAt.quote)
  const legs: readonly SizingLeg[] = [
    {
      ...sizingLeg(books, buyLeg, buyAt, { ...contextOf(buyAt), balance }),
      sendFee: transfer.out.fee,
    },
    {
      ...sizingLeg(books, sellLeg, sellAt, contextOf(sellAt)),
      sendFee: transfer.back.fee,
      // Minutes pass until it is sold: the price may go as far as an order home may go.
      slip: rate(decimalOf(settings['execution.slip_percent_max'] / 100)),
    },
  ]
  const built = buildOpportunity({
    id: newId(wallMs),
    candidate: { ...candidate, route },
    legs,
    transfer,
    usdtValue: account.valueOf(buyAt.quote),
    settings,
    doubts: doubtsOf(look, index, candidate, at),
    firstSeenAt: new Date(firstSeenMs),
    detectedAt: new Date(wallMs),
  })
  if (built.outcome === 'refused') return built
  const [bought, sold] = built.opportunity.legs
  if (bought === undefined || sold === undefined) throw new Error(`${routeName(route)} has no legs`)
  const little =
    tooLittle(transfer.out, arrivesBy(transfer.out, bought)) ??
    tooLittle(transfer.back, arrivesBy(transfer.back, sold))
  return little === undefined ? built : refused('below market minimum', little)
}
