// Reading a venue account beyond its lists: the prints that may explain what moved, whose they are, and what
// came from elsewhere.
import type { Market, VenueId } from '../../market/market.ts'
import type { Read, VenueFill } from '../engine/order-gateway.ts'
import type { AccountOrder } from './account-gateway.ts'
import type { Flow } from './difference.ts'
import type { ReconcileDesk } from './reconcile-desk.ts'
import type { Known, VenueBooks } from './reconcile-store.ts'

const retryMs = 500
/** Each costs a request: an order moves three assets at most, and few markets lie between them. */
const marketsMax = 12
const lookupsMax = 20
/** Clocks differ, and histories are late. */
const slackMs = 300_000
const firstLookBackMs = 86_400_000

/** A venue did not answer. */
export class Unread extends Error {}

export const failed = (error: unknown) => ({ outcome: 'failed', reason: String(error) }) as const

/** A venue may fail once. @throws Unread when it does so again. */
export async function ask<T>(desk: ReconcileDesk, read: () => Promise<Read<T>>): Promise<T> {
  const first = await read().catch(failed)
  if (first.outcome === 'ok') return first.value
  await desk.wait(retryMs)
  const second = await read().catch(failed)
  if (second.outcome === 'ok') return second.value
  throw new Unread(second.reason)
}

export type Print = { readonly market: Market; readonly fill: VenueFill }

/** From when on something can have moved what the last look found even. */
const movedSinceMs = ({ at, standing }: VenueBooks): number =>
  (standing?.agreedAt?.getTime() ?? at.getTime() - firstLookBackMs) - slackMs

/** Of our own recent orders, and of the markets where somebody else may have traded. */
export async function readPrints(
  desk: ReconcileDesk,
  books: VenueBooks,
  suspects: readonly Market[],
): Promise<readonly Print[]> {
  const markets = new Map<string, { market: Market; sinceMs: number }>()
  for (const market of books.markets)
    markets.set(market.symbol, { market, sinceMs: books.since.getTime() })
  for (const market of suspects.slice(0, marketsMax)) {
    const known = markets.get(market.symbol)?.sinceMs ?? Infinity
    markets.set(market.symbol, { market, sinceMs: Math.min(movedSinceMs(books), known) })
  }
  const prints: Print[] = []
  for (const { market, sinceMs } of markets.values()) {
    const fills = await ask(desk, () => desk.accounts.fills(market, new Date(sinceMs)))
    for (const fill of fills) prints.push({ market, fill })
  }
  return prints
}

/** What the orders of prints are that no execution of ours has by that id. */
export async function readUnknown(
  desk: ReconcileDesk,
  prints: readonly Print[],
  known: Known,
): Promise<ReadonlyMap<string, AccountOrder | undefined>> {
  const orders = new Map<string, AccountOrder | undefined>()
  for (const { market, fill } of prints) {
    const { orderId } = fill
    if (known.byOrderId.has(orderId) || known.strays.has(orderId) || orders.has(orderId)) continue
    // The rest is asked for in the next look, when these are known.
    if (orders.size >= lookupsMax) break
    orders.set(orderId, await ask(desk, () => desk.accounts.orderById(market, orderId)))
  }
  return orders
}

/** What came to the account from elsewhere, or left it. It costs requests of its own. */
export async function readTransfers(
  { accounts }: ReconcileDesk,
  venue: VenueId,
  books: VenueBooks,
): Promise<readonly Flow[]> {
  const read = await accounts.transfers(venue, new Date(movedSinceMs(books))).catch(failed)
  // Without a history the amounts speak for themselves.
  if (read.outcome === 'failed') return []
  return read.value.map(({ kind, id, asset, amount, at }) => ({
    kind,
    key: `${kind} ${id}`,
    asset,
    amount,
    at,
  }))
}
