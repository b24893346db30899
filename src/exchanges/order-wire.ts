// The wire of one venue's private side: a request is signed by ccxt, leaves once, and its answer comes back
// as it was. Nothing here retries, follows or judges; ccxt's own judgement of answers is not used.
import { AsyncLocalStorage } from 'node:async_hooks'
import {
  createRestClient,
  requestTimeoutMsDefault,
  routeUrl,
  type VenueAccess,
} from './ccxt-client.ts'
import type { Ask, OrderCard } from './orders/order-card.ts'
import { shortLine, type HttpAnswer } from './rest-failure.ts'

export type WireEnd =
  | (Omit<HttpAnswer, 'statusText'> & {
      readonly outcome: 'answer'
      readonly sentAtMs: number
      readonly receivedAtMs: number
      /** From the one to the other by a clock that nobody sets. */
      readonly tookMs: number
    })
  | {
      readonly outcome: 'silence'
      /** Proven by the transport or by us: not one byte of it left. */
      readonly neverSent: boolean
      readonly reason: string
    }

/** ccxt's last step before the socket; a test or a check may put its own in its place. */
export type Carry = (url: string, request: Carried) => Promise<unknown>
export type Carried = {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export type OrderWire = {
  /** `build` is called with the moment that is signed; nothing leaves once that is `notAfter` or later. */
  send(build: (signedAtMs: number) => Ask, notAfter?: Date): Promise<WireEnd>
  close(): Promise<void>
}

type Trace = { fault?: unknown }
const traces = new AsyncLocalStorage<Trace>()

/** The connection was never made: all of its attempts ended in looking up the name or in connecting. */
function neverConnected(fault: unknown): boolean {
  if (fault instanceof AggregateError)
    return fault.errors.length > 0 && fault.errors.every(neverConnected)
  if (!(fault instanceof Error)) return false
  const { code, syscall } = fault as NodeJS.ErrnoException
  if (syscall === 'getaddrinfo') return code === 'ENOTFOUND' || code === 'EAI_AGAIN'
  return syscall === 'connect' && code === 'ECONNREFUSED'
}

const namesInLowerCase = (headers: unknown): Map<string, string> =>
  new Map(
    Object.entries((headers ?? {}) as Record<string, unknown>).map(([name, value]) => [
      name.toLowerCase(),
      String(value),
    ]),
  )

const held = (reason: string): WireEnd => ({ outcome: 'silence', neverSent: true, reason })

type Answer = { status: number; headers: unknown; body: string }

/** A ccxt client whose `fetch` answers with whatever came back, and tells what the transport said. */
function openClient(access: VenueAccess, card: OrderCard, carry: Carry | undefined) {
  const exchange = createRestClient(access)
  const timeoutMs = access.requestTimeoutMs ?? requestTimeoutMsDefault
  exchange.options['recvWindow'] = card.requestLifeMs
  exchange.handleRestResponse = async (response): Promise<Answer> => ({
    status: Number(response.status),
    headers: response.headers,
    body: String(await response.text()),
  })
  const own: Carry = carry ?? exchange.undiciRequest.bind(exchange)
  exchange.undiciRequest = async (url, request) => {
    try {
      return (await own(url, request)) as never
    } catch (fault) {
      const trace = traces.getStore()
      if (trace !== undefined) trace.fault = fault
      throw fault
    }
  }
  const options = exchange.getDispatcherOptions.bind(exchange)
  exchange.getDispatcherOptions = (plain) => ({
    ...options(plain),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
  return { exchange, timeoutMs }
}

/** Throws for a venue without an entry in known-exchanges.ts. Nothing is sent before the first call. */
export function openOrderWire(options: {
  readonly access: VenueAccess
  readonly card: OrderCard
  readonly carry?: Carry
}): OrderWire {
  const { access, card, carry } = options
  const { exchange, timeoutMs } = openClient(access, card, carry)
  const host = card.expected.submit.to.split(/[ /]/)[1] ?? ''
  const home = routeUrl(access, `https://${host}/`)

  /** Signing and the look at the clock are one step: nothing can come between them. */
  function sign(build: (signedAtMs: number) => Ask, notAfter: Date | undefined) {
    const signedAtMs = Date.now()
    if (notAfter !== undefined && signedAtMs >= notAfter.getTime())
      return held('it waited past its notAfter')
    try {
      const { method, api, path, params, headers: more } = build(signedAtMs)
      exchange.nonce = () => signedAtMs
      const signed = exchange.sign(path, api, method, { ...params })
      const url = String(signed['url'])
      if (!url.startsWith(home)) return held(`it was signed for a host other than ${host}`)
      return { url, method, headers: { ...signed['headers'], ...more }, body: signed['body'] }
    } catch (error) {
      return held(`it could not be signed: ${shortLine(String(error))}`)
    }
  }

  return {
    async send(build, notAfter) {
      const signed = sign(build, notAfter)
      if ('outcome' in signed) return signed
      const trace: Trace = {}
      const sentAtMs = Date.now()
      const startMs = performance.now()
      const { promise: late, reject } = Promise.withResolvers<never>()
      const timer = setTimeout(() => {
        reject(new Error(`no complete answer within ${timeoutMs} ms`))
      }, timeoutMs)
      try {
        const { url, method, headers, body } = signed
        const work = traces.run(trace, () => exchange.fetch(url, method, headers, body))
        const answer = (await Promise.race([work, late])) as Answer
        const receivedAtMs = Date.now()
        const tookMs = performance.now() - startMs
        return {
          ...answer,
          outcome: 'answer',
          headers: namesInLowerCase(answer.headers),
          sentAtMs,
          receivedAtMs,
          tookMs,
        }
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error)
        // ccxt opens its messages with its own name for the venue.
        const reason = shortLine(said.replace(new RegExp(`^${card.venue}\\s+`), ''))
        return { outcome: 'silence', neverSent: neverConnected(trace.fault), reason }
      } finally {
        clearTimeout(timer)
      }
    },
    async close() {
      await exchange.close()
      await exchange.fetchDispatcher?.destroy()
    },
  }
}
