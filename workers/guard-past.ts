// Notices a database from the past: one that knows less than people were told already. Until a person
// confirms it, nothing leaves at all, for what it thinks is open may be over long since.
import type { Log } from '../src/log.ts'
import type { Outbox } from '../src/notification/outbox.ts'
import type { ToldMark } from '../src/settings/told-mark.ts'
import type { BreakerStore } from '../src/trade/breaker-store.ts'

export type PastWiring = {
  readonly outbox: Pick<Outbox, 'newest'>
  readonly breakers: Pick<BreakerStore, 'trip'>
  readonly toldMark: ToldMark
  readonly log: Pick<Log, 'warn'>
}

const lookEveryMs = 5_000

/** Before the first trade is looked at. True: it is from the past, and people have been told. */
export async function checkPast(
  { outbox, breakers, toldMark }: PastWiring,
  by: string,
): Promise<boolean> {
  const told = toldMark.read()
  const newest = await outbox.newest()
  if (told === undefined || told <= newest) return false
  const why = `this database ends with message ${newest}, and this desk had told message ${told} before: it was restored from an earlier time, or is another one. Orders, fills and settings since then are missing. Compare "balances" and the open orders with every venue first`
  await breakers.trip([{ breaker: 'restored-database', measured: told, most: newest, why }], by)
  // The trip is in the database now. Should that be lost, too, the next look says so again.
  toldMark.write(newest)
  return true
}

/**
 * Remembers how far people were told until the returned function is called. A little less than that: what
 * a look found is written down by the next one, so that a moment's loss is no restored database.
 */
export function keepToldMark(
  { outbox, toldMark, log }: PastWiring,
  everyMs = lookEveryMs,
): () => Promise<void> {
  let before: number | undefined
  let isAway = false
  let looking: Promise<void> | undefined
  const look = async () => {
    try {
      const newest = await outbox.newest()
      if (before !== undefined && before > (toldMark.read() ?? -1)) toldMark.write(before)
      before = newest
      isAway = false
    } catch (error) {
      if (!isAway) log.warn('how far people were told is not remembered', { error })
      isAway = true
    }
  }
  const lookUnlessBusy = () => {
    looking ??= look().finally(() => {
      looking = undefined
    })
  }
  const timer = setInterval(lookUnlessBusy, everyMs)
  timer.unref()
  lookUnlessBusy()
  return async () => {
    clearInterval(timer)
    await looking
  }
}
