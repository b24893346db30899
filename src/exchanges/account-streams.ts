// The streams of our accounts, venue by venue: opened, and brought back when they are lost. Each is a
// convenience; whoever listens must do without it.
import type { VenueId } from '../market/market.ts'
import type { RequestBudget } from '../market/request-budget.ts'
import type { AccountListener, AccountStreams } from '../trade/account-news.ts'
import { openAccountConnection, type AccountConnection } from './account-connection.ts'
import { accountFrames, type AccountFrames } from './account-frames.ts'
import { requestTimeoutMsDefault, type VenueAccess } from './ccxt-client.ts'
import { createTimers } from './timers.ts'

export type AccountStreamsOptions = {
  /** Those without a key, or without a stream that somebody has tried, are left out. */
  readonly venues: readonly VenueId[]
  /** With the keys of the account that is traded on. */
  readonly access: (venue: VenueId) => VenueAccess
  readonly budget: RequestBudget
  readonly listener: AccountListener
  readonly backoff?: Backoff
}

type Backoff = {
  readonly firstMs: number
  readonly maxMs: number
  /** Whoever is told that he is not wanted need not ask often. */
  readonly refusedMs: number
}

type Link = {
  readonly venue: VenueId
  readonly frames: AccountFrames
  connection: AccountConnection | undefined
  failures: number
  upAtMs: number
}

const backoffUsual: Backoff = { firstMs: 500, maxMs: 30_000, refusedMs: 300_000 }
/** A connection that lived this long was good: the next loss starts from a short pause again. */
const stableMs = 30_000

class CcxtAccountStreams implements AccountStreams {
  readonly #options: AccountStreamsOptions
  readonly #backoff: Backoff
  readonly #timers = createTimers()
  readonly #closing = new AbortController()
  readonly #links: readonly Link[]

  constructor(options: AccountStreamsOptions) {
    this.#options = options
    this.#backoff = options.backoff ?? backoffUsual
    this.#links = options.venues.flatMap((venue) => {
      const frames = accountFrames(venue)
      const link = { venue, connection: undefined, failures: 0, upAtMs: Infinity }
      const isKeyed = options.access(venue).keys !== undefined
      return frames === undefined || !isKeyed ? [] : [{ ...link, frames }]
    })
    for (const link of this.#links) void this.#open(link)
  }

  renew(venue: VenueId): void {
    const link = this.#links.find((one) => one.venue === venue)
    if (link?.connection === undefined) return
    link.connection.close()
    this.#lost(link, 'it told nothing of what happened', false)
  }

  close(): Promise<void> {
    this.#closing.abort()
    this.#timers.stop()
    for (const { connection } of this.#links) connection?.close()
    return Promise.resolve()
  }

  async #open(link: Link): Promise<void> {
    const { venue, frames } = link
    const { budget, listener } = this.#options
    const access = this.#options.access(venue)
    const opened = await openAccountConnection({
      access,
      frames,
      caller: { venue, budget, closing: this.#closing.signal },
      deadlineMs: access.requestTimeoutMs ?? requestTimeoutMsDefault,
      listener: {
        heard(heard) {
          switch (heard.kind) {
            case 'orders':
              for (const id of heard.clientOrderIds) listener.order(venue, id)
              return
            case 'balances':
              return listener.balances(venue)
          }
        },
        up: () => {
          link.upAtMs = performance.now()
          listener.changed(venue, { state: 'up' })
        },
        lost: (reason, refused) => this.#lost(link, reason, refused),
      },
    }).catch((error: unknown) => ({
      outcome: 'failed' as const,
      // The words of an error may hold what was signed.
      reason: `it could not be asked (${error instanceof Error ? error.name : typeof error})`,
      refused: false,
    }))
    if (opened.outcome === 'failed') return this.#lost(link, opened.reason, opened.refused)
    if (this.#closing.signal.aborted) return opened.connection.close()
    link.connection = opened.connection
  }

  #lost(link: Link, reason: string, refused: boolean): void {
    if (this.#closing.signal.aborted) return
    if (performance.now() - link.upAtMs > stableMs) link.failures = 0
    link.upAtMs = Infinity
    link.connection = undefined
    const { firstMs, maxMs, refusedMs } = this.#backoff
    const ceilingMs = refused ? refusedMs : Math.min(maxMs, firstMs * 2 ** link.failures)
    link.failures = Math.min(20, link.failures + 1)
    this.#timers.after(ceilingMs * (0.5 + Math.random() / 2), () => void this.#open(link))
    this.#options.listener.changed(link.venue, { state: 'away', reason })
  }
}

export const openAccountStreams = (options: AccountStreamsOptions): AccountStreams =>
  new CcxtAccountStreams(options)
