// What a fill moved, as entries whose sum is nothing: what an account gained, the execution gave, and the
// other way round. Entries are written with the fill they come from and never changed.
import type { Market, VenueId } from '../../market/market.ts'
import { cost } from '../../money.ts'
import type { Side } from '../../opportunity/opportunity.ts'
import type { Fill } from './execution.ts'

export type LedgerEntry = {
  /** Unique for ever: writing it again changes nothing. */
  readonly key: string
  /** Entries of one transaction add up to zero in each asset. */
  readonly transaction: string
  readonly account:
    | { readonly type: 'venue'; readonly venue: VenueId }
    | { readonly type: 'execution'; readonly execution: string }
  readonly asset: string
  readonly amount: bigint
}

/** A change of one account of ours by one fill, fees included. */
export type Flow = { readonly asset: string; readonly amount: bigint }

/** Up to three assets move: the two of the market, and the one the fee was taken in. */
export function flowsOf(
  { base, quote }: Pick<Market, 'base' | 'quote'>,
  side: Side,
  { amount, price, fee }: Pick<Fill, 'amount' | 'price' | 'fee'>,
): readonly Flow[] {
  const flows: readonly Flow[] =
    side === 'buy'
      ? [
          { asset: base, amount },
          { asset: quote, amount: 0n - cost(price, amount, 'up') },
        ]
      : [
          { asset: base, amount: 0n - amount },
          { asset: quote, amount: cost(price, amount, 'down') },
        ]
  return [...flows, { asset: fee.asset, amount: -fee.amount }].filter((flow) => flow.amount !== 0n)
}

export function entriesOf(
  execution: string,
  { venue, symbol, base, quote }: Pick<Market, 'venue' | 'symbol' | 'base' | 'quote'>,
  side: Side,
  fill: Fill,
): readonly LedgerEntry[] {
  const transaction = `${venue} ${symbol} ${fill.tradeId}`
  return flowsOf({ base, quote }, side, fill).flatMap(({ asset, amount }, n): LedgerEntry[] => [
    {
      key: `${transaction} ${n} in`,
      transaction,
      account: { type: 'venue', venue },
      asset,
      amount,
    },
    {
      key: `${transaction} ${n} out`,
      transaction,
      account: { type: 'execution', execution },
      asset,
      amount: -amount,
    },
  ])
}
