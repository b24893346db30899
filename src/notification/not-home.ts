// Money of a transfer trade that is over and has not come back: it lies where the coin was sold, and no more
// is sent.
import { format } from '../money.ts'
import type { VenueId } from '../market/market.ts'
import type { Trade } from '../trade/trade.ts'
import { amountText } from './amount-text.ts'
import type { Notification } from './notification.ts'

type NotHome = {
  readonly asset: string
  readonly amount: bigint
  readonly on: VenueId
  readonly insteadOf: VenueId
  /** Why the last try to send it did not leave, where there was one. */
  readonly reason: string | undefined
}

/** Undefined where everything came home, or may still. */
export function notHomeOf({ state, transfer, fills, sends = [] }: Trade): NotHome | undefined {
  if (transfer === undefined || state !== 'settled') return undefined
  const { asset, from, to } = transfer.back
  const sold = fills.flatMap(({ venue, spent, received }) => [
    { venue, asset: received.asset, amount: received.amount },
    { venue, asset: spent.asset, amount: -spent.amount },
  ])
  const hasLeft = sends.filter((send) => send.state !== 'rejected' && send.state !== 'returned')
  const sent = hasLeft.map((send) => ({
    venue: send.from,
    asset: send.asset,
    amount: -(send.amount + send.fee),
  }))
  const amount = [...sold, ...sent]
    .filter((move) => move.venue === from && move.asset === asset)
    .reduce((sum, move) => sum + move.amount, 0n)
  if (amount <= 0n) return undefined
  const last = sends.findLast((send) => send.from === from && send.asset === asset)
  return { asset, amount, on: from, insteadOf: to, reason: last?.reason }
}

/** "521.29 USDT stayed on binance instead of kucoin". */
const stayedText = ({ asset, amount, on, insteadOf }: NotHome): string =>
  `${amountText(amount)} ${asset} stayed on ${on} instead of ${insteadOf}`

/** One line of the card; empty where everything came home. */
export function notHomeText(trade: Trade): string {
  const one = notHomeOf(trade)
  if (one === undefined) return ''
  const why = one.reason === undefined ? '' : `, for the last transfer did not leave: ${one.reason}`
  return `${stayedText(one)}${why}.`
}

export function notHomeJson(trade: Trade) {
  const one = notHomeOf(trade)
  if (one === undefined) return null
  const { asset, amount, on, insteadOf } = one
  return { asset, amount: format(amount), on, instead_of: insteadOf }
}

/** Told once, when the trade has settled. */
export function notHomeAlert(trade: Trade): Notification | undefined {
  const one = notHomeOf(trade)
  return (
    one && {
      kind: 'alert',
      severity: 'P2',
      subject: `Trade ${trade.id} did not bring all its money home`,
      text: `${notHomeText(trade)} It is free on ${one.on} now, and the desk does not send it again by itself.`,
    }
  )
}
