// What the venues themselves say after a chaos run: every order and print they know, exact.
import { z } from 'zod'
import { parseDecimal } from '../../src/money.ts'

const exact = z.string().transform(parseDecimal)

const print = z.object({
  id: z.string(),
  price: exact,
  amount: exact,
  feeAsset: z.string(),
  fee: exact,
})
const order = z.object({
  id: z.string(),
  clientId: z.string(),
  symbol: z.string(),
  side: z.enum(['buy', 'sell']),
  price: exact,
  amount: exact,
  state: z.string(),
  prints: z.array(print),
})
const venue = z.object({
  accounts: z.array(
    z.object({
      starting: z.record(z.string(), exact),
      balances: z.record(z.string(), z.object({ free: exact, held: exact })),
    }),
  ),
  orders: z.array(order),
  arrivals: z.record(z.string(), z.number()),
})
const books = z.object({ venues: z.record(z.string(), venue) })

export type VenueBooks = z.output<typeof books>['venues']
export type VenuePrint = z.output<typeof print>
export type VenueOrder = z.output<typeof order>

/** @throws Error when the venue servers are gone. */
export async function readVenueBooks(venuesUrl: string): Promise<VenueBooks> {
  const response = await fetch(`${venuesUrl}/simulator/orders`)
  return books.parse(await response.json()).venues
}
