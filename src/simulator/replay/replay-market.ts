// A market source fed from recordings: what was recorded is played as if it happened now, over and over.
import type { MarketSource } from '../market-source.ts'
import { captureName, castRecordings, tickersName, type Cast } from './cast.ts'
import { readRecordings } from './recording-files.ts'
import { createReplayVenue } from './replay-venue.ts'

export type ReplayMarket = MarketSource & {
  /** How long one loop lasts, ms. */
  readonly loopMs: number
}

// The rows of all venues were taken one after another; a loop lasts as long as that took, or this long.
const tickersMsMin = 30_000
// After the last frame of a capture, so that its last state can be seen.
const tailMs = 1000

function loopMsOf({ venues, tickersSpanMs }: Cast, tickersMs: number | undefined): number {
  const rowsMs = tickersMs ?? Math.max(tickersSpanMs, tickersMsMin)
  return Math.max(
    ...venues.map(({ tickers, capture }) =>
      Math.max(tickers === undefined ? 0 : rowsMs, (capture?.durationMs ?? 0) + tailMs),
    ),
  )
}

function contents({ venues, momentMs }: Cast): string {
  const rows = venues.flatMap(({ tickers }) => tickers ?? [])
  const markets = rows.reduce((sum, one) => sum + one.markets.length, 0)
  const names = venues.flatMap(({ capture }) => (capture === undefined ? [] : captureName(capture)))
  if (rows.length > 0)
    names.unshift(`${tickersName(momentMs)} (${rows.length} venues, ${markets} markets)`)
  return names.join(', ')
}

/**
 * Opens a folder of recordings (see `readRecordings` for its layout) for `startVenueServers`.
 * `onEvent` is told in one line each what is played, what is left out and why, when the recording
 * ends and when it begins again. Every time is moved by one constant per recording, renewed with
 * every loop, so that the recording's latest rows, or a capture's first frame, are of now. Throws
 * ReplayFolderError when nothing can be played.
 */
export async function openReplayMarket(options: {
  folder: string
  onEvent: (text: string) => void
  /** The clock the venues tell, ms since 1970; ours unless given. */
  now?: () => number
  /** How long ticker rows, which are one moment, stay before the recording begins again, ms. */
  tickersMs?: number
}): Promise<ReplayMarket> {
  const { folder, onEvent, now = () => Date.now(), tickersMs } = options
  const cast = castRecordings(await readRecordings(folder))
  const momentMs = cast.momentMs ?? now()
  const venues = cast.venues.map((venue) => createReplayVenue(venue, momentMs, now))
  const loopMs = loopMsOf(cast, tickersMs)
  for (const text of cast.leftOut) onEvent(`replay leaves out ${text}`)

  let timer: NodeJS.Timeout | undefined
  let beganAtMs = 0
  let loop = 0

  const begin = () => {
    loop++
    const startMs = now()
    beganAtMs = performance.now()
    for (const venue of venues) venue.begin(startMs)
  }
  const step = () => {
    const elapsedMs = performance.now() - beganAtMs
    const nextMs = Math.min(loopMs, ...venues.map((venue) => venue.play(elapsedMs)))
    if (elapsedMs >= loopMs) {
      begin()
      onEvent(`the recording has ended; loop ${loop} begins, its times moved to now again`)
    }
    timer = setTimeout(step, Math.max(0, (elapsedMs >= loopMs ? 0 : nextMs) - elapsedMs))
  }

  return {
    venues,
    loopMs,
    now,
    start() {
      if (timer !== undefined) return
      begin()
      onEvent(`replay of ${folder} for ${Math.ceil(loopMs / 1000)} s a loop: ${contents(cast)}`)
      step()
    },
    async close() {
      clearTimeout(timer)
      for (const venue of venues) venue.stop()
    },
  }
}
