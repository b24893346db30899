// The money of an audit: balances, ledger and fills against what is on the accounts. Pure.
import type { Leg } from '../../src/trade/engine/execution.ts'
import type { OurBooks } from './our-books.ts'
import type { VenueBooks } from './venue-books.ts'

const one = 10n ** 18n

export const sumsOf = (
  pairs: Iterable<readonly [key: string, amount: bigint]>,
): Map<string, bigint> => {
  const sums = new Map<string, bigint>()
  for (const [key, amount] of pairs) sums.set(key, (sums.get(key) ?? 0n) + amount)
  return sums
}

/** What each fill moved. Where digits beyond the last are lost, they are lost against us. */
export const movesOf = ({
  market,
  side,
  fills,
}: Leg): (readonly [asset: string, amount: bigint])[] =>
  fills.flatMap(({ amount, price, fee }) => {
    const sign = side === 'buy' ? 1n : -1n
    const quote = (amount * price + (side === 'buy' ? one - 1n : 0n)) / one
    return [
      [market.base, sign * amount],
      [market.quote, -sign * quote],
      [fee.asset, -fee.amount],
    ] as const
  })

/** Print by print: what the ledger has under its name is what it moved, and nothing has no print. */
export function checkLedger({ executions, entries }: OurBooks): string[] {
  const booked = sumsOf(
    entries.flatMap(({ transaction, venue, asset, amount }) =>
      venue === undefined ? [] : [[`${transaction} in ${asset}`, amount] as const],
    ),
  )
  const faults: string[] = []
  for (const leg of executions.flatMap(({ legs }) => legs))
    for (const fill of leg.fills) {
      const { venue, symbol } = leg.market
      for (const [asset, amount] of sumsOf(movesOf({ ...leg, fills: [fill] }))) {
        const name = `${venue} ${symbol} ${fill.tradeId} in ${asset}`
        const written = booked.get(name) ?? 0n
        booked.delete(name)
        if (written !== amount)
          faults.push(`${leg.clientOrderId}: ${name} moved ${amount}, our ledger says ${written}`)
      }
    }
  for (const [name, amount] of booked)
    if (amount !== 0n) faults.push(`${name}: our ledger says ${amount}, and no print of ours does`)
  return faults
}

/** Account by account, asset by asset: balance, ledger and fills against what is there. */
export function checkMoney(
  { balances, entries, executions }: OurBooks,
  theirs: VenueBooks,
): string[] {
  const faults: string[] = []
  const sums = sumsOf(
    entries.map(({ transaction, asset, amount }) => [`${transaction} in ${asset}`, amount]),
  )
  for (const [name, sum] of sums) if (sum !== 0n) faults.push(`${name} adds up to ${sum}`)
  const booked = sumsOf(
    entries.flatMap(({ venue, asset, amount }) =>
      venue === undefined ? [] : [[`${venue} ${asset}`, amount] as const],
    ),
  )
  const held = sumsOf(
    executions.flatMap((execution) =>
      execution.held.map(({ venue, asset, amount }) => [`${venue} ${asset}`, amount] as const),
    ),
  )
  const byFills = sumsOf(
    executions.flatMap((execution) =>
      execution.legs.flatMap((leg) =>
        movesOf(leg).map(([asset, amount]) => [`${leg.market.venue} ${asset}`, amount] as const),
      ),
    ),
  )
  for (const [venue, { accounts }] of Object.entries(theirs))
    for (const { starting, balances: real } of accounts)
      for (const asset of new Set([...Object.keys(starting), ...Object.keys(real)])) {
        const name = `${venue} ${asset}`
        const row = balances.find((balance) => balance.venue === venue && balance.asset === asset)
        const there = (real[asset]?.free ?? 0n) + (real[asset]?.held ?? 0n)
        const ours = (row?.free ?? 0n) + (row?.reserved ?? 0n)
        if (there !== ours) faults.push(`${name}: the venue has ${there}, our balance is ${ours}`)
        const byLedger = (starting[asset] ?? 0n) + (booked.get(name) ?? 0n)
        if (there !== byLedger)
          faults.push(`${name}: the venue has ${there}, our ledger says ${byLedger}`)
        const byPrints = (starting[asset] ?? 0n) + (byFills.get(name) ?? 0n)
        if (there !== byPrints)
          faults.push(`${name}: the venue has ${there}, our fills say ${byPrints}`)
        if ((row?.reserved ?? 0n) !== (held.get(name) ?? 0n))
          faults.push(`${name}: ${row?.reserved} reserved, ${held.get(name) ?? 0n} held`)
      }
  return faults
}
