// One websocket on which one venue tells of our own account: a ccxt object of its own, thrown away when the
// connection ends. ccxt signs, dials, subscribes and keeps it alive; frames about the account are read here
// and never reach ccxt's own reading of orders, which rounds amounts to doubles, keeps a thousand orders,
// and gives up the whole connection at an order of a market that it does not list.
import type { Exchange } from 'ccxt'
import { isConfirmation, type AccountFrames, type Heard } from './account-frames.ts'
import { createStreamClient, routeUrl, type VenueAccess } from './ccxt-client.ts'
import { ccxtErrors } from './ccxt-library.ts'
import type { Json } from './exact-json.ts'
import { callRest, traceRequests, type RestCaller } from './rest-call.ts'
import { createTimers } from './timers.ts'

export type AccountConnection = { close(): void }

export type AccountConnectionListener = {
  heard(heard: Exclude<Heard, { kind: 'end' }>): void
  /** Every subscription is confirmed. */
  up(): void
  /** Said once; it is closed already. `refused`: to come back soon would not help. */
  lost(reason: string, refused: boolean): void
}

type Client = ReturnType<Exchange['client']>

/** From the first request until the last confirmation. */
const upWithinMs = 20_000
/** A frame that ccxt cannot read now and then is the venue's humour; many are a broken stream. */
const badFramesMax = 20
/** Asking for a token, or for the kind of the account. */
const admissionWeight = 10

/**
 * What went wrong, in words of ours: what a venue says to a login may repeat the login itself, and the
 * address of a stream may hold its token.
 */
function reasonOf(error: unknown): string {
  if (error instanceof ccxtErrors.RequestTimeout) return 'it does not answer'
  if (
    error instanceof ccxtErrors.AuthenticationError ||
    error instanceof ccxtErrors.PermissionDenied
  )
    return 'it refused our login'
  if (error instanceof ccxtErrors.NetworkError) {
    const status = /(?:response:|https?:\/\/\S+) (\d{3})\b/.exec(error.message)?.[1]
    const code = /closing code (\d{4})/.exec(error.message)?.[1]
    if (status !== undefined) return `HTTP ${status}`
    return code === undefined ? 'the connection was lost' : `it closed the connection (${code})`
  }
  return error instanceof Error ? `it answered with ${error.name}` : 'it refused the subscription'
}

const isRefusal = (error: unknown): boolean =>
  error instanceof ccxtErrors.AuthenticationError ||
  error instanceof ccxtErrors.PermissionDenied ||
  (error instanceof Error && /(?:response:|https?:\/\/\S+) (401|403|451)\b/.test(error.message))

/** Signed requests that must come before the socket, so that they spend our budget and can be refused. */
function admission(exchange: Exchange): Promise<unknown> {
  const asked = exchange as Exchange & {
    negotiate(isPrivate: boolean): Promise<unknown>
    isUnifiedEnabled(): Promise<unknown>
  }
  switch (exchange.id) {
    case 'kucoin':
      // Our orders go to the classic account: nothing else is asked about.
      exchange.options['uta'] = false
      return asked.negotiate(true)
    case 'bybit':
      return asked.isUnifiedEnabled()
    default:
      return Promise.resolve()
  }
}

class CcxtAccountConnection implements AccountConnection {
  readonly #exchange: Exchange
  readonly #access: VenueAccess
  readonly #frames: AccountFrames
  readonly #listener: AccountConnectionListener
  readonly #timers = createTimers()
  readonly #clients = new Set<Client>()
  #confirmed = 0
  #badFrames = 0
  #ended = false

  constructor(
    exchange: Exchange,
    access: VenueAccess,
    frames: AccountFrames,
    listener: AccountConnectionListener,
  ) {
    this.#exchange = exchange
    this.#access = access
    this.#frames = frames
    this.#listener = listener
    this.#hookExchange()
  }

  /** Neither call ever answers, for no frame of the account reaches ccxt: they subscribe, or fail. */
  subscribe(): void {
    this.#timers.after(upWithinMs, () => {
      if (!this.#isUp()) this.lose(new ccxtErrors.RequestTimeout('no confirmation'))
    })
    const failed = (error: unknown) => void (this.#isUp() || this.lose(error))
    this.#exchange.watchOrders().catch(failed)
    this.#exchange.watchBalance().catch(failed)
  }

  lose(error: unknown): void {
    if (this.#ended) return
    this.close()
    this.#listener.lost(reasonOf(error), isRefusal(error))
  }

  close(): void {
    this.#ended = true
    this.#timers.stop()
    for (const client of this.#clients) {
      client.reset(new ccxtErrors.ExchangeClosedByUser('closed'))
      client.connection?.terminate()
    }
    Promise.resolve(this.#exchange.fetchDispatcher?.destroy()).catch(() => undefined)
  }

  #isUp(): boolean {
    return this.#confirmed >= this.#frames.confirmations
  }

  #take(frame: Json): 'taken' | 'not-ours' {
    const heard = this.#frames.read(frame)
    if (heard === undefined) return 'not-ours'
    if (heard.kind === 'end') this.lose(new ccxtErrors.NetworkError('ended'))
    else this.#listener.heard(heard)
    return 'taken'
  }

  #hookExchange(): void {
    const exchange = this.#exchange
    const control = exchange.handleMessage.bind(exchange)
    exchange.handleMessage = (client: Client, message: unknown) => {
      if (this.#ended || this.#take(message as Json) === 'taken') return
      control(client, message)
      if (!isConfirmation(message as Json) || ++this.#confirmed !== this.#frames.confirmations)
        return
      this.#listener.up()
    }
    const clientOf = exchange.client.bind(exchange)
    exchange.client = (url) => {
      // A call that still waited for its token would dial anew, and nobody would ever close that socket.
      if (this.#ended) throw new ccxtErrors.ExchangeClosedByUser('closed')
      const client = clientOf(url === undefined ? url : routeUrl(this.#access, url))
      if (!this.#clients.has(client)) this.#hookClient(client)
      return client
    }
    const onError = exchange.onError.bind(exchange)
    exchange.onError = (client, error) => {
      onError(client, error)
      this.lose(error)
    }
    const onClose = exchange.onClose.bind(exchange)
    exchange.onClose = (client, event) => {
      onClose(client, event)
      const { code = 1006 } = event as { readonly code?: number }
      this.lose(new ccxtErrors.NetworkError(`closing code ${code}`))
    }
  }

  #hookClient(client: Client): void {
    this.#clients.add(client)
    // It would print an address with its token, and frames as they came.
    client.log = () => undefined
    const futureOf = client.future.bind(client)
    client.future = (hash) => {
      const future = futureOf(hash)
      // Binance's login has one that nobody waits for: its rejection would end the process.
      future.catch(() => undefined)
      return future
    }
    const reject = client.reject.bind(client)
    client.reject = (error: unknown, hash) => {
      // A frame that ccxt cannot read, once all runs; before that it is the answer to what was asked.
      if (hash === undefined && this.#isUp() && ++this.#badFrames > badFramesMax) this.lose(error)
      return reject(error, hash)
    }
  }
}

export type Opened =
  | { readonly outcome: 'ok'; readonly connection: AccountConnection }
  | { readonly outcome: 'failed'; readonly reason: string; readonly refused: boolean }

/** Tells `lost` for whatever happens later; a venue that lets nobody in is a value. */
export async function openAccountConnection(options: {
  readonly access: VenueAccess
  readonly frames: AccountFrames
  readonly caller: RestCaller
  readonly deadlineMs: number
  readonly listener: AccountConnectionListener
}): Promise<Opened> {
  const { access, frames, caller, deadlineMs, listener } = options
  const exchange = await createStreamClient(access)
  traceRequests(exchange, deadlineMs)
  // Only client ids are read, so nobody needs the list of markets.
  exchange.setMarkets([])
  const connection = new CcxtAccountConnection(exchange, access, frames, listener)
  let fault: unknown
  const admitted = await callRest(caller, admissionWeight, deadlineMs, () =>
    admission(exchange).catch((error: unknown) => {
      fault = error
      throw error
    }),
  )
  if (admitted.outcome === 'failed') {
    connection.close()
    return fault === undefined
      ? { outcome: 'failed', reason: `it could not be asked (${admitted.reason})`, refused: false }
      : { outcome: 'failed', reason: reasonOf(fault), refused: isRefusal(fault) }
  }
  connection.subscribe()
  return { outcome: 'ok', connection }
}
