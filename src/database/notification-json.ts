// Notifications as JSON in a row, and back: amounts as decimal text, times as ISO text. The schema reads
// rows of an older version too, or says that it cannot.
import { z } from 'zod'
import { baseAmount, format, parseDecimal, price, quoteAmount, rate } from '../money.ts'
import type { Notification } from '../notification/notification.ts'

/** As format() writes it and parseDecimal() reads it: checked, so that reading never throws. */
const decimalText = z
  .string()
  .max(60)
  .regex(/^-?\d+(\.\d+)?$/)

/** Decimal text in the row, an exact number in the code. */
const exact = <T extends bigint>(decode: (text: string) => T) =>
  z.codec(
    decimalText,
    z.custom<T>((value) => typeof value === 'bigint'),
    { decode, encode: (value) => format(value) },
  )
const amount = exact(parseDecimal)
const moment = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (at) => at.toISOString(),
})

// JSON has no undefined: null stands for it.
const maybeText = z.codec(z.string().nullable(), z.custom<string | undefined>(), {
  decode: (text) => text ?? undefined,
  encode: (text) => text ?? null,
})
const maybeAmount = z.codec(decimalText.nullable(), z.custom<bigint | undefined>(), {
  decode: (text) => (text === null ? undefined : parseDecimal(text)),
  encode: (value) => (value === undefined ? null : format(value)),
})
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).readonly()

const assetAmount = z.object({ asset: z.string(), amount })
const kind = z.enum(['cross', 'cycle'])
const side = z.enum(['buy', 'sell'])

const legPlan = z.object({
  venue: z.string(),
  symbol: z.string(),
  base: z.string(),
  quote: z.string(),
  side,
  amount: exact(baseAmount),
  limit: exact(price),
  average: exact(price),
  notional: exact(quoteAmount),
  fee: assetAmount,
  feeRate: exact(rate),
  feeSource: z.enum(['account', 'market', 'venue', 'default']),
  spends: assetAmount,
  receives: assetAmount,
  bookAgeMs: z.number(),
})

const opportunity = z.object({
  id: z.string(),
  kind,
  route: z.string(),
  venues: listOf(z.string()),
  legs: listOf(legPlan),
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
  createdAt: moment,
  plan: listOf(legPlan),
  fills: listOf(legFill),
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
    foundNet: maybeAmount,
  }),
])

const notification = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opportunity'), opportunity, blocked: maybeText }),
  z.object({ kind: z.literal('approval'), approval, opportunity }),
  z.object({ kind: z.literal('trade'), trade }),
  z.object({
    kind: z.literal('alert'),
    severity: z.enum(['P0', 'P1', 'P2']),
    subject: z.string(),
    text: z.string(),
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
