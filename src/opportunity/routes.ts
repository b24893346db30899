// Every way to trade through a universe of markets, numbered. A directed edge is one market traded one
// way; a route is up to three edges, and its value is the product of their rates, cross or cycle alike.
import type { Market, MarketId } from '../market/market.ts'
import { routeName, type Route } from '../market/route.ts'
import type { Side } from './opportunity.ts'
import { listTriangles } from './triangles.ts'

/** 2 × market id to sell its base, plus one to buy it. */
export type Edge = number

const edgeOf = (id: MarketId, side: Side): Edge => id * 2 + (side === 'buy' ? 1 : 0)
export const marketOf = (edge: Edge): MarketId => edge >> 1
export const sideOfEdge = (edge: Edge): Side => (edge % 2 === 1 ? 'buy' : 'sell')

export const legsMax = 3

export type RouteTable = {
  /** By market id. */
  readonly markets: readonly Market[]
  readonly count: number
  /** `legsMax` a route, in trading order. A cross route fills its last place with `idleEdge`. */
  readonly edges: Int32Array
  /** An edge of no market, whose rate is always one. */
  readonly idleEdge: Edge
}

export type RouteLeg = { readonly id: MarketId; readonly side: Side }

function tableOf(markets: readonly Market[], edges: readonly Edge[]): RouteTable {
  return {
    markets,
    count: edges.length / legsMax,
    edges: Int32Array.from(edges),
    idleEdge: markets.length * 2,
  }
}

function groupBy(
  markets: readonly Market[],
  ids: Iterable<MarketId>,
  keyOf: (market: Market) => string,
): Iterable<readonly MarketId[]> {
  const groups = new Map<string, MarketId[]>()
  for (const id of ids) {
    const key = keyOf(markets[id] as Market)
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [id])
    else known.push(id)
  }
  return groups.values()
}

/** Buying on one venue and selling on another, both ways, for each symbol on two venues or more. */
export function crossRoutes(
  markets: readonly Market[],
  ids: Iterable<MarketId> = markets.keys(),
): RouteTable {
  const edges: Edge[] = []
  const idle = markets.length * 2
  for (const group of groupBy(markets, ids, ({ symbol }) => symbol))
    for (const buy of group)
      for (const sell of group)
        if (buy !== sell) edges.push(edgeOf(buy, 'buy'), edgeOf(sell, 'sell'), idle)
  return tableOf(markets, edges)
}

/**
 * Directed cycles of three markets of one venue that touch a start asset, begun at the most preferred
 * one. Where a venue lists both X/Y and Y/X there are two routes of one name.
 */
export function cycleRoutes(
  markets: readonly Market[],
  startAssets: readonly string[],
  ids: Iterable<MarketId> = markets.keys(),
): RouteTable {
  const edges: Edge[] = []
  for (const group of groupBy(markets, ids, ({ venue }) => venue))
    pushCycles(markets, group, startAssets, edges)
  return tableOf(markets, edges)
}

/** Pairs of assets and the edges that lead from the lower asset up and back down. */
type Pairs = {
  readonly assets: readonly string[]
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly up: readonly Edge[][]
  readonly down: readonly Edge[][]
}

function pairsOf(markets: readonly Market[], group: readonly MarketId[]): Pairs {
  const assets = [...new Set(group.flatMap((id) => [markets[id]!.base, markets[id]!.quote]))]
  const numbers = new Map(assets.map((asset, number) => [asset, number]))
  const known = new Map<string, number>()
  const pairs = { assets, low: [], high: [], up: [], down: [] } as {
    assets: string[]
    low: number[]
    high: number[]
    up: Edge[][]
    down: Edge[][]
  }
  for (const id of group) {
    const { base, quote } = markets[id] as Market
    const [from, to] = [numbers.get(base) as number, numbers.get(quote) as number]
    if (from === to) continue
    const [low, high] = [Math.min(from, to), Math.max(from, to)]
    const at = known.get(`${low} ${high}`) ?? pairs.low.length
    if (at === pairs.low.length) {
      known.set(`${low} ${high}`, at)
      pairs.low.push(low)
      pairs.high.push(high)
      pairs.up.push([])
      pairs.down.push([])
    }
    pairs.up[at]?.push(edgeOf(id, from === low ? 'sell' : 'buy'))
    pairs.down[at]?.push(edgeOf(id, from === low ? 'buy' : 'sell'))
  }
  return pairs
}

function pushCycles(
  markets: readonly Market[],
  group: readonly MarketId[],
  startAssets: readonly string[],
  edges: Edge[],
): void {
  const { assets, low, high, up, down } = pairsOf(markets, group)
  const preference = assets.map((asset) => {
    const rank = startAssets.indexOf(asset)
    return rank === -1 ? Infinity : rank
  })
  const triangles = listTriangles(assets.length, low, high)
  for (let t = 0; t < triangles.length; t += 3) {
    const [ab, bc, ac] = [triangles[t], triangles[t + 1], triangles[t + 2]] as number[]
    const corners = [low[ab as number], high[ab as number], high[bc as number]] as number[]
    const ranks = corners.map((corner) => preference[corner] as number)
    const best = Math.min(...ranks)
    if (best === Infinity) continue
    const start = ranks.indexOf(best)
    const forward = [up[ab as number], up[bc as number], down[ac as number]] as Edge[][]
    const backward = [up[ac as number], down[bc as number], down[ab as number]] as Edge[][]
    pushTurned(forward, start, edges)
    // Backward the corners come in the order a, c, b.
    pushTurned(backward, start === 0 ? 0 : 3 - start, edges)
  }
}

/** Every choice of one edge a step, from step `start` on. */
function pushTurned(steps: readonly Edge[][], start: number, edges: Edge[]): void {
  const step = (at: number) => steps[(start + at) % legsMax] as Edge[]
  for (const first of step(0))
    for (const second of step(1)) for (const third of step(2)) edges.push(first, second, third)
}

export function routeLegs(table: RouteTable, route: number): readonly RouteLeg[] {
  const legs: RouteLeg[] = []
  for (let k = route * legsMax; k < (route + 1) * legsMax; k++) {
    const edge = table.edges[k] as Edge
    if (edge !== table.idleEdge) legs.push({ id: marketOf(edge), side: sideOfEdge(edge) })
  }
  return legs
}

export function routeAt(table: RouteTable, route: number): Route {
  const legs = routeLegs(table, route)
  const [first, second] = legs.map(({ id }) => table.markets[id] as Market)
  if (first === undefined || second === undefined) throw new Error(`no route ${route}`)
  if (legs.length === 2)
    return { kind: 'cross', symbol: first.symbol, buy: first.venue, sell: second.venue }
  const path = legs.map(({ id, side }) => {
    const { base, quote } = table.markets[id] as Market
    return side === 'sell' ? base : quote
  })
  return { kind: 'cycle', venue: first.venue, path }
}

/** Spells each route's name once, when it is first asked for. */
export function routeNames(table: RouteTable): (route: number) => string {
  const names: string[] = []
  return (route) => (names[route] ??= routeName(routeAt(table, route)))
}
