// Lists the triangles of a graph: assets are its nodes, markets its edges.

/**
 * Every triangle once, as three edge numbers in a row: low–middle, middle–high, low–high.
 * Edge e joins node `low[e]` with the greater node `high[e]`; no two edges may join the same nodes.
 */
export function listTriangles(
  nodes: number,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
): Int32Array {
  const first = new Int32Array(nodes + 1)
  for (let e = 0; e < low.length; e++) first[(low[e] as number) + 1]! += 1
  for (let n = 0; n < nodes; n++) first[n + 1]! += first[n] as number
  const next = first.slice(0, nodes)
  const byLow = new Int32Array(low.length)
  for (let e = 0; e < low.length; e++) {
    const node = low[e] as number
    byLow[next[node] as number] = e
    next[node]! += 1
  }
  return intersect(nodes, first, byLow, high)
}

/** `edgeTo[n]` is the edge that leads from the low node at hand to n, -1 where there is none. */
function intersect(
  nodes: number,
  first: Int32Array,
  byLow: Int32Array,
  high: ArrayLike<number>,
): Int32Array {
  const edgeTo = new Int32Array(nodes).fill(-1)
  const found: number[] = []
  for (let a = 0; a < nodes; a++) {
    const from = first[a] as number
    const to = first[a + 1] as number
    if (to - from < 2) continue
    for (let i = from; i < to; i++) edgeTo[high[byLow[i] as number] as number] = byLow[i] as number
    for (let i = from; i < to; i++) {
      const ab = byLow[i] as number
      const b = high[ab] as number
      for (let j = first[b] as number, end = first[b + 1] as number; j < end; j++) {
        const bc = byLow[j] as number
        const ac = edgeTo[high[bc] as number] as number
        if (ac >= 0) found.push(ab, bc, ac)
      }
    }
    for (let i = from; i < to; i++) edgeTo[high[byLow[i] as number] as number] = -1
  }
  return Int32Array.from(found)
}
