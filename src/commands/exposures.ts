// Open positions that trades left behind, wherever they are shown.
import { format } from '../money.ts'
import { amountText } from '../notification/amount-text.ts'
import type { CardTable } from '../notification/card.ts'
import { sinceText } from '../notification/time-text.ts'
import { openPositionsOf } from '../trade/open-position.ts'
import type { Trade } from '../trade/trade.ts'

const endOf = (trade: Trade): Date => ('at' in trade ? trade.at : trade.createdAt)

const positionsOf = (exposed: readonly Trade[]) =>
  exposed.flatMap((trade) =>
    openPositionsOf(trade).map((position) => ({ ...position, trade: trade.id, at: endOf(trade) })),
  )

export const exposureTable = (exposed: readonly Trade[], now: Date): CardTable => ({
  columns: ['OPEN POSITION', 'left by trade', 'on', 'since'],
  rows: positionsOf(exposed).map(({ asset, amount, venues, trade, at }) => [
    `${amountText(amount)} ${asset}`,
    trade,
    venues.join(', '),
    sinceText(at, now),
  ]),
})

export const exposureJson = (exposed: readonly Trade[]) =>
  positionsOf(exposed).map(({ trade, asset, amount, venues, at }) => ({
    trade,
    asset,
    amount: format(amount),
    venues,
    ended_at: at.toISOString(),
  }))
