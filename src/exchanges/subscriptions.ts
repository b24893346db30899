// Subscribing and unsubscribing on one connection through ccxt: frames one after the other, spaced as the
// venue wants it, and ccxt's memory of a symbol wiped in between.
import type { Exchange } from 'ccxt'
import { ccxtErrors } from './ccxt-library.ts'
import type { StreamFacts } from './known-exchanges.ts'
import { shortLine } from './rest-failure.ts'
import { createTimers } from './timers.ts'

export type SocketClient = ReturnType<Exchange['client']>

export type SubscriptionsOwner = {
  readonly exchange: Exchange
  readonly facts: StreamFacts
  readonly clients: ReadonlySet<SocketClient>
  wanted(symbol: string): boolean
  /** The venue, or ccxt, does not take this symbol. */
  refused(symbol: string, error: unknown): void
  /** True for an error that was told as one book's already. */
  isTold(error: unknown): boolean
  forgotten(symbol: string): void
  dead(reason: string): void
}

export type Subscriptions = {
  join(symbols: readonly string[]): void
  leave(symbol: string): void
  stop(): void
}

type Call = { readonly kind: 'join' | 'leave'; readonly symbols: readonly string[] }

const leaveTimeoutMs = 4_000

export const lineOf = (error: unknown): string =>
  shortLine(error instanceof Error ? error.message : String(error))

/** ccxt files book errors under network errors, but the connection is sound. */
const isBookError = (error: unknown): boolean =>
  error instanceof ccxtErrors.InvalidNonce || error instanceof ccxtErrors.UnsubscribeError

class CcxtSubscriptions implements Subscriptions {
  readonly #owner: SubscriptionsOwner
  readonly #timers = createTimers()
  readonly #calls: Call[] = []
  #running = false
  #stopped = false

  constructor(owner: SubscriptionsOwner) {
    this.#owner = owner
  }

  join(symbols: readonly string[]): void {
    const size = this.#owner.facts.symbolsPerCallMax
    for (let i = 0; i < symbols.length; i += size)
      this.#calls.push({ kind: 'join', symbols: symbols.slice(i, i + size) })
    void this.#run()
  }

  leave(symbol: string): void {
    this.#calls.push({ kind: 'leave', symbols: [symbol] })
    void this.#run()
  }

  stop(): void {
    this.#stopped = true
    this.#calls.length = 0
    this.#timers.stop()
  }

  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    for (let call = this.#calls.shift(); call !== undefined; call = this.#calls.shift()) {
      const { kind, symbols } = call
      if (kind === 'leave') await this.#leave(symbols[0] as string)
      // A join settles with its first update, which on a quiet market never comes: nobody waits.
      else this.#join(symbols).catch((error: unknown) => this.#joinFailed(symbols, error))
      await this.#timers.pause(this.#owner.facts.callSpacingMs)
    }
    this.#running = false
  }

  async #join(symbols: readonly string[]): Promise<void> {
    const { exchange, facts } = this.#owner
    // Whoever was unsubscribed while this waited in the queue is left out.
    const wanted = symbols.filter((symbol) => this.#owner.wanted(symbol))
    if (wanted.length === 0) return
    if (facts.call === 'for-symbols') await exchange.watchOrderBookForSymbols(wanted, facts.limit)
    else await exchange.watchOrderBook(wanted[0] as string, facts.limit)
  }

  #joinFailed(symbols: readonly string[], error: unknown): void {
    if (this.#stopped || isBookError(error) || this.#owner.isTold(error)) return
    if (error instanceof ccxtErrors.NetworkError) return this.#owner.dead(lineOf(error))
    // One symbol the venue does not know spoils the whole frame: ask one by one, then name it.
    for (const symbol of symbols) this.#forget(symbol)
    if (symbols.length > 1) for (const symbol of symbols) this.join([symbol])
    else this.#owner.refused(symbols[0] as string, error)
  }

  async #leave(symbol: string): Promise<void> {
    const { exchange, facts, clients } = this.#owner
    // MEXC: ccxt files the request after it has cleaned up, and then would not send the next one.
    for (const client of clients)
      for (const key of Object.keys(client.subscriptions))
        if (key.startsWith('unsubscribe') && key.endsWith(`:${symbol}`))
          delete client.subscriptions[key]
    const late = this.#timers.pause(leaveTimeoutMs).then(() => 'late' as const)
    try {
      const left = exchange.unWatchOrderBook(
        symbol,
        facts.limit === undefined ? {} : { limit: facts.limit },
      )
      if ((await Promise.race([left, late])) === 'late')
        this.#owner.dead(`no answer to unsubscribing ${symbol}`)
    } catch (error) {
      if (!this.#stopped && !isBookError(error)) this.#owner.dead(lineOf(error))
    }
    this.#forget(symbol)
  }

  /** Everything ccxt still keeps of one symbol, so that the next subscription begins from nothing. */
  #forget(symbol: string): void {
    const { exchange, facts, clients } = this.#owner
    const marketId = exchange.markets?.[symbol]?.id
    for (const client of clients) {
      for (const key of Object.keys(client.subscriptions))
        if (key.endsWith(`:${symbol}`) || key.endsWith(`:${marketId}`))
          delete client.subscriptions[key]
      delete client.rejections[facts.bookHash + symbol]
    }
    delete exchange.orderbooks[symbol]
    this.#owner.forgotten(symbol)
  }
}

export const createSubscriptions = (owner: SubscriptionsOwner): Subscriptions =>
  new CcxtSubscriptions(owner)
