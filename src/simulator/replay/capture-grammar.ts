// How one venue writes the frames of a raw capture: which topic a frame belongs to, and what it changes
// in which order book.
import type { VenueId } from '../../market/market.ts'
import type { Level } from '../market-source.ts'

export type CapturedFrame = {
  /** The venue's own name of the stream, as a client asks for it. */
  readonly topic: string
  /** What is sent to a client, times as recorded. */
  readonly text: string
}

export type CapturedBook = {
  readonly id: string
  /** Sequences; a frame without any (OKX of that time) has NaN and always applies. */
  readonly first: number
  readonly last: number
  /** The venue's own time where the frame carries one. */
  readonly timeMs: number | undefined
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

/** What the venue answers for a captured market: only what its book shows, nothing else was recorded. */
type BestRow = {
  readonly id: string
  readonly bid: string
  readonly bidSize: string
  readonly ask: string
  readonly askSize: string
  readonly timeMs: number
}

export type CaptureGrammar = {
  readonly venue: VenueId
  /** "KUCOIN" in KUCOIN.ws.1.0.gz. */
  readonly file: string
  readonly takerFee: number
  /** Undefined for acknowledgements and whatever else belongs to one connection only. */
  frameOf(text: string): CapturedFrame | undefined
  /** The market's own id in a topic. */
  idOf(topic: string): string
  pairOf(id: string): readonly [base: string, quote: string] | undefined
  /** A whole book: a REST answer to `url`, or a received frame where the venue sends it that way. */
  wholeOf(source: { url: string; body: string } | CapturedFrame): CapturedBook | undefined
  isChange(topic: string): boolean
  changeOf(frame: CapturedFrame): CapturedBook | undefined
  rowOf(best: BestRow): Readonly<Record<string, unknown>>
}

type Json = Readonly<Record<string, unknown>>

/** A nested object, empty where there is none. */
export const inner = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {}

/** NaN where the field is missing or no number: `Number` of an object calls what the object names. */
export const count = (value: unknown): number =>
  typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN
export const time = (value: unknown): number | undefined => {
  const ms = count(value)
  return Number.isFinite(ms) ? ms : undefined
}
/** Empty where the field is missing or no text. */
export const word = (value: unknown): string => (typeof value === 'string' ? value : '')

/** KuCoin writes a change without effect at price 0. */
export const levels = (value: unknown): Level[] =>
  (Array.isArray(value) ? (value as readonly unknown[]) : [])
    .map((level): Level => {
      const [price, size] = Array.isArray(level) ? (level as readonly unknown[]) : []
      return [count(price), count(size)]
    })
    .filter(([price, size]) => price > 0 && price < Infinity && size >= 0 && size < Infinity)

/** "BTC-USDT"; contracts have a third part. */
export const dashedPair = (id: string): readonly [string, string] | undefined => {
  const [base, quote, ...rest] = id.split('-')
  return base && quote && rest.length === 0 ? [base, quote] : undefined
}
