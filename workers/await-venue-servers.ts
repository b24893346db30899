// Processes start in any order, and venue servers start again: who works on them waits until they answer.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../src/config.ts'
import { askVenueServers, pickVenues } from '../src/exchanges/venue-servers.ts'
import { reasonOf, StartFailure } from './start-failure.ts'

export type AwaitVenueServers = {
  readonly config: Config
  /** Longer is not waited for. Undefined: until the signal aborts. */
  readonly msMax?: number | undefined
  /** Told that it waits, and that it waits no more; nothing where they answer at once. */
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

const askEveryMs = 500

/** Undefined: the venues answer for themselves, or nobody has said yet where their servers listen. */
function urlOf({ market, run }: Config): string | undefined {
  return market.kind === 'venues' ? market.url : run?.venuesUrl
}

/** @throws StartFailure when they do not answer in time or lack a venue; the signal's reason. */
export async function awaitVenueServers(options: AwaitVenueServers): Promise<void> {
  const { config, msMax, say, signal } = options
  const url = urlOf(config)
  if (url === undefined) return
  const fromMs = performance.now()
  for (let asked = 1; ; asked++) {
    const answer = await askVenueServers(url).catch((error: Error) => error)
    signal.throwIfAborted()
    if (!(answer instanceof Error)) {
      if (asked > 1) say(`the venue servers at ${url} answer`)
      return checkVenues(answer.venues, config.venues)
    }
    const reason = reasonOf(answer)
    if (msMax !== undefined && performance.now() - fromMs >= msMax)
      throw new StartFailure(
        `no venue servers answer at ${url}, waited for ${Math.round(msMax / 1000)} s (${reason}); start them, or mend ARBDESK_MARKET`,
      )
    if (asked === 1) say(`waiting for the venue servers at ${url} (${reason})`)
    await sleep(askEveryMs, undefined, { signal })
  }
}

function checkVenues(offered: readonly string[], asked: Config['venues']): void {
  try {
    pickVenues(offered, asked)
  } catch (error) {
    throw new StartFailure(`${reasonOf(error)}; see ARBDESK_VENUES`, { cause: error })
  }
}
