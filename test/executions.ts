// Executions for tests that store or show them: plain values, as the engine makes them.
import type { Market } from '../src/market/market.ts'
import { baseAmount, price, quoteAmount, rate } from '../src/money.ts'
import type { LegPlan, Opportunity } from '../src/opportunity/opportunity.ts'
import { clientOrderIdOf } from '../src/trade/engine/client-order-id.ts'
import type { Execution, Fill, Held, Leg, Role, Terms } from '../src/trade/engine/execution.ts'
import { entriesOf, type LedgerEntry } from '../src/trade/engine/ledger.ts'

const terms: Terms = {
  configVersion: 7,
  sending: 'parallel',
  singleLeg: 'hedge',
  dustMax: 0n,
  spendMax: 101_000_000_000_000_000_001n,
  netMin: 1n,
  slipMax: rate('0.005'),
  bookAgeMsMax: 1000,
  attemptsMax: 2,
  hedgesMax: 3,
  hedgeMsMax: 30_000,
  sendMsMax: 2000,
  openMsMax: 5000,
  resolveMsMax: 60_000,
  answerMsMax: 300_000,
  unanswered: 'hold',
  settleMs: 0,
}

/** As it stands right after the approval. */
export function newExecution(
  { id: opportunity, kind, route, asset, legs, net }: Opportunity,
  trade: { readonly id: string; readonly approval: string },
  at = new Date(),
): Execution {
  return {
    id: trade.id,
    opportunity,
    approval: trade.approval,
    kind,
    mode: 'paper',
    route,
    asset,
    plan: legs,
    transfer: undefined,
    terms,
    expectedNet: net,
    requestLifeMs: {},
    order: [],
    planEnded: false,
    state: 'created',
    reason: undefined,
    version: 0,
    createdAt: at,
    deadline: new Date(at.getTime() + 60_000),
    books: [],
    legs: [],
    sends: [],
    reserved: [],
    held: [],
    imbalancedAt: undefined,
    exposedAt: undefined,
    resolution: undefined,
    unansweredAt: undefined,
    quoteAt: undefined,
    hedgesForgiven: 0,
    accepted: false,
    told: [],
    wakeAt: at,
  }
}

const marketOf = ({ venue, symbol, base, quote, feeRate, feeSource }: LegPlan): Market => ({
  venue,
  symbol,
  base,
  quote,
  priceStep: price('0.000000000000000001'),
  amountStep: baseAmount('0.000000000000000001'),
  amountMin: baseAmount('0.00001'),
  notionalMin: quoteAmount('1'),
  takerFee: { rate: feeRate, source: feeSource, paidIn: 'received' },
  active: true,
})

/** An order of that step of the plan, written down and not sent. */
export function intentOf(
  { id, mode, plan, createdAt }: Execution,
  step: number,
  role: Role = 'primary',
): Leg {
  const leg = plan[step]
  if (leg === undefined) throw new Error(`there is no step ${step}`)
  const back = leg.side === 'buy' ? 'sell' : 'buy'
  return {
    clientOrderId: clientOrderIdOf({ mode, execution: id, role, step, attempt: 1 }),
    role,
    step,
    attempt: 1,
    market: marketOf(leg),
    side: role === 'unwind' ? back : leg.side,
    amount: leg.amount,
    limit: leg.limit,
    state: 'intent',
    reason: undefined,
    createdAt,
    sentAt: undefined,
    notAfter: undefined,
    ackedAt: undefined,
    unknownSince: undefined,
    endedAt: undefined,
    orderId: undefined,
    seen: undefined,
    fills: [],
    proof: undefined,
    reads: 0,
    readAt: undefined,
    checkedAt: undefined,
  }
}

/** It may leave for as long as a slow machine needs, and longer. */
export const sent = (leg: Leg, at: Date): Leg => ({
  ...leg,
  state: 'sending',
  sentAt: at,
  notAfter: new Date(at.getTime() + 86_400_000),
})

/** Everything it asked for, at its limit, in one print. */
export function filled(leg: Leg, at: Date): Leg {
  const { market, side, amount, limit, clientOrderId } = leg
  const orderId = leg.orderId ?? `v-${clientOrderId}`
  const asset = side === 'buy' ? market.base : market.quote
  const fill: Fill = {
    tradeId: `t-${clientOrderId}`,
    orderId,
    amount,
    price: limit,
    fee: { asset, amount: 1000n },
    at,
  }
  return { ...leg, state: 'filled', orderId, fills: [fill], endedAt: at }
}

/** What the fills of this leg moved. */
export const entriesOfLeg = (execution: Execution, leg: Leg): readonly LedgerEntry[] =>
  leg.fills.flatMap((fill) => entriesOf(execution.id, leg.market, leg.side, fill))

/** What each step of the plan spends, set aside. */
export const spendsOf = ({ plan }: Execution): readonly Held[] =>
  plan.map(({ venue, spends }) => ({ venue, ...spends }))
