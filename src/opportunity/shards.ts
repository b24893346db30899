// Which shard of the trading loop a route belongs to. Shards share nothing: a cycle's stays with its venue,
// a cross symbol's holds that symbol on every venue.
import type { VenueId } from '../market/market.ts'
import type { Route } from '../market/route.ts'

export const cycleShard = (venue: VenueId): string => `cycle:${venue}`

/** FNV-1a over the characters: the same in every process and every release. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let k = 0; k < text.length; k++) value = Math.imul(value ^ text.charCodeAt(k), 0x01000193)
  return value >>> 0
}

export const crossShard = (symbol: string, shards: number): string =>
  `cross:${hash(symbol) % shards}`

export const shardOf = (route: Route, crossShards: number): string =>
  route.kind === 'cycle' ? cycleShard(route.venue) : crossShard(route.symbol, crossShards)

/** Every shard that `venues` and `crossShards` call for, empty ones included. */
export const shardNames = (venues: readonly VenueId[], crossShards: number): readonly string[] => [
  ...venues.map(cycleShard),
  ...Array.from({ length: crossShards }, (_, k) => `cross:${k}`),
]
