// Every triangle of one venue's tickers at one flat fee: the arithmetic of the scan command.
import type { Ticker } from '../market/ticker.ts'
import type { Side } from './opportunity.ts'
import { listTriangles } from './triangles.ts'

/** One directed cycle; `rows` are the tickers it trades, in order. */
export type ScannedCycle = {
  readonly path: readonly [string, string, string]
  readonly rows: readonly Ticker[]
  readonly sides: readonly Side[]
  readonly gross: number
  readonly net: number
}

/** Best rate from the lower to the higher asset of each joined pair and back, and the rows that give it. */
type Graph = {
  readonly names: readonly string[]
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly up: Float64Array
  readonly down: Float64Array
  readonly upRow: Int32Array
  readonly downRow: Int32Array
}

// Two asset numbers in one exact double; no venue lists two million assets.
const shift = 2 ** 21

/** Where both X/Y and Y/X are listed they are one edge, and the better rate counts each way. */
function graphOf(rows: readonly Ticker[]): Graph {
  const ids = new Map<string, number>()
  const edges = new Map<number, number>()
  const low: number[] = []
  const high: number[] = []
  const up = new Float64Array(rows.length)
  const down = new Float64Array(rows.length)
  const upRow = new Int32Array(rows.length)
  const downRow = new Int32Array(rows.length)
  const idOf = (asset: string): number => {
    const known = ids.get(asset)
    if (known !== undefined) return known
    ids.set(asset, ids.size)
    return ids.size - 1
  }
  rows.forEach(({ base, quote, bid, ask }, row) => {
    const from = idOf(base)
    const to = idOf(quote)
    const lower = Math.min(from, to)
    const key = lower * shift + Math.max(from, to)
    let edge = edges.get(key)
    if (edge === undefined) {
      edge = low.length
      edges.set(key, edge)
      low.push(lower)
      high.push(Math.max(from, to))
    }
    const upRate = from === lower ? bid : 1 / ask
    const downRate = from === lower ? 1 / ask : bid
    if (upRate > (up[edge] as number)) {
      up[edge] = upRate
      upRow[edge] = row
    }
    if (downRate > (down[edge] as number)) {
      down[edge] = downRate
      downRow[edge] = row
    }
  })
  return { names: [...ids.keys()], low, high, up, down, upRow, downRow }
}

/**
 * Calls `visit` once for each directed cycle of three assets, whichever asset it might start from.
 * net = r1·r2·r3·(1 − fee)³ − 1. `cycle()` spells one out; ask for it only where it is needed.
 */
export function eachCycle(
  rows: readonly Ticker[],
  fee: number,
  visit: (gross: number, net: number, cycle: () => ScannedCycle) => void,
): void {
  const graph = graphOf(rows)
  const { names, low, high, up, down, upRow, downRow } = graph
  const triangles = listTriangles(names.length, low, high)
  const kept = (1 - fee) ** 3
  for (let t = 0; t < triangles.length; t += 3) {
    const ab = triangles[t] as number
    const bc = triangles[t + 1] as number
    const ac = triangles[t + 2] as number
    for (const forward of [true, false]) {
      const product = forward
        ? (up[ab] as number) * (up[bc] as number) * (down[ac] as number)
        : (up[ac] as number) * (down[bc] as number) * (down[ab] as number)
      const net = product * kept - 1
      visit(product - 1, net, () => {
        const assets = [low[ab], forward ? high[ab] : high[bc], forward ? high[bc] : high[ab]]
        const picks = forward
          ? [upRow[ab], upRow[bc], downRow[ac]]
          : [upRow[ac], downRow[bc], downRow[ab]]
        const path = assets.map((id) => names[id as number] as string)
        const traded = picks.map((row) => rows[row as number] as Ticker)
        return {
          path: path as [string, string, string],
          rows: traded,
          sides: traded.map(({ base }, leg) => (base === path[leg] ? 'sell' : 'buy')),
          gross: product - 1,
          net,
        }
      })
    }
  }
}
