// Says what is the case with the market of a run, and never that it is up when it is not.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../src/log.ts'
import type { MarketUp } from './start-all.ts'
import type { KeptStatus } from './supervisor/keep-running.ts'

export type AwaitMarket = {
  readonly marketUp: MarketUp
  /** The run's own time, which begins when this resolves; undefined: it runs until it is stopped. */
  readonly forMs: number | undefined
  /** What the role that reads the market says of itself. */
  readonly sweep: () => KeptStatus | undefined
  readonly log: Log
  readonly signal: AbortSignal
}

/** Asked when the run's time is over. */
export type MarketVerdict = { readonly throwIfDown: () => void }

/** A market that takes longer is not waited for: the run's time begins. */
const marketMsMax = 60_000

function lackOf(sweep: KeptStatus | undefined): string {
  if (sweep?.state === 'given-up' || sweep?.state === 'waiting') return 'the sweep does not stay up'
  return sweep?.facts['venuesUp'] === 0 ? 'no venue answers' : 'the first sweep is not over'
}

/** @throws Error with one line when the market cannot come up any more in a run that has an end. */
export async function awaitMarket(
  { marketUp, forMs, sweep, log, signal }: AwaitMarket,
  msMax: number = marketMsMax,
): Promise<MarketVerdict> {
  if (marketUp === undefined) {
    if (forMs !== undefined) log.info('no role of this process reads the market', { forMs })
    return { throwIfDown: () => undefined }
  }
  let isUp = false
  let isLate = false
  async function settle(): Promise<boolean> {
    isUp = (await marketUp) === 'ready'
    if (isUp && (isLate || forMs !== undefined))
      log.info('the market is up', isLate ? {} : { forMs })
    return false
  }
  const timer = sleep(msMax, undefined, { signal })
  // Nobody waits for it any more once the market has settled.
  timer.catch(() => undefined)
  isLate = await Promise.race([settle(), timer.then(() => true)])
  const rest = forMs === undefined ? '' : '; the time of this run begins all the same'
  if (isLate)
    log.warn(`the market is not up after ${Math.round(msMax / 1000)} s: ${lackOf(sweep())}${rest}`)
  const throwIfDown = () => {
    if (!isUp) throw new Error(`the market did not come up in this run: ${lackOf(sweep())}`)
  }
  // Without the sweep nothing more will come, and a run that has an end need not be waited for.
  if (!isLate && forMs !== undefined) throwIfDown()
  return { throwIfDown }
}
