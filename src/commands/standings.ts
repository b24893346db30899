// How each venue's account stands beside the ledger, for the commands that show it.
import { format } from '../money.ts'
import { amountText } from '../notification/amount-text.ts'
import type { CardTable } from '../notification/card.ts'
import { sinceText } from '../notification/time-text.ts'
import type { Standing } from '../trade/reconcile/reconcile-store.ts'

const lookedText = ({ lookedAt }: Standing, now: Date): string =>
  lookedAt === undefined ? 'never' : sinceText(lookedAt, now)

const differenceText = ({ differences, state }: Standing): string => {
  if (state === 'quarantined') return 'unknown'
  if (differences.length === 0) return 'none'
  return differences
    .map(({ asset, amount }) => `${amount > 0n ? '+' : ''}${amountText(amount, 8)} ${asset}`)
    .join(', ')
}

/** Undefined where orders fill on this machine: nobody has an account then. */
export function standingTable(standings: readonly Standing[], now: Date): CardTable | undefined {
  if (standings.length === 0) return undefined
  return {
    columns: ['account', 'state', 'looked at', 'beside the ledger', 'orders of others'],
    rows: standings.map((one) => [
      one.venue,
      one.state,
      lookedText(one, now),
      differenceText(one),
      String(one.foreignOrders),
    ]),
  }
}

/** What keeps new risk from a venue, a line each. */
export const standingLines = (standings: readonly Standing[]): readonly string[] =>
  standings.flatMap(({ venue, state, reason }) =>
    state === 'ok' ? [] : [`${venue} is ${state}: ${reason ?? ''}. No new risk goes there.`],
  )

export const standingJson = (standings: readonly Standing[]) =>
  standings.map(({ venue, state, reason, lookedAt, agreedAt, differences, foreignOrders }) => ({
    venue,
    state,
    reason: reason ?? null,
    looked_at: lookedAt?.toISOString() ?? null,
    agreed_at: agreedAt?.toISOString() ?? null,
    differences: differences.map(({ asset, amount, sightings, since }) => ({
      asset,
      amount: format(amount),
      sightings,
      since: since.toISOString(),
    })),
    foreign_orders: foreignOrders,
  }))
