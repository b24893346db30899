// Makes connections to one venue: loads its markets once, keeps the time between dials, and knows how
// far the venue's clock is from ours.
import type { Exchange } from 'ccxt'
import type { RestFailure } from '../market/market-rest.ts'
import type { RequestBudget } from '../market/request-budget.ts'
import { createStreamClient, requestTimeoutMsDefault, type VenueAccess } from './ccxt-client.ts'
import { knownExchange, type KnownExchange, type StreamFacts } from './known-exchanges.ts'
import { callRest, traceRequests, type RestCaller } from './rest-call.ts'
import {
  openStreamConnection,
  type ConnectionListener,
  type StreamConnection,
} from './stream-connection.ts'
import { createTimers, type Timers } from './timers.ts'

const listDeadlineFactor = 3
// Snapshots of a whole connection queue for the budget, and being late is better than giving up.
const snapshotPatienceMs = 120_000
const closedFailure: RestFailure = {
  outcome: 'failed',
  reason: 'unreachable',
  detail: 'closed',
}
const clockCheckMs = 10 * 60 * 1000

type Connected = { readonly outcome: 'ok'; readonly connection: StreamConnection }

export type VenueConnector = {
  /** The venue's clock minus ours, ms; 0 until it is known and where the venue has no time call. */
  readonly clockOffsetMs: number
  /** Takes budget for the dial. The connection it opens dials on its first subscription. */
  connect(listener: ConnectionListener): Promise<Connected | RestFailure>
  close(): void
}

/** ccxt asks for KuCoin's token by itself, but then a refusal looks like a fault of one symbol. */
const askToken = (exchange: Exchange): Promise<unknown> =>
  (exchange as Exchange & { negotiate(personal: boolean): Promise<unknown> }).negotiate(false)

class CcxtVenueConnector implements VenueConnector {
  clockOffsetMs = 0
  readonly #access: VenueAccess
  readonly #known: KnownExchange
  readonly #facts: StreamFacts
  readonly #deadlineMs: number
  readonly #caller: RestCaller
  readonly #closing = new AbortController()
  readonly #timers: Timers = createTimers()
  #source: Exchange | undefined
  #loading: Promise<RestFailure | undefined> | undefined
  #dialAtMs = 0

  constructor(access: VenueAccess, facts: StreamFacts, budget: RequestBudget) {
    this.#access = access
    this.#facts = facts
    this.#known = knownExchange(access.venue) as KnownExchange
    this.#deadlineMs = access.requestTimeoutMs ?? requestTimeoutMsDefault
    this.#caller = { venue: access.venue, budget, closing: this.#closing.signal }
  }

  async connect(listener: ConnectionListener): Promise<Connected | RestFailure> {
    const failure = await this.#markets()
    const source = this.#source
    if (failure !== undefined || source === undefined) return failure ?? closedFailure
    await this.#spacing()
    const exchange = await this.#client(source)
    const connection = openStreamConnection(exchange, this.#access, this.#facts, listener)
    const { weights } = this.#known
    const admitted = await callRest(this.#caller, weights.small, this.#deadlineMs, () =>
      this.#facts.tokenFirst === true ? askToken(exchange) : Promise.resolve(),
    )
    if (admitted.outcome === 'ok') return { outcome: 'ok', connection }
    connection.close()
    return admitted
  }

  close(): void {
    this.#closing.abort()
    this.#timers.stop()
    Promise.resolve(this.#source?.fetchDispatcher?.destroy()).catch(() => undefined)
  }

  /** Leaves them in `#source`. One load at a time; after a failure the next caller tries again. */
  async #markets(): Promise<RestFailure | undefined> {
    if (this.#source !== undefined) return undefined
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #load(): Promise<RestFailure | undefined> {
    const source = await createStreamClient(this.#access)
    traceRequests(source, this.#deadlineMs)
    const { weights } = this.#known
    const deadlineMs = this.#deadlineMs * listDeadlineFactor
    const loaded = await callRest(this.#caller, weights.list, deadlineMs, () =>
      source.loadMarkets(),
    )
    if (loaded.outcome === 'failed') return loaded
    this.#source = source
    void this.#checkClock(source)
    return undefined
  }

  /** A ccxt object with the markets of `source`, whose own REST calls spend our budget. */
  async #client(source: Exchange): Promise<Exchange> {
    const exchange = await createStreamClient(this.#access)
    exchange.setMarketsFromExchange(source)
    traceRequests(exchange, this.#deadlineMs)
    const caller = { ...this.#caller, budgetWaitMsMax: snapshotPatienceMs }
    const { weights } = this.#known
    exchange.fetchRestOrderBookSafe = async (symbol: string, limit, params) => {
      const copy = await callRest(caller, weights.book, this.#deadlineMs, () =>
        exchange.fetchOrderBook(symbol, limit, params),
      )
      if (copy.outcome === 'failed') throw new Error(copy.detail)
      return copy.value
    }
    return exchange
  }

  /** Waits until the next dial is allowed; several who wait get successive moments. */
  async #spacing(): Promise<void> {
    const now = performance.now()
    const atMs = Math.max(now, this.#dialAtMs)
    this.#dialAtMs = atMs + this.#facts.connectSpacingMs
    if (atMs > now) await this.#timers.pause(atMs - now)
  }

  /** Half the round trip is taken for the way back, so the offset is wrong by at most that much. */
  async #checkClock(source: Exchange): Promise<void> {
    if (source.has['fetchTime'] !== true) return
    const { weights } = this.#known
    const told = await callRest(this.#caller, weights.small, this.#deadlineMs, () =>
      source.fetchTime(),
    ).catch(() => undefined)
    if (told?.outcome === 'ok' && Number.isFinite(told.value))
      this.clockOffsetMs = Number(told.value) - (told.sentAtMs + told.receivedAtMs) / 2
    this.#timers.after(clockCheckMs, () => void this.#checkClock(source))
  }
}

export const createVenueConnector = (
  access: VenueAccess,
  facts: StreamFacts,
  budget: RequestBudget,
): VenueConnector => new CcxtVenueConnector(access, facts, budget)
