// What people are told when a transfer changes its state.
import { reasonOf } from '../trade/transfer/learn.ts'
import type { Transfer, TransferOrder } from '../trade/transfer/transfer.ts'
import { amountText } from './amount-text.ts'
import type { Notification } from './notification.ts'
import { durationText } from './time-text.ts'

const because = ({ facts }: Transfer): string => {
  const reason = reasonOf(facts)
  return reason === undefined ? '' : ` Reason: ${reason}.`
}

/** "100 USDT from kucoin to binance". */
const transferText = ({ order: { amount, asset, from, to } }: Transfer): string =>
  `${amountText(amount)} ${asset} from ${from} to ${to}`

/** What never left: the money of a trade stays that trade's, with what the network would have taken. */
export const stillThereText = ({ fee, asset, from, trade }: TransferOrder): string =>
  trade === undefined
    ? `it is free on ${from} again`
    : `it is still on ${from}, and with the fee of ${amountText(fee, 4)} ${asset} it stays with trade ${trade}`

/** Undefined: whoever asked for it has the answer to that. */
export function transferNotice(transfer: Transfer): Notification | undefined {
  const { state, order } = transfer
  const { id, from, to, network, etaMs } = order
  const what = transferText(transfer)
  switch (state) {
    case 'requested':
    case 'sending':
      return undefined
    case 'in-transit':
      return {
        kind: 'status',
        subject: `Transfer ${id} is on its way`,
        text: `${what} on ${network}; it should take ${durationText(etaMs)}.`,
      }
    case 'credited': {
      const arrived = transfer.facts.deposits[0]?.amount ?? order.amount
      return arrived < order.amount
        ? {
            kind: 'alert',
            severity: 'P1',
            subject: `Transfer ${id} has arrived short`,
            text: `${what}: ${to} credited ${amountText(arrived)} ${order.asset}. Ask ${to} for the rest.`,
          }
        : { kind: 'status', subject: `Transfer ${id} has arrived`, text: `${what}.` }
    }
    case 'rejected':
      return {
        kind: 'alert',
        severity: 'P2',
        subject: `Transfer ${id} did not leave`,
        text: `${what}: ${stillThereText(order)}.${because(transfer)}`,
      }
    case 'unknown':
      return {
        kind: 'alert',
        severity: 'P1',
        subject: `Nobody knows what became of transfer ${id}`,
        text: `${what}: it is looked for at ${from} and is not sent again; until it is found it counts as not free.${because(transfer)} Look at ${from} yourself; if it never left, say "transfers absent ${id}".`,
      }
    case 'stuck':
      return {
        kind: 'alert',
        severity: 'P1',
        subject: `Transfer ${id} is stuck`,
        text: `${what} on ${network} has taken twice the ${durationText(etaMs)} that it should. It counts as in transit and is free nowhere. Ask ${from} what it is waiting for, then ${to}.`,
      }
    case 'returned':
      return {
        kind: 'alert',
        severity: 'P1',
        subject: `Transfer ${id} was returned`,
        text: `${what}: ${from} did not send it, so ${stillThereText(order)}.`,
      }
  }
}
