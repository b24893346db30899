// What is known of an open position as JSON: in a row of its own, and in what people are told of its trade.
import { z } from 'zod'
import { baseAmount, price } from '../money.ts'
import type { Exposure, QuotedWays } from '../trade/exposure.ts'
import { amount, exact, listOf, maybe, moment, side } from './exact-json.ts'

const wayChoice = z.enum(['hedge', 'reverse', 'proceed'])
const policy = z.enum(['hedge', 'reverse', 'proceed', 'hold'])
const choice = z.enum(['hedge', 'reverse', 'proceed', 'hold', 'retry', 'accept'])

const way = z.discriminatedUnion('outcome', [
  z.object({
    choice: wayChoice,
    outcome: z.literal('possible'),
    orders: listOf(
      z.object({
        venue: z.string(),
        symbol: z.string(),
        side,
        amount: exact(baseAmount),
        average: exact(price),
      }),
    ),
    net: amount,
    isBeyond: z.boolean(),
  }),
  z.object({ choice: wayChoice, outcome: z.literal('impossible'), why: z.string() }),
])
const quotedWays = z.object({ at: moment, worthUsdt: maybe(z.number()), ways: listOf(way) })

const facts = z.object({
  open: listOf(z.object({ asset: z.string(), least: amount, most: amount })),
  refusals: listOf(z.string()),
  unanswered: maybe(z.object({ choice: policy, at: moment })),
})

export const exposureSchema = facts.extend({
  since: moment,
  reason: z.string(),
  quoted: maybe(quotedWays),
  decided: maybe(z.object({ choice, by: z.string(), at: moment, cost: maybe(amount) })),
  closedAt: maybe(moment),
})

type Facts = Pick<Exposure, 'open' | 'refusals' | 'unanswered'>

export const encodeFacts = (value: Facts): string => JSON.stringify(facts.encode(value))
export const decodeFacts = (stored: unknown): Facts => facts.decode(stored as z.input<typeof facts>)
export const encodeQuoted = (value: QuotedWays): string => JSON.stringify(quotedWays.encode(value))
export const decodeQuoted = (stored: unknown): QuotedWays =>
  quotedWays.decode(stored as z.input<typeof quotedWays>)
