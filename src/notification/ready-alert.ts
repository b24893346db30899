// What people are told once the desk has looked at every venue account and may take new risk again.
import type { Looked } from '../trade/reconcile/look-at-venue.ts'
import type { Released } from '../trade/reconcile/reconcile-store.ts'
import type { Notification } from './notification.ts'

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`

type Found = {
  /** "after a start" */
  readonly why: string
  readonly looked: readonly Looked[]
  readonly released: readonly Released[]
  /** Executions that were under way. */
  readonly open: number
}

/** What differs from what was remembered, a sentence each. */
function diffOf({ looked, released }: Found): readonly string[] {
  return [
    ...looked.flatMap((one): string[] => {
      const { venue, outcome } = one
      if (outcome === 'quarantined') return [`${venue} is quarantined: ${one.reason}.`]
      const orphans = one.strays.filter(({ kind }) => kind === 'orphan').length
      const foreign = one.strays.length - orphans
      const late = one.rechecked.length
      const external =
        outcome === 'saved' ? one.booked.filter(({ kind }) => kind !== 'adopted').length : 0
      return [
        ...(orphans > 0
          ? [`${venue}: ${counted(orphans, 'order', 'orders')} with our id, never written down.`]
          : []),
        ...(foreign > 0 ? [`${venue}: ${counted(foreign, 'order', 'orders')} of others.`] : []),
        ...(late > 0
          ? [`${venue}: fills of ${counted(late, 'trade', 'trades')} that were not in the books.`]
          : []),
        ...(external > 0
          ? [`${venue}: ${counted(external, 'movement', 'movements')} of money without a trade.`]
          : []),
        ...(outcome === 'saved' && one.standing.state === 'reduce-only'
          ? [`${venue} is reduce-only: ${one.standing.reason ?? ''}.`]
          : []),
        ...(outcome === 'moved' ? [`${venue} is judged at the next look.`] : []),
      ]
    }),
    ...(released.length > 0
      ? [`${counted(released.length, 'amount', 'amounts')} set aside for nothing is free again.`]
      : []),
  ]
}

/** P1 where something was not as the desk remembered it, P2 otherwise. */
export function readyAlert(found: Found): Notification {
  const { looked, open, why } = found
  const adopted = looked.flatMap((one) =>
    one.outcome === 'saved' ? one.booked.filter(({ kind }) => kind === 'adopted') : [],
  ).length
  const diff = diffOf(found)
  return {
    kind: 'alert',
    severity: diff.length === 0 ? 'P2' : 'P1',
    subject: 'The desk is ready',
    text: [
      `${counted(looked.length, 'venue account was', 'venue accounts were')} looked at ${why}.`,
      ...(open > 0
        ? [`${counted(open, 'trade', 'trades')} under way ${open === 1 ? 'goes' : 'go'} on.`]
        : []),
      ...(adopted > 0 ? [`${counted(adopted, 'balance was', 'balances were')} taken over.`] : []),
      ...(diff.length === 0 ? ['Nothing was otherwise than remembered.'] : diff),
    ].join(' '),
  }
}
