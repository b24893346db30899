// Carries one approved trade from the click to the books. Whatever calls it, and however often, the
// claim lets one worker act and a finished trade stays finished.
import { floorToStep, smaller, type AssetAmount, type BaseAmount } from '../money.ts'
import type { Market } from '../market/market.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'
import type { Order, OrderGateway, Placement } from './order-gateway.ts'
import { isExposed, outcomeOf } from './outcome.ts'
import type { LegFill, Trade } from './trade.ts'
import type { TradeStore } from './trade-store.ts'

/** The plan as today's books allow it, or why it is gone. */
export type Repriced =
  | {
      readonly outcome: 'priced'
      readonly plan: readonly LegPlan[]
      readonly net: bigint
      readonly notionalUsdt: number
    }
  | { readonly outcome: 'gone'; readonly reason: string; readonly net: bigint | undefined }

export type TradeDesk = {
  readonly trades: TradeStore
  readonly gateway: OrderGateway
  readonly worker: string
  /** Fresh books, fresh balances, the floor the approval agreed to: all judged here. */
  readonly reprice: (trade: Trade) => Promise<Repriced>
  /** Limits on freshly read settings; sentences when something forbids the trade. */
  readonly forbidden: (trade: Trade, notionalUsdt: number) => Promise<readonly string[]>
  readonly market: (leg: LegPlan) => Promise<Market | undefined>
  /** What an amount is worth in USDT; 0 when unknown. */
  readonly worthUsdt: (amount: AssetAmount) => number
  readonly announce: (trade: Trade) => Promise<void>
}

const leaseMs = 30_000
/** Rounding leaves less than this on a leg; more is an open position. */
const dustUsdt = 1

const clientOrderId = (trade: Trade, leg: number): string => `${trade.id}-${leg + 1}`

/** The order for one leg, cut down to what actually arrived from the leg before. */
function orderFor(
  trade: Trade,
  index: number,
  leg: LegPlan,
  market: Market,
  arrived: bigint | undefined,
): Order {
  const affordable = (): BaseAmount => {
    if (arrived === undefined || arrived >= leg.spends.amount) return leg.amount
    const share = ((leg.amount as bigint) * arrived) / leg.spends.amount
    return floorToStep(smaller(leg.amount, share as BaseAmount), market.amountStep)
  }
  return {
    clientOrderId: clientOrderId(trade, index),
    market,
    side: leg.side,
    amount: affordable(),
    limit: leg.limit,
  }
}

const fillOf = (placement: Placement): LegFill | undefined =>
  placement.outcome === 'filled' && placement.fill.filled > 0n ? placement.fill : undefined

const whyNot = (placement: Placement, leg: LegPlan): string | undefined => {
  switch (placement.outcome) {
    case 'filled':
      return placement.fill.filled === 0n
        ? `${leg.venue} ${leg.symbol}: nothing was left at ${leg.side === 'buy' ? 'or below' : 'or above'} the limit`
        : undefined
    case 'rejected':
    case 'unknown':
      return `${leg.venue} ${leg.symbol}: ${placement.reason}`
  }
}

type Sent = { readonly fills: readonly LegFill[]; readonly faults: readonly string[] }

/** Two legs on two venues go out together: whichever fails, the other's result is still read. */
async function sendTogether(
  desk: TradeDesk,
  trade: Trade,
  markets: readonly Market[],
): Promise<Sent> {
  const settled = await Promise.allSettled(
    trade.plan.map((leg, i) =>
      desk.gateway.place(orderFor(trade, i, leg, markets[i] as Market, undefined)),
    ),
  )
  const placements = settled.map((result, i): Placement =>
    result.status === 'fulfilled'
      ? result.value
      : {
          outcome: 'unknown',
          clientOrderId: clientOrderId(trade, i),
          reason: String(result.reason),
        },
  )
  return {
    fills: placements.flatMap((placement) => fillOf(placement) ?? []),
    faults: placements.flatMap((placement, i) => whyNot(placement, trade.plan[i] as LegPlan) ?? []),
  }
}

/** A cycle's legs go one after the other, each from what the one before delivered. */
async function sendInTurn(
  desk: TradeDesk,
  trade: Trade,
  markets: readonly Market[],
): Promise<Sent> {
  const fills: LegFill[] = []
  let arrived: bigint | undefined
  for (const [i, leg] of trade.plan.entries()) {
    const placement = await desk.gateway.place(
      orderFor(trade, i, leg, markets[i] as Market, arrived),
    )
    const fill = fillOf(placement)
    if (fill === undefined) return { fills, faults: [whyNot(placement, leg) ?? 'no fill'] }
    fills.push(fill)
    arrived = fill.received.amount
  }
  return { fills, faults: [] }
}

async function finish(desk: TradeDesk, trade: Trade, epoch: number, sent: Sent): Promise<void> {
  const { fills, faults } = sent
  for (const fill of fills) await desk.trades.addFill(trade.id, epoch, fill)
  const reason = faults.join('; ')
  const outcome = outcomeOf(fills, trade.asset)
  const exposed = isExposed(outcome, desk.worthUsdt, dustUsdt)
  const ended = await desk.trades.finish(
    trade.id,
    epoch,
    fills.length === 0
      ? { state: 'abandoned', reason, foundNet: undefined }
      : {
          state: exposed ? 'exposed' : 'settled',
          realisedNet: outcome.realisedNet,
          // What is left over is worth what it would bring: an open position is not a loss yet.
          realisedUsdt: [
            { asset: trade.asset, amount: outcome.realisedNet },
            ...outcome.residual,
          ].reduce((sum, left) => sum + desk.worthUsdt(left), 0),
          residual: outcome.residual,
          reason: exposed && reason === '' ? 'legs filled unevenly' : reason,
        },
  )
  if (ended !== undefined) await desk.announce(ended)
}

async function abandon(
  desk: TradeDesk,
  trade: Trade,
  epoch: number,
  reason: string,
  foundNet: bigint | undefined,
): Promise<void> {
  const ended = await desk.trades.finish(trade.id, epoch, { state: 'abandoned', reason, foundNet })
  if (ended !== undefined) await desk.announce(ended)
}

/** Harmless to call again: only the worker whose claim holds does anything. */
export async function executeTrade(desk: TradeDesk, id: string): Promise<void> {
  const claim = await desk.trades.claim(id, desk.worker, leaseMs)
  if (claim.outcome !== 'claimed') return
  const { trade, epoch } = claim
  // A worker died between the legs: their prices are gone, so what was done is booked as it stands.
  if (trade.state === 'executing')
    return finish(desk, trade, epoch, { fills: trade.fills, faults: ['interrupted between legs'] })

  const priced = await desk.reprice(trade)
  if (priced.outcome === 'gone') return abandon(desk, trade, epoch, priced.reason, priced.net)
  const forbidden = await desk.forbidden(trade, priced.notionalUsdt)
  if (forbidden.length > 0) return abandon(desk, trade, epoch, forbidden.join('; '), priced.net)
  const markets = await Promise.all(priced.plan.map((leg) => desk.market(leg)))
  const unlisted = markets.findIndex((market) => market === undefined)
  if (unlisted >= 0)
    return abandon(
      desk,
      trade,
      epoch,
      `${priced.plan[unlisted]?.symbol} is not listed any more`,
      priced.net,
    )

  const begun = await desk.trades.begin(id, epoch, priced.plan, priced.net)
  if (begun.outcome === 'lost') return
  if (begun.outcome === 'short')
    return abandon(desk, trade, epoch, `not enough ${begun.asset} on ${begun.venue}`, priced.net)
  const running: Trade = {
    ...trade,
    state: 'executing',
    plan: priced.plan,
    expectedNet: priced.net,
  }
  await desk.announce(running)
  const send = trade.kind === 'cross' ? sendTogether : sendInTurn
  await finish(desk, running, epoch, await send(desk, running, markets as Market[]))
}
