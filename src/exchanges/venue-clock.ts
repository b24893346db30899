// How far a venue's clock is from ours, from several readings of it.
import type { VenueId } from '../market/market.ts'
import type { Read } from '../trade/engine/order-gateway.ts'
import { parseExactJson } from './exact-json.ts'
import type { WireEnd } from './order-wire.ts'
import type { Ask, OrderReads } from './orders/order-card.ts'
import { shortLine } from './rest-failure.ts'

/** The venue's clock minus ours, and how far off that may be. */
export type ClockReading = { readonly offsetMs: number; readonly errorMs: number }

const readingsMax = 5
/** Known so well that a further reading would tell nobody more. */
const errorMsGoodEnough = 25
/** Our wall clock and our steady one may tell a way there and back apart by this. */
const turnedMsMax = 20

function readingOf(end: WireEnd, timeMs: OrderReads['timeMs']): ClockReading | string {
  if (end.outcome === 'silence') return end.reason
  const { sentAtMs, receivedAtMs, tookMs } = end
  // It was set in between, or we were stopped between two looks: neither end of the way is known then.
  if (Math.abs(receivedAtMs - sentAtMs - tookMs) > turnedMsMax)
    return 'our own clock was turned on the way'
  const json = end.status >= 300 ? undefined : parseExactJson(end.body)
  if (json === undefined) return `HTTP ${end.status}: ${end.body}`
  try {
    return {
      offsetMs: timeMs(json) - (sentAtMs + receivedAtMs) / 2,
      // A whole number of milliseconds is never known better than to one.
      errorMs: Math.max(1, tookMs / 2, (receivedAtMs - sentAtMs) / 2),
    }
  } catch (error) {
    return String(error)
  }
}

/**
 * The reading with the shortest way there and back is off by half of that way at most, also when this
 * process or the venue was stopped on it. Each reading costs a share of what orders need, so it asks
 * again only while it does not know enough.
 */
export async function readClock(
  venue: VenueId,
  { time, timeMs }: Pick<OrderReads, 'time' | 'timeMs'>,
  ask: (ask: Ask) => Promise<WireEnd>,
): Promise<Read<ClockReading>> {
  let best: ClockReading | undefined
  let fault = ''
  for (let k = 0; k < readingsMax; k++) {
    const reading = readingOf(await ask(time()), timeMs)
    if (typeof reading === 'string') fault = reading
    else if (best === undefined || reading.errorMs < best.errorMs) best = reading
    if (best !== undefined && best.errorMs <= errorMsGoodEnough) break
  }
  return best === undefined
    ? { outcome: 'failed', reason: shortLine(`${venue}: no reading of its clock: ${fault}`) }
    : { outcome: 'ok', value: best }
}
