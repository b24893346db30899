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

export type Route = CrossRoute | CycleRoute

/** "cross BTC/USDT kucoin>binance" or "cycle kucoin USDT>ETH>BTC". */
export function routeName(route: Route): string {
  switch (route.kind) {
    case 'cross':
      return `cross ${route.symbol} ${route.buy}>${route.sell}`
    case 'cycle':
      return `cycle ${route.venue} ${route.path.join('>')}`
  }
}

/** Undefined when the text is no route name. */
export function parseRoute(name: string): Route | undefined {
  const [kind, subject, way, ...rest] = name.trim().split(/\s+/)
  if (subject === undefined || way === undefined || rest.length > 0) return undefined
  const parts = way.split('>')
  if (kind === 'cross' && parts.length === 2 && subject.includes('/') && parts.every(Boolean))
    return { kind, symbol: subject, buy: parts[0] as string, sell: parts[1] as string }
  if (kind === 'cycle' && parts.length >= 3 && parts.every(Boolean))
    return { kind, venue: subject, path: parts }
  return undefined
}

export const routeVenues = (route: Route): readonly VenueId[] =>
  route.kind === 'cross' ? [route.buy, route.sell] : [route.venue]

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
