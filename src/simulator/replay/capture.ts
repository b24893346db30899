// A raw capture of one venue: its frames in the order and rhythm in which they arrived, and the books
// they start from.
import type { Level, SourceMarket } from '../market-source.ts'
import type { CapturedBook, CapturedFrame, CaptureGrammar } from './capture-grammar.ts'
import { recordedMarket } from './market-rules.ts'

export type CapturedMarket = {
  readonly id: string
  readonly market: SourceMarket
  /** The book as the venue gave it during the capture; changes up to its sequence are in it. */
  readonly book: CapturedBook
}

export type Capture = {
  readonly grammar: CaptureGrammar
  readonly markets: readonly CapturedMarket[]
  /** Of `markets` only. */
  readonly frames: readonly (CapturedFrame & { readonly atMs: number })[]
  /** When it began, ms since 1970 by the venue's clock; `atMs` counts from here. */
  readonly startMs: number
  readonly durationMs: number
}

export type CaptureFile = { readonly name: string; readonly text: string }

// "T: TEXT" as received and "URL -> T: BODY" as answered, T in seconds; or 19 digits of ns and a text.
const received = /^(\d+(?:\.\d+)?): ([{[].*)$/s
const answered = /^(https?:\/\/\S+) -> \d+(?:\.\d+)?: (.*?)(?: header: \{.*\})?$/s
const nanoseconds = /^(\d{13})\d{6} (.*)$/s
const venueTime = /"(?:E|ts|time)":"?(\d{13})(?!\d)/

type Found = {
  frames: (CapturedFrame & { atMs: number })[]
  books: Map<string, CapturedBook>
}

function keepBook(found: Found, book: CapturedBook | undefined): void {
  if (book !== undefined && !found.books.has(book.id)) found.books.set(book.id, book)
}

function readLine(grammar: CaptureGrammar, line: string, lastTopic: string, found: Found): string {
  const answer = answered.exec(line)
  if (answer !== null) {
    keepBook(found, grammar.wholeOf({ url: answer[1] as string, body: answer[2] as string }))
    return lastTopic
  }
  const seconds = received.exec(line)
  const ns = seconds === null ? nanoseconds.exec(line) : null
  const text = (seconds ?? ns)?.[2]
  if (text === undefined) return lastTopic
  const frame = grammar.frameOf(text)
  if (frame === undefined) {
    // A REST book written between the frames of the one symbol of its file.
    const url = `/depth?symbol=${grammar.idOf(lastTopic)}`
    if (lastTopic !== '') keepBook(found, grammar.wholeOf({ url, body: text }))
    return lastTopic
  }
  keepBook(found, grammar.wholeOf(frame))
  found.frames.push({ ...frame, atMs: seconds ? Number(seconds[1]) * 1000 : Number(ns?.[1]) })
  return frame.topic
}

/** How far the recorder's clock was behind the venue's, ms: no frame arrives before it was made. */
function clockLagMs(frames: Found['frames']): number {
  let lagMs = 0
  for (const { atMs, text } of frames) {
    const madeAt = venueTime.exec(text)?.[1]
    if (madeAt !== undefined) lagMs = Math.max(lagMs, Number(madeAt) - atMs)
  }
  return lagMs
}

/** Levels of the whole book and of every change: a change may be finer than all before it. */
function levelsById(grammar: CaptureGrammar, { frames, books }: Found): Map<string, Level[]> {
  const levels = new Map([...books].map(([id, { bids, asks }]) => [id, [...bids, ...asks]]))
  for (const frame of frames) {
    const change = grammar.isChange(frame.topic) ? grammar.changeOf(frame) : undefined
    if (change !== undefined) levels.get(change.id)?.push(...change.bids, ...change.asks)
  }
  return levels
}

function marketOf(
  grammar: CaptureGrammar,
  book: CapturedBook,
  levels: readonly Level[],
): CapturedMarket | undefined {
  const pair = grammar.pairOf(book.id)
  if (pair === undefined) return undefined
  const [base, quote] = pair
  const market = recordedMarket({
    symbol: `${base}/${quote}`,
    base,
    quote,
    takerFee: grammar.takerFee,
    active: true,
    prices: levels.map(([price]) => price),
    amounts: levels.map(([, size]) => size),
  })
  return { id: book.id, market, book }
}

/** Undefined when the files hold no spot market with a book and frames. */
export function readCapture(
  grammar: CaptureGrammar,
  files: readonly CaptureFile[],
): Capture | undefined {
  const found: Found = { frames: [], books: new Map() }
  for (const { text } of files) {
    let lastTopic = ''
    for (const line of text.split('\n')) lastTopic = readLine(grammar, line, lastTopic, found)
  }
  const levels = levelsById(grammar, found)
  const markets = [...found.books.values()].flatMap(
    (book) => marketOf(grammar, book, levels.get(book.id) ?? []) ?? [],
  )
  const ids = new Set(markets.map(({ id }) => id))
  const frames = found.frames
    .filter(({ topic }) => ids.has(grammar.idOf(topic)))
    .toSorted((a, b) => a.atMs - b.atMs)
  const [first, last] = [frames[0], frames.at(-1)]
  if (first === undefined || last === undefined) return undefined
  return {
    grammar,
    markets,
    frames: frames.map((frame) => ({ ...frame, atMs: frame.atMs - first.atMs })),
    startMs: first.atMs + clockLagMs(frames),
    durationMs: last.atMs - first.atMs,
  }
}
