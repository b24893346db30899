// How exact amounts, times and plans lie in a JSON document: amounts as decimal text, times as ISO text,
// null for undefined. Checked when read, so that reading never throws.
import { z } from 'zod'
import { baseAmount, format, parseDecimal, price, quoteAmount, rate } from '../money.ts'

/** As format() writes it and parseDecimal() reads it. */
const decimalText = z
  .string()
  .max(60)
  .regex(/^-?\d+(\.\d+)?$/)

/** Decimal text in the row, an exact number in the code. */
export const exact = <T extends bigint>(decode: (text: string) => T) =>
  z.codec(
    decimalText,
    z.custom<T>((value) => typeof value === 'bigint'),
    { decode, encode: (value) => format(value) },
  )
export const amount = exact(parseDecimal)
export const moment = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (at) => at.toISOString(),
})

/** JSON has no undefined: null stands for it. */
export const maybe = <Item extends z.ZodType>(item: Item) =>
  z.codec(item.nullable(), z.custom<z.output<Item> | undefined>(), {
    decode: (value) => (value ?? undefined) as z.output<Item> | undefined,
    encode: (value) => value ?? null,
  })
export const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).readonly()

export const assetAmount = z.object({ asset: z.string(), amount })
export const kind = z.enum(['cross', 'cycle', 'transfer'])
export const side = z.enum(['buy', 'sell'])
export const feeSource = z.enum(['account', 'market', 'venue', 'default'])

const sendPlan = z.object({
  asset: z.string(),
  network: z.string(),
  from: z.string(),
  to: z.string(),
  fee: amount,
  min: amount,
  minutes: z.number(),
})
export const transferPlan = z.object({
  out: sendPlan,
  back: sendPlan,
  riskShare: maybe(z.number()),
})

export const legPlan = z.object({
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
  feeSource,
  spends: assetAmount,
  receives: assetAmount,
  bookAgeMs: z.number(),
})
