// What people are told when a venue and the desk do not remember the same.
import { format } from '../money.ts'
import type { VenueId } from '../market/market.ts'
import type { Flow, FlowKind, Stray } from '../trade/reconcile/difference.ts'
import type { Released, Standing, StandingState } from '../trade/reconcile/reconcile-store.ts'
import type { Notification } from './notification.ts'

const orderText = ({ side, amount, filled, symbol, clientOrderId, orderId }: Stray): string =>
  `${side} ${format(amount)} ${symbol}, ${format(filled)} of it filled, id ${clientOrderId} (there ${orderId})`

export const orphanAlert = (stray: Stray): Notification => ({
  kind: 'alert',
  severity: 'P0',
  subject: `Orphan order on ${stray.venue}`,
  text: `${stray.venue} has an order with an id of this desk that nobody here wrote down (I1): ${orderText(stray)}. ${stray.isOpen ? 'It is being cancelled; n' : 'N'}o new risk is taken until an operator says "risk reset orphan-order". Is a second desk using this account, or was the database restored?`,
})

export const foreignAlert = (stray: Stray): Notification => ({
  kind: 'alert',
  severity: 'P2',
  subject: `Another's order on ${stray.venue}`,
  text: `Somebody trades on this account beside the desk: ${orderText(stray)}. It is left alone, and what it holds is not counted as free.`,
})

const flowText: Readonly<Record<FlowKind, string>> = {
  deposit: 'a deposit',
  withdrawal: 'a withdrawal',
  'manual-trade': 'a trade by hand',
  'orphan-order': 'an order that nobody here wrote down',
  small: 'interest, an airdrop or coins turned into others',
  'new-asset': 'an airdrop or a first deposit',
  adopted: 'taken over as the account has it',
  accepted: 'unexplained, and accepted by an operator',
}

const signed = (amount: bigint): string => `${amount > 0n ? '+' : ''}${format(amount)}`

const sumsOf = (flows: readonly Flow[]): readonly string[] =>
  [...Map.groupBy(flows, ({ kind, asset }) => `${kind} ${asset}`).values()].map((same) => {
    const [{ kind, asset }] = same as [Flow]
    const sum = same.reduce((total, { amount }) => total + amount, 0n)
    return `${signed(sum)} ${asset} (${flowText[kind]})`
  })

export const flowsAlert = (venue: VenueId, flows: readonly Flow[]): Notification => ({
  kind: 'alert',
  severity: 'P2',
  subject: `Money moved on ${venue} without a trade`,
  text: `${sumsOf(flows).join(', ')}. It is booked as paid in or out, and is no profit.`,
})

/** Undefined: it is no news. */
export function standingAlert(
  was: StandingState | undefined,
  { venue, state, reason }: Standing,
): Notification | undefined {
  if ((was ?? 'ok') === state) return undefined
  const told = (severity: 'P1' | 'P2', subject: string, text: string): Notification => ({
    kind: 'alert',
    severity,
    subject,
    text,
  })
  switch (state) {
    case 'ok':
      return told(
        'P2',
        `${venue} agrees with the ledger again`,
        'It may be traded on again, as far as limits and breakers allow.',
      )
    case 'reduce-only':
      return told(
        'P1',
        `${venue} is reduce-only`,
        `${reason ?? ''}, twice in a row and unexplained. No new risk goes there; what is open is still brought home.`,
      )
    case 'quarantined':
      return told(
        'P1',
        `${venue} is quarantined`,
        `Its account cannot be read: ${reason ?? ''}. No new risk goes there; what is open there is still looked after.`,
      )
  }
}

export const releasedAlert = (released: readonly Released[]): Notification => ({
  kind: 'alert',
  severity: 'P2',
  subject: 'Money set aside for nothing is free again',
  text: released
    .map(
      ({ trade, venue, asset, amount }) => `${format(amount)} ${asset} on ${venue}, trade ${trade}`,
    )
    .join('; '),
})
