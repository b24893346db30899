// Executions as an approval would make them, on the markets of simulated venues.
import type { Market } from '../../src/market/market.ts'
import {
  add,
  averagePrice,
  ceilToStep,
  cost,
  floorToStep,
  parseDecimal,
  portion,
  rate,
  subtract,
  type BaseAmount,
  type Price,
  type Rate,
} from '../../src/money.ts'
import type { LegPlan, Side } from '../../src/opportunity/opportunity.ts'
import type { Execution, Kind, Terms } from '../../src/trade/engine/execution.ts'
import { worstSpend } from '../../src/trade/leg-budget.ts'

export type PlannedLeg = { readonly market: Market; readonly side: Side }

/** How far beyond the best price an order of the plan may fill. */
const room = rate('0.002')

const limitFor = ({ market, side }: PlannedLeg, best: Price): Price => {
  const slip = portion(best, room, 'down')
  return side === 'buy'
    ? floorToStep(add(best, slip), market.priceStep)
    : ceilToStep(subtract(best, slip), market.priceStep)
}

function legPlan(leg: PlannedLeg, amount: BaseAmount, best: Price): LegPlan {
  const { market, side } = leg
  const { venue, symbol, base, quote, takerFee } = market
  const buys = side === 'buy'
  const notional = cost(best, amount, buys ? 'up' : 'down')
  const onTop = buys && takerFee.paidIn === 'quote'
  const inBase = buys && !onTop
  const fee = inBase
    ? portion(amount as bigint as Price, takerFee.rate, 'up')
    : portion(notional as bigint as Price, takerFee.rate, 'up')
  const spent = buys ? (onTop ? notional + fee : notional) : amount
  const received = buys ? (inBase ? amount - fee : amount) : notional - fee
  return {
    venue,
    symbol,
    base,
    quote,
    side,
    amount,
    limit: limitFor(leg, best),
    average: averagePrice(notional, amount, buys ? 'up' : 'down'),
    notional,
    fee: { asset: inBase ? base : quote, amount: fee },
    feeRate: takerFee.rate,
    feeSource: takerFee.source,
    spends: { asset: buys ? quote : base, amount: spent },
    receives: { asset: buys ? base : quote, amount: received },
    bookAgeMs: 5,
  }
}

const one = rate('1')

/** The order of a cycle's later leg: as much as `purse` pays for at the limit. */
function amountFrom(leg: PlannedLeg, purse: bigint, best: Price): BaseAmount {
  const { market, side } = leg
  if (side === 'sell') return floorToStep(purse as BaseAmount, market.amountStep)
  const share: Rate = market.takerFee.paidIn === 'quote' ? market.takerFee.rate : rate('0')
  const net = (purse * one) / (one + share)
  return floorToStep(((net * one) / limitFor(leg, best)) as BaseAmount, market.amountStep)
}

/** A plan at the prices `top` gives now. The first leg has `amount`; what follows is sized by it. */
export function planOf(
  kind: Kind,
  legs: readonly PlannedLeg[],
  amount: BaseAmount,
  top: (leg: PlannedLeg) => Price,
  sendFee = 0n,
): readonly LegPlan[] {
  const plan: LegPlan[] = []
  for (const leg of legs) {
    const before = plan.at(-1)
    const best = top(leg)
    if (before === undefined) plan.push(legPlan(leg, amount, best))
    else {
      const arrived = kind === 'cycle' || leg.side === 'sell' ? before.receives.amount : amount
      plan.push(legPlan(leg, amountFrom(leg, arrived - sendFee, best), best))
    }
  }
  return plan
}

/** How the coin of these two legs travels, and the money back. */
export function sampleTransfer([buy, sell]: readonly PlannedLeg[]): NonNullable<
  Execution['transfer']
> {
  if (buy === undefined || sell === undefined) throw new Error('it takes two legs')
  const { venue: from, base, quote } = buy.market
  const to = sell.market.venue
  const way = { min: 0n, minutes: 1 }
  return {
    out: { ...way, asset: base, network: base, from, to, fee: parseDecimal('0.002') },
    back: { ...way, asset: quote, network: quote, from: to, to: from, fee: parseDecimal('0.3') },
    riskShare: undefined,
    usdtOfOne: 1,
  }
}

export const netOf = (plan: readonly LegPlan[]): bigint =>
  (plan.at(-1)?.receives.amount ?? 0n) - (plan[0]?.spends.amount ?? 0n)

const sampleTerms = (plan: readonly LegPlan[]): Terms => {
  const [first] = plan
  const most = first === undefined ? 0n : worstSpend(first)
  return {
    configVersion: 1,
    sending: 'parallel',
    singleLeg: 'hedge',
    dustMax: 0n,
    spendMax: most + most / 50n,
    netMin: -(most / 10n),
    slipMax: rate('0.01'),
    bookAgeMsMax: 1_000,
    attemptsMax: 1,
    hedgesMax: 4,
    hedgeMsMax: 120_000,
    sendMsMax: 2_000,
    openMsMax: 1_500,
    resolveMsMax: 120_000,
    answerMsMax: 30_000,
    unanswered: 'hold',
    settleMs: 1_000,
  }
}

export function sampleExecution(
  id: string,
  kind: Kind,
  plan: readonly LegPlan[],
  now: Date,
  terms: Partial<Terms> = {},
  transfer?: Execution['transfer'],
): Execution {
  return {
    id,
    opportunity: `o${id}`,
    approval: `a${id}`,
    kind,
    mode: 'paper',
    route: `${kind} ${id}`,
    asset: plan[0]?.spends.asset ?? '',
    plan,
    transfer,
    terms: { ...sampleTerms(plan), ...terms },
    expectedNet: netOf(plan) - (transfer?.back.fee ?? 0n),
    requestLifeMs: {},
    order: [],
    state: 'created',
    reason: undefined,
    version: 0,
    createdAt: now,
    deadline: new Date(now.getTime() + 20_000),
    books: [],
    legs: [],
    sends: [],
    reserved: [],
    held: [],
    planEnded: false,
    imbalancedAt: undefined,
    exposedAt: undefined,
    resolution: undefined,
    unansweredAt: undefined,
    quoteAt: undefined,
    hedgesForgiven: 0,
    accepted: false,
    told: [],
    wakeAt: undefined,
  }
}
