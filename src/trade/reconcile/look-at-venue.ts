// One look at one venue: its open orders, prints and balances beside our books. Facts about our own orders
// go to the engine, strays are stopped or named, and every difference gets a verdict.
import type { VenueId } from '../../market/market.ts'
import { baseAmount, format } from '../../money.ts'
import { flowsOf } from '../engine/ledger.ts'
import type { VenueBalance } from '../engine/order-gateway.ts'
import type { Stray } from './difference.ts'
import { assetsApart, judgeAssets } from './judge-assets.ts'
import {
  ask,
  failed,
  readPrints,
  readTransfers,
  readUnknown,
  Unread,
  type Print,
} from './read-account.ts'
import type { ReconcileDesk } from './reconcile-desk.ts'
import type { Known, Saved, VenueBooks } from './reconcile-store.ts'
import { flowKey, sortOrders, type Found } from './sort-orders.ts'

export type Looked =
  | (Extract<Saved, { outcome: 'saved' }> & {
      readonly venue: VenueId
      /** Executions of which the venue knew more than we. */
      readonly rechecked: readonly string[]
      readonly uncancelled: readonly string[]
    })
  | {
      readonly outcome: 'moved'
      readonly venue: VenueId
      readonly strays: readonly Stray[]
      readonly rechecked: readonly string[]
      readonly uncancelled: readonly string[]
    }
  | {
      readonly outcome: 'quarantined'
      readonly venue: VenueId
      readonly reason: string
      readonly isNews: boolean
    }

export type LookWishes = {
  /** Whether the desk takes what the account holds for what it has, whatever the ledger says. */
  readonly adopts: (books: VenueBooks) => boolean
}

/** An order moves three assets at most. */
const anewFrom = 6

/** Again and again until they are gone: what became of them shows in the next look. */
async function cancelOrphans(
  { accounts, markets }: ReconcileDesk,
  venue: VenueId,
  strays: readonly Stray[],
): Promise<readonly string[]> {
  const orphans = strays.filter(({ kind, isOpen }) => kind === 'orphan' && isOpen)
  if (orphans.length === 0) return []
  const listed = await markets(venue)
  const left: string[] = []
  for (const { clientOrderId, orderId, symbol, side, amount } of orphans) {
    const market = listed.find((one) => one.symbol === symbol)
    const ref = { clientOrderId, orderId, side, amount: baseAmount(format(amount)) }
    const done =
      market === undefined
        ? failed(`nobody lists ${symbol}`)
        : await accounts.cancel({ ...ref, market }).catch(failed)
    if (done.outcome === 'failed') left.push(`${clientOrderId}: ${done.reason}`)
  }
  return left
}

/** Nothing that is missing once is taken for zero: where that would be at once, it is asked for twice. */
async function readBalances(
  desk: ReconcileDesk,
  venue: VenueId,
  { balances }: VenueBooks,
  adopts: boolean,
): Promise<readonly VenueBalance[]> {
  const there = await ask(desk, () => desk.accounts.balances(venue))
  const isMissing = balances.some(
    ({ asset, amount }) => amount !== 0n && !there.some((one) => one.asset === asset),
  )
  if (!adopts || !isMissing) return there
  return [...there, ...(await ask(desk, () => desk.accounts.balances(venue)))]
}

/** Asked after the venue was: an order is written down before it leaves. */
function askKnown(
  { store }: ReconcileDesk,
  { venue, open, prints, unknown }: Omit<Found, 'known'>,
  transferKeys: readonly string[],
): Promise<Known> {
  const ofPrints = ({ market, fill }: Print) =>
    flowsOf(market, fill.side, fill).map(({ asset }) => flowKey(market.symbol, fill.tradeId, asset))
  const named = [...open, ...unknown.values()].flatMap((order) => order?.clientOrderId ?? [])
  const orderIds = [...open, ...prints.map(({ fill }) => fill)].map(({ orderId }) => orderId)
  return store.known(venue, {
    orderIds: [...new Set(orderIds)],
    clientIds: named,
    flows: [...prints.flatMap(ofPrints), ...transferKeys],
  })
}

async function look(desk: ReconcileDesk, venue: VenueId, wishes: LookWishes): Promise<Looked> {
  const { store, accounts, mode } = desk
  const books = await store.books(venue)
  const adopts = wishes.adopts(books)
  const [open, listed, values, there] = await Promise.all([
    ask(desk, () => accounts.accountOrders(venue)),
    desk.markets(venue),
    desk.values(),
    readBalances(desk, venue, books, adopts),
  ])
  const apart = assetsApart(books, there)
  // Where nearly everything differs, nobody traded: it is another account, or one that began anew.
  const isAnew = adopts && (books.standing?.lookedAt === undefined || apart.size > anewFrom)
  // Whoever traded moved two assets: the markets between two that differ are where it was.
  const suspects = listed.filter(({ base, quote }) => apart.has(base) && apart.has(quote))
  const prints = await readPrints(desk, books, isAnew ? [] : suspects)
  const seen = { venue, open, prints, unknown: new Map() }
  const unknown = await readUnknown(desk, prints, await askKnown(desk, seen, []))
  const transfers = adopts || apart.size === 0 ? [] : await readTransfers(desk, venue, books)
  const found = { ...seen, unknown }
  const known = await askKnown(
    desk,
    found,
    transfers.flatMap(({ key }) => key ?? []),
  )
  const sorted = sortOrders(mode, { ...found, known })
  const reading = { books, there, sorted, transfers, known, values }
  const assets = judgeAssets(reading, { adopts, toleranceUsdt: desk.toleranceUsdt() })
  const saved = await store.save({ venue, books, assets, strays: sorted.strays })
  const uncancelled = await cancelOrphans(desk, venue, sorted.strays)
  const rechecked = [...sorted.news]
  for (const execution of rechecked) await desk.recheck(execution)
  return { ...saved, venue, rechecked, uncancelled }
}

/** Never rejects for what a venue does; a store that is away rejects. */
export async function lookAtVenue(
  desk: ReconcileDesk,
  venue: VenueId,
  wishes: LookWishes,
): Promise<Looked> {
  try {
    return await look(desk, venue, wishes)
  } catch (error) {
    if (!(error instanceof Unread)) throw error
    const { message: reason } = error
    const isNews = await desk.store.quarantine(venue, reason)
    return { outcome: 'quarantined', venue, reason, isNews }
  }
}
