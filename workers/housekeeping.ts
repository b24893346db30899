// What has to be done every minute whatever happens: old history goes, trades nobody carries go on.
import type { Runtime } from '../src/runtime.ts'

export async function housekeep(runtime: Runtime): Promise<void> {
  const { history, settings, trades, log } = runtime
  const keep = settings.current()
  const dropped = await history.prune({
    prices: keep['history.prices_days'],
    books: keep['history.books_days'],
    gaps: keep['history.gaps_days'],
  })
  if (dropped > 0) log.info('old history was dropped', { partitions: dropped })
  for (const trade of await trades.listUnfinished()) await runtime.executeTrade(trade)
}
