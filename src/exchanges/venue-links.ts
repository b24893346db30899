// Spreads one venue's books over its connections, and brings connections back that are lost.
import type { MarketId } from '../market/market.ts'
import type { StreamFacts } from './known-exchanges.ts'
import type { StreamConnection, StreamedBook } from './stream-connection.ts'
import { createTimers } from './timers.ts'
import type { VenueConnector } from './venue-connector.ts'

export type LinksListener = {
  /** These books are subscribed to from now on. */
  begun(ids: Iterable<MarketId>): void
  book(id: MarketId, book: StreamedBook, atMs: number): void
  broken(id: MarketId, reason: string): void
  /** Their connection is gone; nothing that it said may decide anything any more. */
  lost(ids: Iterable<MarketId>): void
  /** Connections opened or closed; `reason` is one line for people. */
  changed(reason: string): void
}

/** A place for a connection with the books that belong on it; the connection may be missing. */
type Link = {
  readonly books: Map<MarketId, string>
  readonly ageMsMax: number
  connection: StreamConnection | undefined
  failures: number
  ended: boolean
}

const backoffMsFirst = 500
const backoffMsMax = 30_000
// Whoever is told that he is not wanted need not ask often.
const refusedPauseMs = 10 * 60 * 1000
/** A connection that lived this long was good: the next loss starts from a short pause again. */
const stableMs = 30_000
const massLeave = 10

export class VenueLinks {
  refused = false
  readonly #connector: VenueConnector
  readonly #facts: StreamFacts
  readonly #listener: LinksListener
  readonly #links: Link[] = []
  readonly #homes = new Map<MarketId, Link>()
  readonly #timers = createTimers()

  constructor(connector: VenueConnector, facts: StreamFacts, listener: LinksListener) {
    this.#connector = connector
    this.#facts = facts
    this.#listener = listener
  }

  get count(): number {
    return this.#links.length
  }

  get openCount(): number {
    return this.#links.filter(({ connection }) => connection?.open === true).length
  }

  /** performance.now() of the latest frame on any connection. */
  get lastFrameMs(): number {
    return this.#links.reduce(
      (latest, { connection }) => Math.max(latest, connection?.lastFrameMs ?? -Infinity),
      -Infinity,
    )
  }

  /** Undefined while the book's connection is missing or still being dialled. */
  openConnectionOf(id: MarketId): StreamConnection | undefined {
    const connection = this.#homes.get(id)?.connection
    return connection?.open === true ? connection : undefined
  }

  /** The caller keeps within connectionsMax × topicsPerConnectionMax. */
  add(markets: Iterable<readonly [MarketId, string]>): void {
    const added = new Map<Link, [MarketId, string][]>()
    for (const [id, symbol] of markets) {
      const link = this.#linkWithRoom()
      link.books.set(id, symbol)
      this.#homes.set(id, link)
      added.set(link, [...(added.get(link) ?? []), [id, symbol]])
    }
    for (const [link, books] of added) {
      if (link.connection === undefined) continue
      this.#listener.begun(books.map(([id]) => id))
      link.connection.subscribe(books)
    }
  }

  drop(ids: Iterable<MarketId>): void {
    const dropped = new Map<Link, string[]>()
    for (const id of ids) {
      const link = this.#homes.get(id)
      const symbol = link?.books.get(id)
      if (link === undefined || symbol === undefined) continue
      this.#homes.delete(id)
      link.books.delete(id)
      dropped.set(link, [...(dropped.get(link) ?? []), symbol])
    }
    for (const [link, symbols] of dropped) {
      const { connection, books } = link
      if (books.size === 0) this.#end(link)
      else if (connection === undefined) continue
      // Leaving one by one would keep newcomers waiting for longer than a new connection takes.
      else if (symbols.length >= massLeave && symbols.length >= books.size)
        this.#lose(link, connection, 'most of its books are no longer watched', false)
      else for (const symbol of symbols) connection.unsubscribe(symbol)
    }
  }

  renew(id: MarketId): void {
    const link = this.#homes.get(id)
    const symbol = link?.books.get(id)
    if (link?.connection === undefined || symbol === undefined) return
    link.connection.renew(id, symbol)
  }

  /** Renews connections that are about to be cut by the venue for their age. */
  tick(nowMs: number): void {
    for (const link of this.#links) {
      const { connection } = link
      if (connection?.open !== true || nowMs - connection.openedAtMs < link.ageMsMax) continue
      this.#lose(link, connection, 'renewed before the venue would cut it', false)
    }
  }

  close(): void {
    this.#timers.stop()
    for (const link of this.#links) {
      link.ended = true
      this.#endConnection(link)
    }
    this.#links.length = 0
    this.#homes.clear()
  }

  #linkWithRoom(): Link {
    const { topicsPerConnectionMax, connectionAgeMsMax } = this.#facts
    const roomy = this.#links.find(({ books }) => books.size < topicsPerConnectionMax)
    if (roomy !== undefined) return roomy
    // Spread, so that not all connections of a start-up are renewed at the same moment.
    const ageMsMax = connectionAgeMsMax * (0.9 + Math.random() / 10)
    const link: Link = {
      books: new Map(),
      ageMsMax,
      connection: undefined,
      failures: 0,
      ended: false,
    }
    this.#links.push(link)
    void this.#open(link)
    return link
  }

  async #open(link: Link): Promise<void> {
    let mine: StreamConnection | undefined
    const connected = await this.#connector
      .connect({
        book: (id, book, atMs) => this.#listener.book(id, book, atMs),
        broken: (id, reason) => this.#listener.broken(id, reason),
        opened: () => {
          this.refused = false
          this.#listener.changed('connected')
        },
        lost: (reason, refused) => this.#lose(link, mine, reason, refused),
      })
      .catch((error: unknown) => ({
        outcome: 'failed' as const,
        reason: 'unreachable' as const,
        detail: String(error),
      }))
    if (link.ended) {
      if (connected.outcome === 'ok') connected.connection.close()
      return
    }
    if (connected.outcome === 'failed') {
      this.#retry(link, connected.detail, connected.reason === 'refused')
      return
    }
    mine = connected.connection
    link.connection = mine
    this.#listener.begun(link.books.keys())
    mine.subscribe(link.books)
  }

  #lose(
    link: Link,
    connection: StreamConnection | undefined,
    reason: string,
    refused: boolean,
  ): void {
    if (link.ended || connection === undefined || link.connection !== connection) return
    if (performance.now() - connection.openedAtMs > stableMs && connection.openedAtMs > 0)
      link.failures = 0
    this.#endConnection(link)
    this.#listener.lost(link.books.keys())
    this.#retry(link, reason, refused)
  }

  #retry(link: Link, reason: string, refused: boolean): void {
    const ceilingMs = Math.min(backoffMsMax, backoffMsFirst * 2 ** link.failures)
    link.failures = Math.min(20, link.failures + 1)
    if (refused) this.refused = true
    const pauseMs = refused ? refusedPauseMs : ceilingMs * (0.5 + Math.random() / 2)
    this.#timers.after(pauseMs, () => {
      if (!link.ended) void this.#open(link)
    })
    this.#listener.changed(reason)
  }

  #endConnection(link: Link): void {
    const { connection } = link
    link.connection = undefined
    connection?.close()
  }

  #end(link: Link): void {
    link.ended = true
    this.#endConnection(link)
    this.#links.splice(this.#links.indexOf(link), 1)
    this.#listener.changed('no book left to watch')
  }
}
