// How a dialect lists its private routes, and the lists that all of them answer from.
import type { RestCall } from '../venue-dialect.ts'
import type { CallKind } from './desk-faults.ts'
import type { PrivateRequest, PrivateRoute, VenueAnswer } from './private-side.ts'
import type { Permission } from './account.ts'
import type { Print, SpotOrder } from './spot-order.ts'

type Answer = (request: PrivateRequest) => VenueAnswer
type IdsOf = (call: RestCall) => readonly string[]

const route =
  (kind: CallKind, needs: Permission) =>
  (answer: Answer): PrivateRoute => ({ kind, needs, answer })

export const reads = route('read', 'read')
export const looksUp = route('lookup', 'read')
export const cancels = route('cancel', 'trade')
export const places = (clientIds: IdsOf, answer: Answer): PrivateRoute => ({
  kind: 'place',
  needs: 'trade',
  clientIds,
  answer,
})
export const withdraws = (clientIds: IdsOf, answer: Answer): PrivateRoute => ({
  kind: 'withdraw',
  needs: 'withdraw',
  clientIds,
  answer,
})

/** "POST /api/v3/order"; a path that ends in "*" stands for everything that begins so. */
export function routeTable(
  routes: Readonly<Record<string, PrivateRoute>>,
): (call: RestCall) => PrivateRoute | undefined {
  const open = Object.entries(routes).flatMap(([key, one]) =>
    key.endsWith('*') ? [[key.slice(0, -1), one] as const] : [],
  )
  return ({ method, path }) => {
    const key = `${method} ${path}`
    return routes[key] ?? open.find(([start]) => key.startsWith(start))?.[1]
  }
}

/** What stands behind the last slash of a path. */
export const lastSegment = ({ path }: RestCall): string =>
  decodeURIComponent(path.slice(path.lastIndexOf('/') + 1))

export type PastPrint = { readonly order: SpotOrder; readonly print: Print }

export type PrintFilter = {
  readonly symbol?: string | undefined
  readonly orderId?: string | undefined
  readonly sinceMs?: number | undefined
}

/** Executions, oldest first. */
export function pastPrints(
  { desk, account }: PrivateRequest,
  { symbol, orderId, sinceMs = 0 }: PrintFilter,
): readonly PastPrint[] {
  return desk
    .orders(account, symbol)
    .filter(({ id }) => (orderId ?? id) === id)
    .flatMap((order) => order.prints.map((print) => ({ order, print })))
    .filter(({ print }) => print.timeMs >= sinceMs)
    .toSorted((a, b) => a.print.timeMs - b.print.timeMs)
}

const newerFirst = (a: PastPrint, b: PastPrint): number =>
  BigInt(a.print.id) < BigInt(b.print.id) ? 1 : -1

/** One page, newest first: what is older than the print `before`, if that is given. */
export function pageOfPrints(
  prints: readonly PastPrint[],
  { before, limit }: { readonly before: string | null; readonly limit: number },
): readonly PastPrint[] {
  const isOlder = ({ print }: PastPrint) =>
    before === null || !/^\d+$/.test(before) || BigInt(print.id) < BigInt(before)
  return prints.filter(isOlder).toSorted(newerFirst).slice(0, limit)
}

/** Orders of one symbol or of all, oldest first. */
export const listedOrders = (
  { desk, account }: PrivateRequest,
  { symbol, isOpen }: { symbol?: string | undefined; isOpen?: boolean },
): readonly SpotOrder[] =>
  desk
    .orders(account, symbol)
    .filter(({ state }) => isOpen === undefined || (state === 'open') === isOpen)

/** A query's number; undefined where it is missing or none. */
export function numberOf({ query }: RestCall, name: string): number | undefined {
  const text = query.get(name)
  const value = Number(text)
  return text === null || text === '' || !Number.isFinite(value) ? undefined : value
}
