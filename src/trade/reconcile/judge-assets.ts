// Every asset of one venue account, with what it means that venue and ledger say what they say. Pure.
import type { VenueBalance } from '../engine/order-gateway.ts'
import { judgeDifference, withheldOf, type AssetFacts, type Flow } from './difference.ts'
import type { JudgedAsset, Known, VenueBooks } from './reconcile-store.ts'
import type { Sorted } from './sort-orders.ts'

export type AccountReading = {
  readonly books: VenueBooks
  readonly there: readonly VenueBalance[]
  readonly sorted: Pick<Sorted, 'flows' | 'unbooked'>
  readonly transfers: readonly Flow[]
  readonly known: Pick<Known, 'flows'>
  readonly values: ReadonlyMap<string, number>
}

const oursOf = ({ balances }: VenueBooks, asset: string): bigint =>
  balances.find((balance) => balance.asset === asset)?.amount ?? 0n

const assetsOf = (books: VenueBooks, there: readonly VenueBalance[]): readonly string[] => [
  ...new Set([...books.balances.map(({ asset }) => asset), ...there.map(({ asset }) => asset)]),
]

/** What differs although nothing is on its way. */
export const assetsApart = (
  books: VenueBooks,
  there: readonly VenueBalance[],
): ReadonlySet<string> =>
  new Set(
    assetsOf(books, there).filter((asset) => {
      const total = there.find((one) => one.asset === asset)?.total ?? 0n
      return !books.inFlight.has(asset) && oursOf(books, asset) !== total
    }),
  )

export function judgeAssets(
  { books, there, sorted, transfers, known, values }: AccountReading,
  { adopts, toleranceUsdt }: { readonly adopts: boolean; readonly toleranceUsdt: number },
): readonly JudgedAsset[] {
  const { acceptedAt, at: now } = books
  const policy = { adopts, toleranceUsdt, acceptedAt, now }
  const flows = [...sorted.flows, ...transfers].filter(
    ({ key }) => key === undefined || !known.flows.has(key),
  )
  return assetsOf(books, there).map((asset) => {
    const held = there.find((balance) => balance.asset === asset)
    const facts: AssetFacts = {
      asset,
      ours: oursOf(books, asset),
      there: held?.total,
      isInFlight: books.inFlight.has(asset),
      isUnbooked: sorted.unbooked.has(asset),
      flows: flows.filter((flow) => flow.asset === asset),
      before: books.standing?.differences.find((before) => before.asset === asset),
      usdtEach: asset === 'USDT' ? 1 : values.get(asset),
    }
    const verdict = judgeDifference(facts, policy)
    const withheld = withheldOf(facts, held?.free, verdict)
    return { asset, ours: facts.ours, there: facts.there, verdict, withheld }
  })
}
