// The name of a way to trade. One gap on one route gives one card, however it was seen.
import type { VenueId } from './market.ts'

export type CrossRoute = {
  readonly kind: 'cross'
  readonly symbol: string
  readonly buy: VenueId
  readonly sell: VenueId
}

/** `path` lists the assets in order; the last market leads back to the first asset. */
export type CycleRoute = {
  readonly kind: 'cycle'
  readonly venue: VenueId
  readonly path: readonly string[]
}

/** Bought on one venue, sent, and sold on the other; then the money is sent back. */
export type TransferRoute = Omit<CrossRoute, 'kind'> & { readonly kind: 'transfer' }

export type Route = CrossRoute | CycleRoute | TransferRoute

/** "cross BTC/USDT kucoin>binance", "transfer BTC/USDT kucoin>binance" or "cycle kucoin USDT>ETH>BTC". */
export function routeName(route: Route): string {
  switch (route.kind) {
    case 'cross':
    case 'transfer':
      return `${route.kind} ${route.symbol} ${route.buy}>${route.sell}`
    case 'cycle':
      return `cycle ${route.venue} ${route.path.join('>')}`
  }
}

/** Undefined when the text is no route name. */
export function parseRoute(name: string): Route | undefined {
  const [kind, subject, way, ...rest] = name.trim().split(/\s+/)
  if (subject === undefined || way === undefined || rest.length > 0) return undefined
  const parts = way.split('>')
  const isTwoVenues = kind === 'cross' || kind === 'transfer'
  if (isTwoVenues && parts.length === 2 && subject.includes('/') && parts.every(Boolean))
    return { kind, symbol: subject, buy: parts[0] as string, sell: parts[1] as string }
  if (kind === 'cycle' && parts.length >= 3 && parts.every(Boolean))
    return { kind, venue: subject, path: parts }
  return undefined
}

export const routeVenues = (route: Route): readonly VenueId[] =>
  route.kind === 'cycle' ? [route.venue] : [route.buy, route.sell]

/** The two prices that a route between venues lives of; undefined of a cycle. */
export const crossOf = (route: Route | undefined): CrossRoute | undefined =>
  route === undefined || route.kind === 'cycle' ? undefined : { ...route, kind: 'cross' }

/** A transfer trade lives of the same gap as the cross route between its venues. */
export function gapRoute(name: string): string {
  const route = parseRoute(name)
  return route?.kind === 'transfer' ? routeName({ ...route, kind: 'cross' }) : name
}

/**
 * One directed cycle has as many names as assets. The one used everywhere starts at the first of
 * `startAssets` that is on it, else at the alphabetically first asset.
 */
export function rotateCycle(
  path: readonly string[],
  startAssets: readonly string[],
): readonly string[] {
  const start = startAssets.find((asset) => path.includes(asset)) ?? path.toSorted()[0]
  const at = path.indexOf(start ?? '')
  return [...path.slice(at), ...path.slice(0, at)]
}
