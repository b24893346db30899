// Carries one approved trade from the click to the books. Whatever calls it, and however often, the
// claim lets one worker act and a finished trade stays finished.
import { floorToStep, smaller, toNumber, type AssetAmount, type BaseAmount } from '../money.ts'
import type { Market } from '../market/market.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'
import type { Order, OrderGateway, Placement } from './order-gateway.ts'
import { isExposed, outcomeOf, plannedOutcome } from './outcome.ts'
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
  /** What one unit of each asset brings in USDT now; assets nobody can value are absent. */
  readonly values: () => Promise<ReadonlyMap<string, number>>
  readonly announce: (trade: Trade) => Promise<void>
}

const leaseMs = 30_000
/** Rounding leaves less than this on a leg; more is an open position. */
const dustUsdt = 1

const orderIdOf = (trade: Trade, leg: number): string => `${trade.id}-${leg + 1}`

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
    clientOrderId: orderIdOf(trade, index),
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

/** A trade under way: its plan is the re-priced one. */
type Running = {
  readonly trade: Trade
  readonly epoch: number
  readonly markets: readonly Market[]
}

type Sent = { readonly fills: readonly LegFill[]; readonly faults: readonly string[] }

type SentLeg = {
  readonly placement: Placement
  /** False when another worker has taken the trade over meanwhile. */
  readonly ours: boolean
}

/** Sends one leg and books what it did at once, so that a crash between the legs leaves a record. */
async function sendLeg(
  desk: TradeDesk,
  { trade, epoch, markets }: Running,
  index: number,
  arrived?: bigint,
): Promise<SentLeg> {
  const leg = trade.plan[index] as LegPlan
  const order = orderFor(trade, index, leg, markets[index] as Market, arrived)
  const { clientOrderId } = order
  const placement = await desk.gateway.place(order).catch((error: unknown): Placement => ({
    outcome: 'unknown',
    clientOrderId,
    reason: String(error),
  }))
  const fill = fillOf(placement)
  if (fill === undefined) return { placement, ours: true }
  // What cannot be booked now is booked again at the end: the other legs must not wait for it.
  const booked = await desk.trades.addFill(trade.id, epoch, fill).catch(() => undefined)
  return { placement, ours: booked?.outcome !== 'lost' }
}

/** Two legs on two venues go out together: whichever fails, the other's result is still read. */
async function sendTogether(desk: TradeDesk, running: Running): Promise<Sent> {
  const { plan } = running.trade
  const sent = await Promise.all(plan.map((_, index) => sendLeg(desk, running, index)))
  return {
    fills: sent.flatMap(({ placement }) => fillOf(placement) ?? []),
    faults: sent.flatMap(({ placement }, i) => whyNot(placement, plan[i] as LegPlan) ?? []),
  }
}

/** A cycle's legs go one after the other, each from what the one before delivered. */
async function sendInTurn(desk: TradeDesk, running: Running): Promise<Sent> {
  const fills: LegFill[] = []
  let arrived: bigint | undefined
  for (const [index, leg] of running.trade.plan.entries()) {
    const { placement, ours } = await sendLeg(desk, running, index, arrived)
    const fill = fillOf(placement)
    if (fill === undefined) return { fills, faults: [whyNot(placement, leg) ?? 'no fill'] }
    fills.push(fill)
    arrived = fill.received.amount
    if (!ours) return { fills, faults: ['another worker took the trade over'] }
  }
  return { fills, faults: [] }
}

async function finish(desk: TradeDesk, trade: Trade, epoch: number, sent: Sent): Promise<void> {
  const { fills, faults } = sent
  for (const fill of fills) await desk.trades.addFill(trade.id, epoch, fill)
  const reason = faults.join('; ')
  if (fills.length === 0) return abandon(desk, trade, epoch, reason, trade.expectedNet)
  const values = await desk.values()
  const worthUsdt = ({ asset, amount }: AssetAmount): number | undefined => {
    const value = values.get(asset)
    return value === undefined ? undefined : toNumber(amount) * value
  }
  const outcome = outcomeOf(fills, trade.asset)
  const { realisedNet, residual } = outcome
  const exposed = isExposed(outcome, plannedOutcome(trade.plan, trade.asset), worthUsdt, dustUsdt)
  // What is left over is worth what it would bring: an open position is not a loss yet.
  const changes: readonly AssetAmount[] = [{ asset: trade.asset, amount: realisedNet }, ...residual]
  const ended = await desk.trades.finish(trade.id, epoch, {
    state: exposed ? 'exposed' : 'settled',
    realisedNet,
    realisedUsdt: changes.reduce((sum, change) => sum + (worthUsdt(change) ?? 0), 0),
    residual,
    reason: exposed && reason === '' ? 'legs filled unevenly' : reason,
  })
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
  const sent = await send(desk, { trade: running, epoch, markets: markets as Market[] })
  await finish(desk, running, epoch, sent)
}
