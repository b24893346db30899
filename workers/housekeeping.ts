// What has to be done every minute whatever happens: trades nobody carries go on, old history goes.
import type { Runtime } from '../src/runtime.ts'
import { checkBreakers } from '../src/trade/check-breakers.ts'
import { resumeTrades } from './resume-trades.ts'

export async function housekeep(runtime: Runtime): Promise<void> {
  const { history, logs, settings, log, messages, buttons, updates } = runtime
  // Trades first: history that cannot be pruned is no reason to leave them lying.
  await resumeTrades(runtime)
  // Where no role sends them, somebody has to free what was set aside.
  await runtime.transfers.expire()
  await checkBreakers(runtime.breakers, await settings.refresh(), 'desk')
  const keep = settings.current()
  const dropped = await history.prune({
    prices: keep['history.prices_days'],
    books: keep['history.books_days'],
    gaps: keep['history.gaps_days'],
  })
  if (dropped > 0) log.info('old history was dropped', { partitions: dropped })
  await logs.prune()
  for (const store of [messages, buttons, updates]) await store.prune()
}
