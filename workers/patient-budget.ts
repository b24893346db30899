// The trading loop asks for copies of many quiet books, which can wait; the sweep that finds the next
// gap cannot. So the loop always leaves what one sweep of the venue weighs.
import { knownExchange } from '../src/exchanges/known-exchanges.ts'
import type { RequestBudget } from '../src/market/request-budget.ts'

export const patientBudget = (budget: RequestBudget): RequestBudget => ({
  ...budget,
  take: (venue, weight, signal) =>
    budget.take(venue, weight, signal, knownExchange(venue)?.weights.sweep),
})
