// Whose the orders and prints of a venue account are: ours, an orphan of ours, or another's. Pure.
import type { VenueId } from '../../market/market.ts'
import { isOurOrderId } from '../engine/client-order-id.ts'
import type { Mode } from '../engine/execution.ts'
import { flowsOf } from '../engine/ledger.ts'
import { sumByAsset } from '../profit.ts'
import type { AccountOrder } from './account-gateway.ts'
import type { Flow, Stray } from './difference.ts'
import type { Print } from './read-account.ts'
import { printKey, type Known } from './reconcile-store.ts'

export type Found = {
  readonly venue: VenueId
  readonly open: readonly AccountOrder[]
  readonly prints: readonly Print[]
  /** Orders of prints that no execution has by that id; undefined: the venue knows none. */
  readonly unknown: ReadonlyMap<string, AccountOrder | undefined>
  readonly known: Known
}

export type Sorted = {
  readonly strays: readonly Stray[]
  /** What prints of others moved. */
  readonly flows: readonly Flow[]
  /** Executions whose venue knows more than we do. */
  readonly news: ReadonlySet<string>
  /** Assets that prints moved which are in no books yet, or of which nobody knows whose they are. */
  readonly unbooked: ReadonlySet<string>
}

/** The name of what a print moved of one asset. */
export const flowKey = (symbol: string, tradeId: string, asset: string): string =>
  `${printKey(symbol, tradeId)} ${asset}`

function kindOf(
  mode: Mode,
  { known }: Found,
  { clientOrderId, orderId }: AccountOrder,
): Stray['kind'] | 'ours' {
  const stray = known.strays.get(orderId)
  if (stray !== undefined) return stray
  if (known.byOrderId.has(orderId) || known.byClientId.has(clientOrderId)) return 'ours'
  return isOurOrderId(mode, clientOrderId) ? 'orphan' : 'foreign'
}

const strayOf = (venue: VenueId, order: AccountOrder, kind: Stray['kind']): Stray => ({
  venue,
  orderId: order.orderId,
  clientOrderId: order.clientOrderId,
  kind,
  symbol: order.symbol,
  side: order.side,
  amount: order.amount,
  filled: order.filled,
  isOpen: order.state === 'open',
})

/** The execution that a print belongs to, by either id of its order. */
const executionOf = ({ unknown, known }: Found, { fill: { orderId } }: Print) =>
  known.byOrderId.get(orderId) ?? known.byClientId.get(unknown.get(orderId)?.clientOrderId ?? '')

const isSomebodys = ({ unknown, known }: Found, { fill: { orderId } }: Print): boolean =>
  known.strays.has(orderId) || unknown.has(orderId)

/** The same orders, by their kind. */
function sortNamed(mode: Mode, found: Found) {
  const { venue, open, unknown, known } = found
  const strays = new Map<string, Stray>()
  const orphans = new Set(
    [...known.strays].flatMap(([orderId, kind]) => (kind === 'orphan' ? [orderId] : [])),
  )
  const news = new Set<string>()
  for (const order of [...open, ...unknown.values()]) {
    if (order === undefined) continue
    const kind = kindOf(mode, found, order)
    const execution = known.byClientId.get(order.clientOrderId)
    if (kind !== 'ours') strays.set(order.orderId, strayOf(venue, order, kind))
    else if (!known.byOrderId.has(order.orderId) && execution !== undefined) news.add(execution)
    if (kind === 'orphan') orphans.add(order.orderId)
  }
  return { strays, orphans, news }
}

export function sortOrders(mode: Mode, found: Found): Sorted {
  const { prints, known } = found
  const { strays, orphans, news } = sortNamed(mode, found)
  const unbooked = new Set<string>()
  const flows: Flow[] = []
  for (const print of prints) {
    const { market, fill } = print
    const { orderId, side, tradeId, at } = fill
    const execution = executionOf(found, print)
    if (execution !== undefined && known.prints.has(printKey(market.symbol, tradeId))) continue
    const moved = sumByAsset(flowsOf(market, side, fill))
    if (execution !== undefined) news.add(execution)
    if (execution !== undefined || !isSomebodys(found, print)) {
      for (const { asset } of moved) unbooked.add(asset)
      continue
    }
    const kind = orphans.has(orderId) ? 'orphan-order' : 'manual-trade'
    for (const { asset, amount } of moved)
      flows.push({ kind, key: flowKey(market.symbol, tradeId, asset), asset, amount, at })
  }
  return { strays: [...strays.values()], flows, news, unbooked }
}
