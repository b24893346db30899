// Everything that every venue saw, exact and in plain words, for whoever checks a run against it.
import { format } from '../../money.ts'
import type { PrivateSide } from './private-calls.ts'
import { costOf, filledOf, type SpotOrder } from './spot-order.ts'
import type { Transfer } from './transfers.ts'

const orderEntry = (order: SpotOrder) => ({
  id: order.id,
  clientId: order.clientId,
  apiKey: order.apiKey,
  symbol: order.market.symbol,
  side: order.side,
  price: format(order.price),
  amount: format(order.amount),
  timeInForce: order.timeInForce,
  state: order.state,
  filled: format(filledOf(order)),
  cost: format(costOf(order)),
  createdMs: order.createdMs,
  updatedMs: order.updatedMs,
  prints: order.prints.map(({ id, price, amount, fee, isMaker, timeMs }) => ({
    id,
    price: format(price),
    amount: format(amount),
    feeAsset: fee.asset,
    fee: format(fee.amount),
    isMaker,
    timeMs,
  })),
})

const transferEntry = ({ amount, fee, ...rest }: Transfer) => ({
  ...rest,
  amount: format(amount),
  fee: format(fee),
})

function venueEntry(venue: string, { desk, transfers, arrivals }: PrivateSide) {
  return {
    accounts: desk.accounts
      .filter(({ key }) => key.accountOf === undefined)
      .map(({ key, starting, holdings, permissions }) => ({
        apiKey: key.apiKey,
        permissions,
        starting: Object.fromEntries(
          Object.entries(starting).map(([asset, amount]) => [asset, format(amount)]),
        ),
        balances: Object.fromEntries(
          holdings
            .all()
            .map(({ asset, free, held }) => [asset, { free: format(free), held: format(held) }]),
        ),
      })),
    orders: desk.history().map(orderEntry),
    withdrawals: transfers
      .all()
      .filter((one) => one.venue === venue)
      .map(transferEntry),
    /** How often each client id arrived in a placement or a withdrawal, refused ones included. */
    arrivals: Object.fromEntries(arrivals),
  }
}

/** Faults do not touch it: balances are what they are, and forgotten orders are there. */
export const auditOf = (
  served: ReadonlyMap<string, { readonly desk: PrivateSide | undefined }>,
): object => ({
  venues: Object.fromEntries(
    [...served].flatMap(([venue, { desk }]) =>
      desk === undefined ? [] : [[venue, venueEntry(venue, desk)]],
    ),
  ),
})
