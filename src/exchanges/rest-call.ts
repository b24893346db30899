// One REST call through ccxt: budget first, a deadline over the whole answer, and a value for every end.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Exchange } from 'ccxt'
import type { VenueId } from '../market/market.ts'
import type { RestFailure } from '../market/market-rest.ts'
import type { RequestBudget } from '../market/request-budget.ts'
import { ccxtErrors } from './ccxt-library.ts'
import { restFailureOf, type HttpAnswer } from './rest-failure.ts'

/** What the wire showed while one call was under way; times are our wall clock, ms. */
type Trace = { sentAtMs?: number; receivedAtMs?: number; bad?: HttpAnswer }

const traces = new AsyncLocalStorage<Trace>()

/** Beyond this the caller is better off without the answer, ms. */
const budgetWaitMsMaxDefault = 10_000

const namesInLowerCase = (headers: unknown): Map<string, string> =>
  new Map(
    Object.entries((headers ?? {}) as Record<string, unknown>).map(([name, value]) => [
      name.toLowerCase(),
      String(value),
    ]),
  )

/**
 * Makes a ccxt object tell when its requests leave and what came back, and refuse an answer that is
 * not JSON, which ccxt itself reads as an empty success. Once per object.
 */
export function traceRequests(exchange: Exchange, answerTimeoutMs: number): void {
  const fetch = exchange.fetch.bind(exchange)
  exchange.fetch = (...request: Parameters<Exchange['fetch']>) => {
    const trace = traces.getStore()
    if (trace !== undefined) trace.sentAtMs ??= Date.now()
    return fetch(...request)
  }
  exchange.onRestResponse = (status, statusText, _url, _method, headers, body) => {
    const text = String(body).trim()
    const bad = Number(status) >= 400 || !/^[[{]/.test(text)
    const trace = traces.getStore()
    if (trace !== undefined) {
      trace.receivedAtMs = Date.now()
      if (bad)
        trace.bad = {
          status: Number(status),
          statusText: String(statusText),
          headers: namesInLowerCase(headers),
          body: text,
        }
    }
    if (bad && Number(status) < 400)
      throw new ccxtErrors.BadResponse(`${exchange.id} answered no JSON`)
    return text
  }
  // ccxt's own timeout ends when the answer begins; these two end a body that stops half way.
  const options = exchange.getDispatcherOptions.bind(exchange)
  exchange.getDispatcherOptions = (plain) => ({
    ...options(plain),
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
  })
}

export type RestCaller = {
  readonly venue: VenueId
  readonly budget: RequestBudget
  /** Fires when the adapter closes. */
  readonly closing: AbortSignal
  /** How long a call may wait for the budget, ms. */
  readonly budgetWaitMsMax?: number
}

export type RestAnswer<T> = {
  readonly outcome: 'ok'
  readonly value: T
  readonly sentAtMs: number
  readonly receivedAtMs: number
}

const failed = (reason: RestFailure['reason'], detail: string): RestFailure => ({
  outcome: 'failed',
  reason,
  detail,
})

/** Settles with `work`, or rejects when the deadline passes or the adapter closes. */
async function within<T>(work: Promise<T>, deadlineMs: number, closing: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const late = () =>
    reject(new ccxtErrors.RequestTimeout(`no complete answer within ${deadlineMs} ms`))
  const closed = () => reject(new ccxtErrors.NetworkError('closed while waiting for the answer'))
  const timer = setTimeout(late, deadlineMs)
  closing.addEventListener('abort', closed, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
    closing.removeEventListener('abort', closed)
    // The loser may still fail later; nobody is left to hear of it.
    work.catch(() => undefined)
  }
}

/**
 * Runs `work`, which may send several requests of together `weight`. A 429 or 418 is charged to the
 * budget before this resolves. Rejects only when the budget itself fails.
 */
export async function callRest<T>(
  caller: RestCaller,
  weight: number,
  deadlineMs: number,
  work: () => Promise<T>,
): Promise<RestAnswer<T> | RestFailure> {
  const { venue, budget, closing, budgetWaitMsMax = budgetWaitMsMaxDefault } = caller
  const patience = AbortSignal.any([closing, AbortSignal.timeout(budgetWaitMsMax)])
  try {
    await budget.take(venue, weight, patience)
  } catch (error) {
    if (closing.aborted) return failed('unreachable', `${venue}: closed`)
    // A budget that fails while its patience ends is no venue's doing either.
    if (!patience.aborted || error !== patience.reason) throw error
    return failed('busy', `${venue}: our own request budget is spent`)
  }
  const trace: Trace = {}
  try {
    const value = await traces.run(trace, () => within(work(), deadlineMs, closing))
    const now = Date.now()
    const receivedAtMs = trace.receivedAtMs ?? now
    return { outcome: 'ok', value, sentAtMs: trace.sentAtMs ?? receivedAtMs, receivedAtMs }
  } catch (error) {
    const failure = restFailureOf(venue, error, trace.bad, Date.now())
    if (failure.reason === 'rate-limited')
      await budget.penalise(venue, failure.detail, failure.retryAfterMs)
    return failure
  }
}
