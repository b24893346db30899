// One venue of the feed: its books, its connections and the state people are told.
import { clearBook } from '../market/books.ts'
import type { MarketId, VenueId } from '../market/market.ts'
import type { FeedListener, StreamState } from '../market/market-feed.ts'
import type { MarketRest, RestFailure } from '../market/market-rest.ts'
import { createBookChecker, type BookChecker } from './book-checker.ts'
import { beginBook } from './book-health.ts'
import { breakBook, emptyBook, takeCopy, takeUpdate, tend, type BookTender } from './book-tender.ts'
import type { StreamFacts } from './known-exchanges.ts'
import type { VenueConnector } from './venue-connector.ts'
import { VenueLinks } from './venue-links.ts'

/** A venue of which no connection has said anything for this long is quiet. */
const quietMs = 5_000
/** Before a book is asked for again after a REST copy failed in passing, or for good as it seems. */
const copyPauseMs = 3_000
const copyPauseMsMax = 60_000

const pauseAfter = ({ reason, retryAfterMs }: RestFailure): number =>
  reason === 'malformed' || reason === 'refused' ? copyPauseMsMax : (retryAfterMs ?? copyPauseMs)

export type VenueFeedParts = {
  readonly venue: VenueId
  readonly rest: MarketRest
  /** Absent: REST only; its watched books are polled. */
  readonly stream: { readonly facts: StreamFacts; readonly connector: VenueConnector } | undefined
  readonly tender: BookTender
  readonly announce: FeedListener['venue']
}

export class VenueFeed {
  readonly #parts: VenueFeedParts
  readonly #checker: BookChecker
  readonly #links: VenueLinks | undefined
  readonly #books = new Map<MarketId, string>()
  #state: StreamState | undefined
  #left = 0
  #closed = false

  constructor(parts: VenueFeedParts) {
    this.#parts = parts
    const { tender, rest, stream } = parts
    const { health } = tender
    this.#checker = createBookChecker(rest, tender.books.depth, (id, answer, sentAtMs) => {
      if (!this.#books.has(id)) return
      if (answer.outcome === 'ok') takeCopy(tender, id, answer, sentAtMs, this.#isStreamed(id))
      else health.checkAfterMs[id] = performance.now() + pauseAfter(answer)
    })
    if (stream === undefined) return
    const { connector, facts } = stream
    this.#links = new VenueLinks(connector, facts, {
      begun(ids) {
        for (const id of ids) beginBook(health, id, performance.now())
      },
      book: (id, book, atMs) => takeUpdate(tender, id, book, atMs, connector.clockOffsetMs),
      broken: (id) => breakBook(tender, id),
      lost(ids) {
        for (const id of ids) emptyBook(tender, id)
      },
      changed: (reason) => this.#announce(reason),
    })
  }

  /** Makes the watched books equal to `wanted`, in the order of their worth. */
  watch(wanted: ReadonlyMap<MarketId, string>): void {
    // A list that was being read when the feed was closed must not open connections again.
    if (this.#closed) return
    const { tender, stream } = this.#parts
    const most =
      stream === undefined
        ? Infinity
        : stream.facts.connectionsMax * stream.facts.topicsPerConnectionMax
    const chosen = new Map([...wanted].slice(0, most))
    this.#left = wanted.size - chosen.size
    const gone = [...this.#books.keys()].filter((id) => !chosen.has(id))
    for (const id of gone) {
      this.#books.delete(id)
      clearBook(tender.books, id)
    }
    this.#links?.drop(gone)
    const added = [...chosen].filter(([id]) => !this.#books.has(id))
    for (const [id, symbol] of added) {
      this.#books.set(id, symbol)
      beginBook(tender.health, id, performance.now())
    }
    this.#links?.add(added)
    if (this.#links === undefined)
      for (const [id, symbol] of added) this.#checker.ask(id, symbol, false)
    this.#announce('')
  }

  refresh(id: MarketId): void {
    const symbol = this.#books.get(id)
    if (symbol !== undefined) this.#checker.ask(id, symbol, true)
  }

  tick(nowMs: number): void {
    const { tender } = this.#parts
    const { health } = tender
    this.#links?.tick(nowMs)
    for (const [id, symbol] of this.#books) {
      const frameMs = this.#links?.openConnectionOf(id)?.lastFrameMs ?? -Infinity
      // A book without its connection is empty and stays so, unless REST is all there is.
      if (frameMs === -Infinity && this.#links !== undefined) continue
      switch (tend(tender, id, frameMs, nowMs)) {
        case 'renewal':
          this.#links?.renew(id)
          break
        case 'copy':
          if (nowMs >= (health.checkAfterMs[id] as number)) this.#checker.ask(id, symbol, false)
          break
        case 'nothing':
          break
      }
    }
    this.#announce('')
  }

  close(): void {
    this.#closed = true
    this.#checker.stop()
    this.#links?.close()
    this.#parts.stream?.connector.close()
  }

  /** True when the book's stream should have told what a REST copy tells. */
  #isStreamed(id: MarketId): boolean {
    const { tender, stream } = this.#parts
    if (this.#links?.openConnectionOf(id) === undefined) return false
    return (
      stream?.facts.snapshotFirst === true || (tender.health.streamedAtMs[id] as number) > -Infinity
    )
  }

  #stateNow(): StreamState {
    const links = this.#links
    if (links === undefined) return 'live'
    if (links.refused && links.openCount === 0) return 'refused'
    if (links.openCount === 0) return 'down'
    return performance.now() - links.lastFrameMs > quietMs ? 'quiet' : 'live'
  }

  #announce(reason: string): void {
    if (this.#closed || this.#books.size === 0) return
    const state = this.#stateNow()
    // Before the first dial has ended there is nothing to say.
    if (state === this.#state || (this.#state === undefined && state === 'down' && reason === ''))
      return
    this.#state = state
    const { venue, announce } = this.#parts
    const links = this.#links
    const parts = [
      links === undefined
        ? 'books come by REST'
        : `${links.openCount} of ${links.count} connections open`,
      ...(reason === '' ? [] : [reason]),
      ...(this.#left > 0 ? [`${this.#left} books beyond its topic limit are not watched`] : []),
    ]
    announce(venue, state, parts.join('; '))
  }
}
