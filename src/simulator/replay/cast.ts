// Which recordings play together. Prices of two moments side by side would look like gaps between
// venues, so a venue and a symbol are played from one moment only.
import type { VenueId } from '../../market/market.ts'
import type { Capture, CapturedMarket } from './capture.ts'
import type { FoundCapture, Recordings } from './recording-files.ts'
import type { TickerRecording } from './ticker-recording.ts'

export type CastVenue = {
  readonly venue: VenueId
  readonly tickers: TickerRecording | undefined
  readonly capture: Capture | undefined
}

export type Cast = {
  readonly venues: readonly CastVenue[]
  /** The moment of the ticker rows, ms: the latest of the venues' own; undefined without rows. */
  readonly momentMs: number | undefined
  /** From the earliest venue's rows to the latest's, ms. */
  readonly tickersSpanMs: number
  readonly leftOut: readonly string[]
}

const momentSpreadMsMax = 60_000
/** A captured price further than this from the ticker row belongs to another coin or another hour. */
const priceSpreadMax = 0.03

const minute = (timeMs: number) =>
  `${new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`

export const captureName = ({ grammar, startMs }: Capture): string =>
  `the ${grammar.venue} streams of ${minute(startMs)}`
export const tickersName = (momentMs: number | undefined): string =>
  `the tickers of ${momentMs === undefined ? 'an unknown time' : minute(momentMs)}`

const sameMoment = ({ startMs, durationMs }: Capture, timeMs: number) =>
  timeMs >= startMs - momentSpreadMsMax && timeMs <= startMs + durationMs + momentSpreadMsMax

const middle = (bid: number | undefined, ask: number | undefined) => ((bid ?? 0) + (ask ?? 0)) / 2

function agrees({ market, book }: CapturedMarket, tickers: TickerRecording): boolean {
  const row = tickers.rows.find(({ ticker }) => ticker.symbol === market.symbol)?.ticker
  if (row === undefined || !(row.bid > 0 && row.ask > 0)) return true
  const captured = middle(book.bids[0]?.[0], book.asks[0]?.[0])
  return Math.abs(captured / middle(row.bid, row.ask) - 1) <= priceSpreadMax
}

type Admitted = {
  readonly name: string
  readonly symbols: ReadonlySet<string>
  near: (capture: Capture) => boolean
}

/** Why the capture cannot play beside what is admitted; undefined when it can. */
function conflict(capture: Capture, venue: CastVenue | undefined, others: readonly Admitted[]) {
  if (venue?.capture !== undefined) return `${captureName(venue.capture)} play on that venue`
  const clash = others.find(
    ({ symbols, near }) =>
      !near(capture) && capture.markets.some(({ market }) => symbols.has(market.symbol)),
  )
  return clash && `${clash.name} are of another moment`
}

const symbolsOf = (markets: readonly { readonly symbol: string }[]) =>
  new Set(markets.map(({ symbol }) => symbol))

export function castRecordings({ tickers, captures, leftOut }: Recordings): Cast {
  const moments = tickers.flatMap(({ momentMs }) => momentMs ?? [])
  const momentMs = moments.length > 0 ? Math.max(...moments) : undefined
  const notes = [...leftOut]
  const venues = new Map<VenueId, CastVenue>()
  const admitted: Admitted[] = []
  for (const recording of tickers) {
    const { venue } = recording.recorded
    const atMs = recording.momentMs ?? momentMs ?? 0
    venues.set(venue, { venue, tickers: recording, capture: undefined })
    admitted.push({
      name: tickersName(atMs),
      symbols: symbolsOf(recording.markets),
      near: (capture) => sameMoment(capture, atMs),
    })
  }

  const admit = ({ capture, folder }: FoundCapture): void => {
    const { venue } = capture.grammar
    const known = venues.get(venue)
    const symbols = capture.markets.map(({ market }) => market.symbol).join(', ')
    const reason =
      conflict(capture, known, admitted) ??
      (known?.tickers?.momentMs !== undefined && !sameMoment(capture, known.tickers.momentMs)
        ? `${tickersName(known.tickers.momentMs)} are of another moment`
        : undefined)
    if (reason !== undefined) {
      notes.push(`${captureName(capture)} (${symbols}): ${reason}; replay:${folder} plays it`)
      return
    }
    const rows = known?.tickers
    const markets = capture.markets.filter((one) => rows === undefined || agrees(one, rows))
    for (const one of capture.markets)
      if (!markets.includes(one))
        notes.push(
          `${one.market.symbol} of ${captureName(capture)}: the venue's ticker row says otherwise`,
        )
    if (markets.length === 0) return
    venues.set(venue, { venue, tickers: rows, capture: { ...capture, markets } })
    admitted.push({
      name: captureName(capture),
      symbols: symbolsOf(markets.map(({ market }) => market)),
      near: (other) => sameMoment(other, capture.startMs),
    })
  }
  for (const found of captures) admit(found)

  return {
    venues: [...venues.values()],
    momentMs,
    tickersSpanMs: moments.length > 0 ? Math.max(...moments) - Math.min(...moments) : 0,
    leftOut: notes,
  }
}
