// What has to be done every minute whatever happens: trades nobody carries go on, old history goes.
import type { Runtime } from '../src/runtime.ts'

export async function housekeep(runtime: Runtime): Promise<void> {
  const { history, settings, trades, log } = runtime
  // Trades first: history that cannot be pruned is no reason to leave them lying.
  for (const trade of await trades.listUnfinished()) await runtime.executeTrade(trade)
  const keep = settings.current()
  const dropped = await history.prune({
    prices: keep['history.prices_days'],
    books: keep['history.books_days'],
    gaps: keep['history.gaps_days'],
  })
  if (dropped > 0) log.info('old history was dropped', { partitions: dropped })
}
