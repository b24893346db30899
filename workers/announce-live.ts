// What everybody is told when a process that signs with real keys comes up.
import { setTimeout as sleep } from 'node:timers/promises'
import type { VenueHalts } from '../src/exchanges/venue-halts.ts'
import type { VenueId } from '../src/market/market.ts'
import { numberText } from '../src/notification/amount-text.ts'
import { limitsText } from '../src/notification/limits-text.ts'
import type { Runtime } from '../src/runtime.ts'
import { capitalOf } from './capital.ts'

type Wiring = Pick<Runtime, 'announce' | 'settings' | 'config' | 'trades' | 'markets'>

/** The first sweep of a new desk says what everything is worth; it may take some seconds. */
const worthEveryMs = 500
const worthMsMax = 30_000

async function worthIsKnown({ markets }: Wiring, signal: AbortSignal): Promise<boolean> {
  const untilMs = performance.now() + worthMsMax
  while ((await markets.values()).size === 0) {
    if (performance.now() > untilMs) return false
    await sleep(worthEveryMs, undefined, { signal })
  }
  return true
}

/** Where the money is, what may be done with it at most, and what is needed before anything is. */
export async function announceLive(
  wiring: Wiring,
  venues: readonly VenueId[],
  haltOf: VenueHalts['of'],
  signal: AbortSignal,
): Promise<void> {
  const { announce, settings, config, trades, markets } = wiring
  const isKnown = await worthIsKnown(wiring, signal)
  const [capital, current] = await Promise.all([capitalOf({ trades, markets }), settings.refresh()])
  const places = venues.map((venue) => {
    const { restUrl } = config.venueVariables[venue] ?? {}
    const by = restUrl === undefined ? '' : ` by way of ${restUrl}`
    const halt = haltOf(venue)
    if (halt !== undefined) return `${venue}${by}: NO ORDERS, ${halt.reason}`
    const worth = isKnown
      ? `${numberText(capital.get(venue) ?? 0)} USDT worth`
      : 'worth not known yet'
    return `${venue}${by}: ${worth}`
  })
  await announce({
    kind: 'status',
    subject: current['desk.paused'] ? 'LIVE desk, paused' : 'LIVE desk',
    text: [
      'This desk trades with real money.',
      `${places.join('; ')}.`,
      `It trades ${limitsText(current)}.`,
      current['desk.paused']
        ? 'Nothing is traded until an operator says "resume" and types GO LIVE.'
        : 'It is not paused: it goes on.',
    ].join(' '),
  })
}
