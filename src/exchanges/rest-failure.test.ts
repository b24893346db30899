import ccxt from 'ccxt'
import { expect, test } from 'vitest'
import { restFailureOf, retryAfterOf, shortLine } from './rest-failure.ts'

const answer = (status: number, body = '', headers: Record<string, string> = {}) => ({
  status,
  statusText: 'Text',
  headers: new Map(Object.entries(headers)),
  body,
})

test('no signature, markup or line break reaches a person or a log', () => {
  const url = 'https://api.binance.com/api/v3/account?timestamp=1&signature=c0ffee'
  const error = new ccxt.NetworkError(`binance GET ${url} fetch failed: socket\nhang up`)
  const { detail } = restFailureOf('binance', error, undefined, 0)
  expect(detail).toBe(
    'binance: GET https://api.binance.com/api/v3/account fetch failed: socket hang up',
  )
  expect(shortLine('<p>Hi</p><script>alert(1)</script>')).toBe('Hi')
  expect(shortLine('x'.repeat(10_000)).length).toBeLessThanOrEqual(160)
})

test('the waiting time is read from seconds, from a date and from the window that ends', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  const of = (headers: Record<string, string>) =>
    retryAfterOf(new Map(Object.entries(headers)), now)
  expect(of({ 'retry-after': '3' })).toBe(3000)
  expect(of({ 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' })).toBe(9000)
  expect(of({ 'gw-ratelimit-reset': '1500' })).toBe(1500)
  expect(of({ 'retry-after': 'soon' })).toBeUndefined()
  expect(of({ 'retry-after': '0' })).toBe(0)
  expect(of({ 'retry-after': '-3' })).toBeUndefined()
  expect(of({ 'retry-after': '-3', 'gw-ratelimit-reset': '20' })).toBe(20)
  expect(of({ 'retry-after': '99999999' })).toBe(7 * 86_400_000)
  expect(of({})).toBeUndefined()
})

test('without an answer the error itself decides', () => {
  const reason = (error: unknown) => restFailureOf('x', error, undefined, 0).reason
  expect(reason(new ccxt.RequestTimeout('late'))).toBe('unreachable')
  expect(reason(new ccxt.NetworkError('no route'))).toBe('unreachable')
  expect(reason(new ccxt.RateLimitExceeded('slow down'))).toBe('rate-limited')
  expect(reason(new ccxt.ExchangeError('Too many requests'))).toBe('rate-limited')
  expect(reason(new ccxt.OnMaintenance('back soon'))).toBe('busy')
  expect(reason(new ccxt.RestrictedLocation('not from there'))).toBe('refused')
  expect(reason(new ccxt.BadSymbol('no such market'))).toBe('malformed')
  expect(reason(new TypeError('undefined is not a function'))).toBe('malformed')
  expect(reason(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))).toBe('unreachable')
})

test('an answer decides before the error that ccxt made of it', () => {
  const error = new ccxt.ExchangeNotAvailable('x')
  const reason = (status: number) => restFailureOf('x', error, answer(status), 0).reason
  expect([400, 401, 403, 404, 418, 429, 451, 500, 503, 504].map(reason)).toEqual([
    'malformed',
    'refused',
    'refused',
    'malformed',
    'rate-limited',
    'rate-limited',
    'refused',
    'busy',
    'busy',
    'busy',
  ])
})

test('a 403 that speaks of speed is a limit, and a limit says how long to wait where the venue does', () => {
  const error = new ccxt.ExchangeError('x')
  const wait = { 'retry-after': '3' }
  const failed = (status: number, body: string) =>
    restFailureOf('x', error, answer(status, body, wait), 0)
  expect(failed(403, 'access too frequent')).toEqual({
    outcome: 'failed',
    reason: 'rate-limited',
    detail: 'x: HTTP 403 Text: access too frequent',
    retryAfterMs: 3000,
  })
  expect(failed(503, '')).toMatchObject({ reason: 'busy', retryAfterMs: 3000 })
  // Whoever is refused, or misunderstood, gains nothing by waiting.
  expect(failed(403, 'not from there')).toEqual({
    outcome: 'failed',
    reason: 'refused',
    detail: 'x: HTTP 403 Text: not from there',
  })
  expect(failed(404, 'access too frequent')).not.toHaveProperty('retryAfterMs')
  const silent = restFailureOf('x', error, answer(429, ''), 0)
  expect(silent.reason).toBe('rate-limited')
  expect(silent).not.toHaveProperty('retryAfterMs')
})

test('what was thrown may be anything', () => {
  for (const thrown of [undefined, null, 'text', 7])
    expect(restFailureOf('x', thrown, undefined, 0)).toEqual({
      outcome: 'failed',
      reason: 'malformed',
      detail: `x: ${String(thrown)}`,
    })
})
