// One websocket connection of one venue: a ccxt object of its own, thrown away when the connection
// ends, so that no token, subscription or book of an earlier life can come back.
//
// ccxt's watch calls settle a promise for every update of every waiter, which costs more the more
// symbols there are. Here a call only subscribes; the updates are taken where ccxt hands them to its
// waiters, at the client's `resolve`.
import type { Exchange } from 'ccxt'
import type { LevelLike } from '../market/books.ts'
import type { MarketId } from '../market/market.ts'
import { ccxtErrors } from './ccxt-library.ts'
import { routeUrl, type VenueAccess } from './ccxt-client.ts'
import type { StreamFacts } from './known-exchanges.ts'
import { guardSequence, type SequenceGuard } from './sequence-guard.ts'
import {
  createSubscriptions,
  lineOf,
  type SocketClient,
  type Subscriptions,
} from './subscriptions.ts'
import { createTimers } from './timers.ts'

export type StreamedBook = {
  readonly bids: readonly LevelLike[]
  readonly asks: readonly LevelLike[]
  readonly timestamp?: number | undefined
}

export type ConnectionListener = {
  /** Called for every update, within the frame that brought it; `atMs` is performance.now(). */
  book(id: MarketId, book: StreamedBook, atMs: number): void
  /** ccxt found a gap or a wrong checksum, or the venue refused this book; its stream is dead. */
  broken(id: MarketId, reason: string): void
  opened(): void
  /** The connection is of no more use and closed already. Said once. */
  lost(reason: string, refused: boolean): void
}

export type StreamConnection = {
  readonly open: boolean
  /** performance.now(); -Infinity before it opened. */
  readonly openedAtMs: number
  /** Last frame or pong of any kind, performance.now(); -Infinity: none yet. */
  readonly lastFrameMs: number
  subscribe(markets: Iterable<readonly [MarketId, string]>): void
  unsubscribe(symbol: string): void
  /** Ends a subscription and begins it anew, with a fresh book. */
  renew(id: MarketId, symbol: string): void
  close(): void
}

// A frame that ccxt cannot read now and then is the venue's humour; many are a broken stream.
const badFramesMax = 20
const badFramesWithinMs = 60_000
// As ws words a handshake that was turned away, and ccxt a request for the websocket's token.
const refusal = /(?:response:|https?:\/\/\S+) (?:401|403|451)\b/

class CcxtStreamConnection implements StreamConnection {
  open = false
  openedAtMs = -Infinity
  lastFrameMs = -Infinity
  readonly #exchange: Exchange
  readonly #access: VenueAccess
  readonly #facts: StreamFacts
  readonly #listener: ConnectionListener
  readonly #timers = createTimers()
  /** By the hash under which ccxt files an update, because the hot path has nothing else. */
  readonly #ids = new Map<string, MarketId>()
  readonly #clients = new Set<SocketClient>()
  /** Errors that were told as one book's already. */
  readonly #told = new WeakSet<object>()
  readonly #guard: SequenceGuard
  readonly #subscriptions: Subscriptions
  #ended = false
  #badFrames = 0
  #badFramesFromMs = 0

  constructor(
    exchange: Exchange,
    access: VenueAccess,
    facts: StreamFacts,
    listener: ConnectionListener,
  ) {
    this.#exchange = exchange
    this.#access = access
    this.#facts = facts
    this.#listener = listener
    this.#guard = guardSequence(exchange, access.venue, (symbol, why) =>
      this.#breakBook(facts.bookHash + symbol, new ccxtErrors.InvalidNonce(why)),
    )
    this.#subscriptions = createSubscriptions({
      exchange,
      facts,
      clients: this.#clients,
      wanted: (symbol) => this.#ids.has(facts.bookHash + symbol),
      refused: (symbol, error) => this.#breakBook(facts.bookHash + symbol, error),
      isTold: (error) => typeof error === 'object' && error !== null && this.#told.has(error),
      forgotten: (symbol) => this.#guard.forget(symbol),
      dead: (reason) => this.#lose(reason),
    })
    this.#hookExchange()
  }

  subscribe(markets: Iterable<readonly [MarketId, string]>): void {
    const symbols: string[] = []
    for (const [id, symbol] of markets) {
      this.#ids.set(this.#facts.bookHash + symbol, id)
      symbols.push(symbol)
    }
    this.#subscriptions.join(symbols)
  }

  unsubscribe(symbol: string): void {
    this.#ids.delete(this.#facts.bookHash + symbol)
    this.#subscriptions.leave(symbol)
  }

  renew(id: MarketId, symbol: string): void {
    this.#subscriptions.leave(symbol)
    this.subscribe([[id, symbol]])
  }

  close(): void {
    this.#ended = true
    this.open = false
    this.#timers.stop()
    this.#subscriptions.stop()
    for (const client of this.#clients) {
      client.reset(new ccxtErrors.ExchangeClosedByUser('closed'))
      client.connection?.terminate()
    }
    Promise.resolve(this.#exchange.fetchDispatcher?.destroy()).catch(() => undefined)
  }

  #hookExchange(): void {
    const exchange = this.#exchange
    const clientOf = exchange.client.bind(exchange)
    exchange.client = (url) => {
      // A call that still waited for its token would dial anew, and nobody would ever close that socket.
      if (this.#ended) throw new ccxtErrors.ExchangeClosedByUser('closed')
      const client = clientOf(url === undefined ? url : routeUrl(this.#access, url))
      if (!this.#clients.has(client)) this.#hookClient(client)
      return client
    }
    exchange.onConnected = () => {
      if (this.#ended) return
      this.open = true
      this.openedAtMs = performance.now()
      this.lastFrameMs = this.openedAtMs
      this.#listener.opened()
    }
    const onError = exchange.onError.bind(exchange)
    exchange.onError = (client, error) => {
      onError(client, error)
      this.#lose(lineOf(error))
    }
    const onClose = exchange.onClose.bind(exchange)
    exchange.onClose = (client, event) => {
      onClose(client, event)
      this.#lose('the venue closed the connection')
    }
    if (this.#facts.socketPerCall === true) Object.assign(exchange, { stream: () => '0' })
  }

  #hookClient(client: SocketClient): void {
    this.#clients.add(client)
    const onMessage = client.onMessage.bind(client)
    client.onMessage = (event) => {
      if (this.#ended) return
      this.lastFrameMs = performance.now()
      onMessage(event)
    }
    const onPong = client.onPong.bind(client)
    client.onPong = () => {
      this.lastFrameMs = performance.now()
      onPong()
    }
    const resolve = client.resolve.bind(client)
    client.resolve = (result: unknown, hash) => {
      const id = hash === undefined ? undefined : this.#ids.get(hash)
      if (id !== undefined) this.#listener.book(id, result as StreamedBook, this.lastFrameMs)
      return resolve(result, hash)
    }
    const reject = client.reject.bind(client)
    client.reject = (error: unknown, hash) => {
      if (hash === undefined) {
        this.#noteBadFrame(error)
        return reject(error)
      }
      this.#breakBook(hash, error)
      // ccxt drops its socket without closing it when a book cannot be synchronised.
      this.#timers.after(0, () => {
        if (this.#exchange.clients[client.url] !== client) this.#lose(lineOf(error))
      })
      // With nobody waiting ccxt would keep the error for the next subscriber.
      return hash in client.futures ? reject(error, hash) : error
    }
  }

  #breakBook(hash: string, error: unknown): void {
    if (error instanceof ccxtErrors.UnsubscribeError) return
    if (typeof error === 'object' && error !== null) this.#told.add(error)
    const id = this.#ids.get(hash)
    if (id !== undefined && !this.#ended) this.#listener.broken(id, lineOf(error))
  }

  #noteBadFrame(error: unknown): void {
    const now = performance.now()
    if (now - this.#badFramesFromMs > badFramesWithinMs) {
      this.#badFrames = 0
      this.#badFramesFromMs = now
    }
    this.#badFrames++
    if (this.#badFrames > badFramesMax) this.#lose(`too many bad frames: ${lineOf(error)}`)
  }

  #lose(reason: string): void {
    if (this.#ended) return
    this.close()
    this.#listener.lost(reason, refusal.test(reason))
  }
}

/** `exchange` must have its markets and must not be used by anybody else. Dials on the first subscription. */
export const openStreamConnection = (
  exchange: Exchange,
  access: VenueAccess,
  facts: StreamFacts,
  listener: ConnectionListener,
): StreamConnection => new CcxtStreamConnection(exchange, access, facts, listener)
