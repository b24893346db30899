// The legs of a plan: what would be bought and sold where, for people and for `--json`.
import { format, toNumber, type AssetAmount } from '../money.ts'
import type { FeeSource } from '../market/market.ts'
import type { LegPlan } from '../opportunity/opportunity.ts'
import { amountText, percentText, priceText } from './amount-text.ts'
import type { CardTable } from './card.ts'
import { durationText } from './time-text.ts'

/** Where a fee rate came from, so that a guess never looks like knowledge. */
function feeSourceText(source: FeeSource): string {
  switch (source) {
    case 'account':
      return 'your tier'
    case 'market':
      return 'market'
    case 'venue':
      return 'venue'
    case 'default':
      return 'assumed'
  }
}

/** "0.10 % (venue)". */
export const feeRateText = (share: number, source: FeeSource): string =>
  `${percentText(share * 100).replace('+', '')} (${feeSourceText(source)})`

const assetText = ({ asset, amount }: AssetAmount): string => `${amountText(amount)} ${asset}`

/** One row a leg: what to do, at which price, for which fee, on how old a book. */
export const legPlanTable = (legs: readonly LegPlan[]): CardTable => ({
  columns: ['leg', 'venue', 'amount', 'price', 'fee', 'rate from', 'age'],
  rows: legs.map((leg, i) => [
    `${i + 1} ${leg.side}`,
    leg.venue,
    assetText({ asset: leg.base, amount: leg.amount }),
    `${priceText(leg.average)} ${leg.quote}`,
    `${amountText(leg.fee.amount, 4)} ${leg.fee.asset}`,
    feeRateText(toNumber(leg.feeRate), leg.feeSource),
    durationText(leg.bookAgeMs),
  ]),
})

/** Exact, as decimal strings. */
export const legPlanJson = (leg: LegPlan) => ({
  venue: leg.venue,
  symbol: leg.symbol,
  side: leg.side,
  amount: format(leg.amount),
  price: format(leg.average),
  limit: format(leg.limit),
  notional: format(leg.notional),
  fee: format(leg.fee.amount),
  fee_asset: leg.fee.asset,
  fee_rate: format(leg.feeRate),
  fee_source: leg.feeSource,
  spends: { asset: leg.spends.asset, amount: format(leg.spends.amount) },
  receives: { asset: leg.receives.asset, amount: format(leg.receives.amount) },
  book_age_ms: Math.round(leg.bookAgeMs),
})
