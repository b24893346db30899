// What bringing an open position home would come to, worked out as the engine itself would go about it:
// each order is taken as filled at what the book shows, until nothing is open.
import {
  cost,
  floorToStep,
  format,
  portion,
  type AssetAmount,
  type BaseAmount,
  type Price,
} from '../../money.ts'
import type { LegPlan } from '../../opportunity/opportunity.ts'
import type { Way, WayChoice, WayOrder } from '../exposure.ts'
import {
  amountFor,
  boundOf,
  changesOf,
  imbalanceOf,
  isTradable,
  passingAssets,
  worthOf,
} from './balance.ts'
import { isFresh, suits } from './bring-home.ts'
import type { Ask } from './effect.ts'
import type { Quote } from './event.ts'
import type { AgreedLimit, Execution, Fill, Leg } from './execution.ts'
import { intentFor } from './intents.ts'
import { flowsOf } from './ledger.ts'
import { costOfReturn } from './send-steps.ts'
import { madeAt } from './sends.ts'

export type AskQuotes = (execution: Execution, asks: readonly Ask[]) => Promise<readonly Quote[]>

/** `limits`: what its orders may fill at, should somebody agree to it. */
export type PricedWay = { readonly way: Way; readonly limits: readonly AgreedLimit[] }

type Step = { readonly leg: Leg; readonly order: WayOrder; readonly isBeyond: boolean }

function feeOf({ market, side }: Leg, amount: BaseAmount, at: Price): Fill['fee'] {
  const { rate, paidIn } = market.takerFee
  const isBase = side === 'buy' && paidIn === 'received'
  const paid: bigint = isBase ? amount : cost(at, amount, 'up')
  return { asset: isBase ? market.base : market.quote, amount: portion(paid, rate, 'up') }
}

/** The order as it would have filled: a value to add up with, never written down. */
function filledAt(leg: Leg, at: Price): Leg {
  const { clientOrderId, amount, createdAt } = leg
  const fill: Fill = {
    tradeId: clientOrderId,
    orderId: clientOrderId,
    amount,
    price: at,
    fee: feeOf(leg, amount, at),
    at: createdAt,
  }
  return { ...leg, state: 'filled', fills: [fill] }
}

/** A price may slip from what was seen as far as one may from the plan. */
const limitNear = (execution: Execution, { step, side, market, average }: Quote): Price =>
  boundOf({ ...(execution.plan[step] as LegPlan), average }, side, execution.terms.slipMax, market)

function stepOf(execution: Execution, ask: Ask, quote: Quote, at: Date): Step | undefined {
  const { market, average, worst, side } = quote
  const limit = limitNear(execution, quote)
  const amount = floorToStep(amountFor(ask, market, limit), market.amountStep)
  if (!isTradable(market, amount, limit)) return undefined
  const { role, step } = ask
  const leg = intentFor(execution, { role, step, side, market, amount, limit }, at)
  const { venue, symbol } = market
  const plan = execution.plan[step] as LegPlan
  const bound = boundOf(plan, side, execution.terms.slipMax, market)
  return {
    leg: filledAt(leg, average),
    order: { venue, symbol, side, amount, average },
    isBeyond: side === 'buy' ? worst > bound : worst < bound,
  }
}

/** What an order sets aside at its venue until it has ended. */
function spentBy({ side, amount, limit, market }: Leg): AssetAmount {
  if (side === 'sell') return { asset: market.base, amount }
  const { rate, paidIn } = market.takerFee
  const whole = cost(limit, amount, 'up')
  const fee = paidIn === 'quote' ? portion(whole, rate, 'up') : 0n
  return { asset: market.quote, amount: whole + fee }
}

/**
 * Why its venue would say no to the order; undefined when nothing is known against it. What orders ahead of
 * it bring, which are not sent yet, is there for it.
 */
function whyRefused(ahead: readonly Leg[], leg: Leg, { free, shut }: Quote): string | undefined {
  const { venue } = leg.market
  if (shut !== undefined) return `${venue} takes no orders: ${shut}`
  if (free === undefined) return undefined
  const { asset, amount } = spentBy(leg)
  const flows = ahead
    .filter(({ market }) => market.venue === venue)
    .flatMap(({ market, side, fills }) => fills.flatMap((fill) => flowsOf(market, side, fill)))
  const there = flows.reduce((sum, flow) => (flow.asset === asset ? sum + flow.amount : sum), free)
  if (there >= amount) return undefined
  return `${venue} has ${format(there < 0n ? 0n : there)} ${asset} free of the ${format(amount)} it takes`
}

/** The step that keeps most of the plan's worth, of those that can work; else why none can. */
function bestStep(
  execution: Execution,
  made: readonly Leg[],
  asks: readonly Ask[],
  quotes: readonly Quote[],
  at: Date,
): Step | { readonly refused: readonly string[] } {
  const refused: string[] = []
  const ahead = { ...execution, legs: [...execution.legs, ...made] }
  const steps = quotes.flatMap((quote) => {
    const { role, step: position, side, average } = quote
    const ask = asks.find((one) => {
      return one.role === role && one.step === position && one.side === side
    })
    if (ask === undefined || !isFresh(ahead, quote)) return []
    const step = stepOf(ahead, ask, quote, at)
    const why = step === undefined ? undefined : whyRefused(made, step.leg, quote)
    if (why !== undefined) refused.push(why)
    if (step === undefined || why !== undefined) return []
    return [{ step, worth: worthOf(ahead, ask, average) }]
  })
  const [best] = steps.toSorted((a, b) => (a.worth < b.worth ? 1 : a.worth > b.worth ? -1 : 0))
  return best?.step ?? { refused }
}

const venuesOf = ({ plan }: Execution, asks: readonly Ask[]): string =>
  [...new Set(asks.map(({ step }) => plan[step]?.venue))].join(' and ')

const hasArrived = (execution: Execution): boolean => {
  const out = execution.transfer?.out
  return out !== undefined && madeAt(execution, out.to, out.asset) > 0n
}

/** A coin that was sent can be sold where it came to, and nowhere else. */
function noSuchOrder({ transfer }: Execution, choice: WayChoice, isThere: boolean): string {
  if (transfer !== undefined && choice === 'reverse' && isThere)
    return `the coin is on ${transfer.out.to} by now`
  if (transfer !== undefined && choice === 'proceed' && !isThere)
    return `the coin is still on ${transfer.out.from}`
  return tooSmall(choice)
}

const tooSmall = (choice: WayChoice): string =>
  choice === 'reverse'
    ? 'what is open is too small to be taken back'
    : choice === 'proceed'
      ? 'what is open is too small to go on with'
      : 'what is open is too small for any order'

/**
 * `quote` is asked for each order in turn; what it cannot price makes a way impossible. The execution
 * itself is not changed.
 */
export async function priceWay(
  execution: Execution,
  choice: WayChoice,
  quote: AskQuotes,
): Promise<PricedWay> {
  const impossible = (why: string): PricedWay => ({
    way: { choice, outcome: 'impossible', why },
    limits: [],
  })
  const at = execution.exposedAt ?? execution.createdAt
  const orders: WayOrder[] = []
  const limits: AgreedLimit[] = []
  let isBeyond = false
  const made: Leg[] = []
  // As many orders as there are assets between the two ends of the plan, and one for each that fell short.
  for (let left = 2 * execution.plan.length; left > 0; left--) {
    const ahead = { ...execution, legs: [...execution.legs, ...made] }
    const open = imbalanceOf(ahead)
    if (open === undefined) {
      const net = (changesOf(ahead).get(execution.asset) ?? 0n) - costOfReturn(ahead)
      return { way: { choice, outcome: 'possible', orders, net, isBeyond }, limits }
    }
    const asks = open.asks.filter((ask) => suits(choice, ask))
    if (asks.length === 0) return impossible(noSuchOrder(execution, choice, hasArrived(execution)))
    const step = bestStep(execution, made, asks, await quote(ahead, asks), at)
    if ('refused' in step)
      return impossible(
        step.refused.length > 0
          ? step.refused.join('; ')
          : `${venuesOf(execution, asks)} shows no fresh book that is deep enough`,
      )
    const { role, step: position, side, limit } = step.leg
    if (role === 'primary')
      throw new Error(`${execution.id}: an order home is no order of the plan`)
    orders.push(step.order)
    limits.push({ role, step: position, side, limit })
    isBeyond ||= step.isBeyond
    made.push(step.leg)
  }
  return impossible('it would take too many orders')
}

/** By the plan's own prices: what everything that is open is worth, in the asset of the execution. */
export function openWorth(execution: Execution): bigint {
  const { plan } = execution
  const putIn = plan[0]?.spends.amount ?? 0n
  const changes = changesOf(execution)
  const flows = plan.flatMap(({ spends, receives }) => [spends, receives])
  return passingAssets(execution).reduce((sum, asset) => {
    const passing = flows.find((flow) => flow.asset === asset)?.amount ?? 0n
    const change = changes.get(asset) ?? 0n
    const size = change < 0n ? -change : change
    return passing === 0n ? sum : sum + (size * putIn) / passing
  }, 0n)
}
