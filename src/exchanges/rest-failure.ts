// What went wrong with a REST call, told as one of the port's reasons. ccxt's error classes alone do
// not do: it files 403, 451 and 500 under the same one.
import type { VenueId } from '../market/market.ts'
import type { RestFailure } from '../market/market-rest.ts'
import { ccxtErrors } from './ccxt-library.ts'

/** What the wire showed of the answer that failed. */
export type HttpAnswer = {
  readonly status: number
  readonly statusText: string
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

const detailLengthMax = 160
const retryAfterMsMax = 7 * 24 * 60 * 60 * 1000

/** One short line: no markup, no query strings (signatures travel in them), no line breaks. */
export function shortLine(text: string): string {
  const line = text
    .slice(0, 4_000)
    .replaceAll(/<(script|style)[^>]*>[\s\S]*?<\/\1>/gi, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\?[^\s"'<>]*/g, '')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return line.length > detailLengthMax ? `${line.slice(0, detailLengthMax - 1)}…` : line
}

/** How long the venue asked us to wait, ms, from any of the headers in use. */
export function retryAfterOf(
  headers: ReadonlyMap<string, string>,
  nowMs: number,
): number | undefined {
  const after = headers.get('retry-after')
  const seconds = after === undefined ? Number.NaN : Number(after)
  const waits = [
    seconds * 1000,
    Number.isNaN(seconds) ? Date.parse(after ?? '') - nowMs : Number.NaN,
    // KuCoin: ms until its window ends.
    Number(headers.get('gw-ratelimit-reset') ?? Number.NaN),
  ]
  const wait = waits.find((ms) => Number.isFinite(ms) && ms >= 0)
  return wait === undefined ? undefined : Math.min(Math.round(wait), retryAfterMsMax)
}

// Some venues answer 403, or 200 with a code of their own, when a caller is too fast.
const tooFast = /too (many|frequent|fast)|rate.?limit|frequency/i

function reasonOf(error: unknown, answer: HttpAnswer | undefined): RestFailure['reason'] {
  const status = answer?.status ?? 200
  if (status === 429 || status === 418) return 'rate-limited'
  if (status === 403 && tooFast.test(answer?.body ?? '')) return 'rate-limited'
  if (status === 451 || status === 403 || status === 401 || status === 407) return 'refused'
  if (status >= 500) return 'busy'
  if (error instanceof ccxtErrors.RestrictedLocation) return 'refused'
  if (error instanceof ccxtErrors.RateLimitExceeded || error instanceof ccxtErrors.DDoSProtection)
    return 'rate-limited'
  if (error instanceof ccxtErrors.ExchangeError && tooFast.test(error.message))
    return 'rate-limited'
  if (error instanceof ccxtErrors.RequestTimeout) return 'unreachable'
  if (status >= 400) return 'malformed'
  if (error instanceof ccxtErrors.ExchangeNotAvailable) return 'busy'
  if (error instanceof ccxtErrors.NetworkError) return 'unreachable'
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  return /^(E[A-Z]{3,}|UND_ERR_)/.test(code) ? 'unreachable' : 'malformed'
}

/** `error` is what the call threw, `answer` the bad answer behind it where there was one. */
export function restFailureOf(
  venue: VenueId,
  error: unknown,
  answer: HttpAnswer | undefined,
  nowMs: number,
): RestFailure {
  const reason = reasonOf(error, answer)
  const message = error instanceof Error ? error.message : String(error)
  const said =
    answer === undefined
      ? message
      : `HTTP ${answer.status} ${answer.statusText}: ${shortLine(answer.body)}`
  const retryAfterMs =
    answer !== undefined && (reason === 'rate-limited' || reason === 'busy')
      ? retryAfterOf(answer.headers, nowMs)
      : undefined
  return {
    outcome: 'failed',
    reason,
    // ccxt opens its messages with its own name for the venue.
    detail: shortLine(`${venue}: ${said.replace(new RegExp(`^${venue}\\s+`), '')}`),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}
