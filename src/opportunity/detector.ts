// Decides on every book update which routes through the changed market pay at the best prices. An inverted
// index leads from an edge to its routes, so an update costs what that market's routes cost, however many
// others are watched; nothing is allocated and nothing is rescanned.
import type { MarketId } from '../market/market.ts'
import { createRates, shareAt } from './rates.ts'
import { legsMax, type Edge, type RouteTable } from './routes.ts'

export type Detector = {
  readonly table: RouteTable
  /**
   * Takes a market's new best prices (0 and Infinity for an empty side). Returns how many of `hits` are
   * the routes through it that pay now; `lapsedCount()` of `lapsed` paid before and no longer do.
   * Both arrays are overwritten by the next update.
   */
  update(id: MarketId, bid: number, ask: number): number
  readonly hits: Int32Array
  readonly lapsed: Int32Array
  lapsedCount(): number
  /** Net share at the best prices; -1 where a leg has no price. */
  netOf(route: number): number
  /** Whether the route was a hit when one of its markets last changed. */
  isOpen(route: number): boolean
  /** A route is a hit above this net share; holds from the next update of each market on. */
  setNetMin(share: number): void
}

/** For each edge its routes, and for each of those the other two edges. */
type Index = {
  readonly first: Int32Array
  readonly route: Int32Array
  readonly others: Int32Array
}

function indexOf({ edges, idleEdge }: RouteTable): Index {
  const first = new Int32Array(idleEdge + 1)
  for (const edge of edges) if (edge !== idleEdge) first[edge + 1]! += 1
  for (let e = 0; e < idleEdge; e++) first[e + 1]! += first[e] as number
  const total = first[idleEdge] as number
  const next = first.slice()
  const route = new Int32Array(total)
  const others = new Int32Array(total * 2)
  for (let k = 0; k < edges.length; k++) {
    const edge = edges[k] as Edge
    if (edge === idleEdge) continue
    const start = k - (k % legsMax)
    const at = next[edge] as number
    next[edge]! += 1
    route[at] = start / legsMax
    others[at * 2] = edges[start + ((k + 1) % legsMax)] as Edge
    others[at * 2 + 1] = edges[start + ((k + 2) % legsMax)] as Edge
  }
  return { first, route, others }
}

/** The most routes through one market. */
function widest({ first }: Index): number {
  let most = 0
  for (let e = 0; e + 2 < first.length; e += 2)
    most = Math.max(most, (first[e + 2] as number) - (first[e] as number))
  return most
}

export function createDetector(table: RouteTable, netMin: number): Detector {
  const rates = createRates(table.markets)
  const net = rates.net
  const index = indexOf(table)
  const { first, route: routes, others } = index
  const open = new Uint8Array(table.count)
  const hits = new Int32Array(widest(index))
  const lapsed = new Int32Array(hits.length)
  let threshold = 1 + netMin
  let lapsedCount = 0

  function update(id: MarketId, bid: number, ask: number): number {
    rates.set(id, bid, ask)
    let hitCount = 0
    lapsedCount = 0
    for (let edge = id * 2; edge <= id * 2 + 1; edge++) {
      const rate = net[edge] as number
      for (let at = first[edge] as number, end = first[edge + 1] as number; at < end; at++) {
        const value =
          rate *
          (net[others[at * 2] as number] as number) *
          (net[others[at * 2 + 1] as number] as number)
        const route = routes[at] as number
        if (value > threshold) {
          hits[hitCount++] = route
          open[route] = 1
        } else if (open[route] === 1) {
          lapsed[lapsedCount++] = route
          open[route] = 0
        }
      }
    }
    return hitCount
  }

  return {
    table,
    update,
    hits,
    lapsed,
    lapsedCount: () => lapsedCount,
    netOf: (route) => shareAt(net, table.edges, route),
    isOpen: (route) => open[route] === 1,
    setNetMin(share) {
      threshold = 1 + share
    },
  }
}
