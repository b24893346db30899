// What is on its way between our accounts, wherever balances are shown: in no venue's row, and not lost.
import { format } from '../money.ts'
import { amountText } from '../notification/amount-text.ts'
import type { InTransit } from '../trade/transfer/transfer-store.ts'

/** A line each. */
export const inTransitLines = (moving: readonly InTransit[]): readonly string[] =>
  moving.map(
    ({ id, asset, amount, from, to, state }) =>
      `In transit and free nowhere: ${amountText(amount)} ${asset} from ${from} to ${to}${state === 'stuck' ? ', STUCK' : ''} (transfer ${id}).`,
  )

export const inTransitJson = (moving: readonly InTransit[]) =>
  moving.map(({ amount, ...rest }) => ({ ...rest, amount: format(amount) }))
