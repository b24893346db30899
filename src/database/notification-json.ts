// Notifications as JSON in a row, and back: amounts as decimal text, times as ISO text. The schema reads
// rows of an older version too, or says that it cannot.
import { z } from 'zod'
import { baseAmount, price } from '../money.ts'
import type { Notification } from '../notification/notification.ts'
import { transferStates } from '../trade/transfer/transfer.ts'
import { exposureSchema } from './exposure-json.ts'
import {
  amount,
  assetAmount,
  exact,
  kind,
  legPlan,
  listOf,
  maybe,
  moment,
  side,
  transferPlan,
} from './exact-json.ts'

const opportunity = z.object({
  id: z.string(),
  kind,
  route: z.string(),
  venues: listOf(z.string()),
  legs: listOf(legPlan),
  transfer: transferPlan.exactOptional(),
  asset: z.string(),
  notional: amount,
  gross: amount,
  fees: amount,
  net: amount,
  netPercent: z.number(),
  netUsdt: z.number(),
  notionalUsdt: z.number(),
  netAtTop: z.number(),
  identity: z.enum(['same-market', 'contract', 'reviewed', 'price', 'unverified', 'conflict']),
  wallet: z.enum(['not-needed', 'open', 'unknown', 'shut']),
  legSkewMs: z.number(),
  firstSeenAt: moment,
  detectedAt: moment,
  doubts: listOf(z.string()).exactOptional(),
})

const asked = z.object({
  id: z.string(),
  opportunity: z.string(),
  route: z.string(),
  asset: z.string(),
  shownNet: amount,
  shownNotional: amount,
  askedAt: moment,
  expiresAt: moment,
  share: z.number().default(1),
  approvedBy: listOf(z.string()).default([]),
})
const answered = { by: z.string(), at: moment }
const approval = z.discriminatedUnion('state', [
  asked.extend({ state: z.literal('asked') }),
  asked.extend({ state: z.literal('granted'), ...answered, trade: z.string() }),
  asked.extend({ state: z.literal('refused'), ...answered }),
  asked.extend({ state: z.literal('expired'), at: moment }),
  asked.extend({ state: z.literal('superseded'), at: moment, reason: z.string() }),
])

const legFill = z.object({
  venue: z.string(),
  symbol: z.string(),
  side,
  orderId: z.string(),
  filled: exact(baseAmount),
  average: exact(price),
  fee: assetAmount,
  spent: assetAmount,
  received: assetAmount,
  sentAt: moment,
  filledAt: moment,
  role: z.enum(['hedge', 'unwind']).exactOptional(),
})

const send = z.object({
  id: z.string(),
  asset: z.string(),
  network: z.string(),
  from: z.string(),
  to: z.string(),
  amount,
  fee: amount,
  etaMs: z.number(),
  state: z.enum(transferStates),
  leftAt: maybe(moment),
  changedAt: moment,
  arrived: maybe(amount),
  reason: maybe(z.string()),
})

const traded = z.object({
  id: z.string(),
  opportunity: z.string(),
  approval: z.string(),
  route: z.string(),
  kind,
  mode: z.enum(['paper', 'live']),
  asset: z.string(),
  expectedNet: amount,
  notional: amount,
  notionalUsdt: z.number(),
  share: z.number().default(1),
  createdAt: moment,
  plan: listOf(legPlan),
  fills: listOf(legFill),
  transfer: transferPlan.exactOptional(),
  sends: listOf(send).exactOptional(),
  exposure: exposureSchema.exactOptional(),
})
const realised = { at: moment, realisedNet: amount, residual: listOf(assetAmount) }
const trade = z.discriminatedUnion('state', [
  traded.extend({ state: z.literal('approved') }),
  traded.extend({ state: z.literal('executing') }),
  traded.extend({ state: z.literal('settled'), ...realised }),
  traded.extend({ state: z.literal('exposed'), ...realised, reason: z.string() }),
  traded.extend({
    state: z.literal('abandoned'),
    at: moment,
    reason: z.string(),
    foundNet: maybe(amount),
  }),
])

const action = z.object({
  label: z.string(),
  command: z.string(),
  args: z.record(z.string(), z.string()).readonly(),
  style: z.enum(['primary', 'danger', 'plain']),
})

const notification = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opportunity'), opportunity, blocked: maybe(z.string()) }),
  z.object({ kind: z.literal('approval'), approval, opportunity }),
  z.object({ kind: z.literal('trade'), trade }),
  z.object({
    kind: z.literal('alert'),
    severity: z.enum(['P0', 'P1', 'P2']),
    subject: z.string(),
    text: z.string(),
    to: z
      .object({ surface: z.enum(['discord', 'telegram']), chat: z.string() })
      .readonly()
      .exactOptional(),
    repeats: listOf(z.number()).exactOptional(),
    actions: listOf(action).exactOptional(),
    renews: z.literal(true).exactOptional(),
    ends: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal('status'), subject: z.string(), text: z.string() }),
])

export const encodeNotification = (value: Notification): string =>
  JSON.stringify(notification.encode(value))

/** Undefined when the row was written by a version that this one does not understand. */
export function decodeNotification(stored: unknown): Notification | undefined {
  const read = notification.safeParse(stored)
  return read.success ? read.data : undefined
}
