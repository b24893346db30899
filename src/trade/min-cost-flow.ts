// The cheapest flow from a source to a sink: successive shortest paths, for as long as one pays.
// Doubles: it decides between ways of moving money and never counts any.

export type FlowArc = {
  readonly from: number
  readonly to: number
  readonly capacity: number
  /** Per unit; below zero only on arcs that leave the source or enter the sink. */
  readonly cost: number
}

/** Less than that is no flow. */
const flowMin = 1e-9
/** A path that saves less than this a unit is not worth taking; keeps rounding from going in circles. */
const savingMin = 1e-12
const pathsMax = 20_000

/** Arc 2k is the k-th arc as given, 2k + 1 its way back. */
type Residual = {
  readonly head: Int32Array
  readonly left: Float64Array
  readonly cost: Float64Array
  readonly leaving: readonly (readonly number[])[]
}

function residualOf(nodes: number, arcs: readonly FlowArc[]): Residual {
  const leaving: number[][] = Array.from({ length: nodes }, () => [])
  const head = new Int32Array(arcs.length * 2)
  const left = new Float64Array(arcs.length * 2)
  const cost = new Float64Array(arcs.length * 2)
  arcs.forEach((arc, k) => {
    head[k * 2] = arc.to
    head[k * 2 + 1] = arc.from
    left[k * 2] = arc.capacity
    cost[k * 2] = arc.cost
    cost[k * 2 + 1] = -arc.cost
    leaving[arc.from]?.push(k * 2)
    leaving[arc.to]?.push(k * 2 + 1)
  })
  return { head, left, cost, leaving }
}

/** Bellman-Ford with a queue: the arc by which each node is reached most cheaply, and for how much. */
function shortestPaths(source: number, { head, left, cost, leaving }: Residual) {
  const distance = new Float64Array(leaving.length).fill(Number.POSITIVE_INFINITY)
  const reachedBy = new Int32Array(leaving.length).fill(-1)
  const isQueued = new Uint8Array(leaving.length)
  const queue = [source]
  distance[source] = 0
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at] as number
    isQueued[node] = 0
    for (const arc of leaving[node] as readonly number[]) {
      if ((left[arc] as number) <= flowMin) continue
      const next = head[arc] as number
      const through = (distance[node] as number) + (cost[arc] as number)
      if (through >= (distance[next] as number) - savingMin) continue
      distance[next] = through
      reachedBy[next] = arc
      if (isQueued[next] === 0) queue.push(next)
      isQueued[next] = 1
    }
  }
  return { distance, reachedBy }
}

/** How much flows on each arc, in their order. */
export function cheapestFlow(
  nodes: number,
  arcs: readonly FlowArc[],
  source: number,
  sink: number,
): Float64Array {
  const residual = residualOf(nodes, arcs)
  const { head, left } = residual
  for (let paths = 0; paths < pathsMax; paths++) {
    const { distance, reachedBy } = shortestPaths(source, residual)
    if (!((distance[sink] as number) < -savingMin)) break
    const path: number[] = []
    for (let node = sink; node !== source;) {
      const arc = reachedBy[node] as number
      path.push(arc)
      node = head[arc ^ 1] as number
    }
    const amount = Math.min(...path.map((arc) => left[arc] as number))
    for (const arc of path) {
      left[arc] = (left[arc] as number) - amount
      left[arc ^ 1] = (left[arc ^ 1] as number) + amount
    }
  }
  return Float64Array.from(arcs, (_, k) => left[k * 2 + 1] as number)
}
