// What of an execution needs no column of its own, as JSON documents. `format` is their version: another
// version of the desk must not drive what it cannot read.
import { z } from 'zod'
import { baseAmount, price, quoteAmount, rate } from '../money.ts'
import type { Market } from '../market/market.ts'
import type { Execution, Leg } from '../trade/engine/execution.ts'
import { transferStates } from '../trade/transfer/transfer.ts'
import {
  amount,
  exact,
  feeSource,
  kind,
  legPlan,
  listOf,
  maybe,
  moment,
  side,
  transferPlan,
} from './exact-json.ts'

/** Raised when an older program could not drive what this one writes. */
export const engineVersion = 2

const market = z.object({
  venue: z.string(),
  symbol: z.string(),
  base: z.string(),
  quote: z.string(),
  priceStep: exact(price),
  amountStep: exact(baseAmount),
  amountMin: exact(baseAmount),
  notionalMin: exact(quoteAmount),
  takerFee: z.object({
    rate: exact(rate),
    source: feeSource,
    paidIn: z.enum(['received', 'quote']),
  }),
  active: z.boolean(),
})

const progress = z.object({
  seen: maybe(
    z.object({ state: z.enum(['open', 'closed', 'cancelled']), filled: exact(baseAmount) }),
  ),
  proof: maybe(
    z.object({
      deadAt: moment,
      absentAt: listOf(moment),
      notOpenAt: maybe(moment),
      noFillAt: maybe(moment),
      balancedAt: maybe(moment),
    }),
  ),
  reads: z.number(),
  readAt: maybe(moment),
  checkedAt: maybe(moment),
})

const policy = z.enum(['hedge', 'reverse', 'proceed', 'hold'])
const terms = z.object({
  configVersion: z.number(),
  sending: z.enum(['parallel', 'flakier-first']),
  singleLeg: policy,
  dustMax: amount,
  spendMax: amount,
  netMin: amount,
  slipMax: exact(rate),
  bookAgeMsMax: z.number(),
  attemptsMax: z.number(),
  hedgesMax: z.number(),
  hedgeMsMax: z.number(),
  sendMsMax: z.number(),
  openMsMax: z.number(),
  resolveMsMax: z.number(),
  settleMs: z.number(),
  answerMsMax: z.number(),
  unanswered: policy,
})

const resolution = z.object({
  exposedAt: moment,
  choice: z.enum(['hedge', 'reverse', 'proceed', 'hold', 'retry', 'accept']),
  by: z.string(),
  at: moment,
  answer: maybe(z.string()),
  limits: listOf(
    z.object({ role: z.enum(['hedge', 'unwind']), step: z.number(), side, limit: exact(price) }),
  ),
})

const heldList = listOf(z.object({ venue: z.string(), asset: z.string(), amount }))

const send = z.object({
  id: z.string(),
  part: z.enum(['out', 'back']),
  amount,
  fee: amount,
  state: z.enum(transferStates),
  reason: maybe(z.string()),
  gone: amount,
  arrived: amount,
  changedAt: moment,
  readAt: maybe(moment),
})

const document = z.object({
  format: z.union([z.literal(1), z.literal(engineVersion)]),
  kind,
  route: z.string(),
  asset: z.string(),
  plan: listOf(legPlan),
  transfer: maybe(transferPlan.extend({ usdtOfOne: z.number() })),
  sends: listOf(send),
  terms,
  expectedNet: amount,
  requestLifeMs: z.record(z.string(), z.number()).readonly(),
  order: listOf(listOf(z.number())),
  planEnded: z.boolean(),
  books: listOf(
    z.object({
      venue: z.string(),
      symbol: z.string(),
      ageMs: z.number(),
      synced: z.boolean(),
      crossed: z.boolean(),
    }),
  ),
  reserved: heldList,
  held: heldList,
  imbalancedAt: maybe(moment),
  exposedAt: maybe(moment),
  resolution: maybe(resolution),
  unansweredAt: maybe(moment),
  quoteAt: maybe(moment),
  hedgesForgiven: z.number(),
  accepted: z.boolean(),
  told: listOf(z.string()),
})

export type ExecutionDocument = Omit<z.output<typeof document>, 'format'>
export type LegProgress = z.output<typeof progress>

/** Whatever else the value has is a column. */
export const encodeDocument = (execution: Execution): string =>
  JSON.stringify(document.encode({ ...execution, format: engineVersion }))
export const encodeProgress = (leg: Leg): string => JSON.stringify(progress.encode(leg))
export const encodeMarket = (value: Market): string => JSON.stringify(market.encode(value))

/** What executions had not yet when they were written by a desk before people could decide. */
const undecided = { resolution: null, unansweredAt: null }
const nobodyAsked = { answerMsMax: 0, unanswered: 'hold' }

/** Before there were transfer trades. */
const sendsNothing = { transfer: null, sends: [] }

/** @throws when another version of the desk wrote it. */
export function decodeDocument(stored: unknown): ExecutionDocument {
  const { terms: agreed, ...rest } = stored as z.input<typeof document>
  const whole = { ...undecided, ...sendsNothing, ...rest, terms: { ...nobodyAsked, ...agreed } }
  const { format: _, ...read } = document.decode(whole)
  return read
}
export const decodeProgress = (stored: unknown): LegProgress =>
  progress.decode(stored as z.input<typeof progress>)
export const decodeMarket = (stored: unknown): Market =>
  market.decode(stored as z.input<typeof market>)
