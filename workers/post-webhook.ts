// One request to an address that somebody else watches. The address is a secret: no answer and no error of
// this file names it.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Secret } from '../src/secret.ts'

export type Heard =
  | { readonly outcome: 'heard' }
  /** `afterMs` is how long the other side wants to be left alone, if it says so. */
  | {
      readonly outcome: 'failed'
      readonly detail: string
      readonly afterMs: number | undefined
    }

const answerMsMax = 10_000
const afterMsMax = 10 * 60_000
/** What a machine far away sends is read no further. */
const bodyMsMax = 1000

/** Seconds or a date, as HTTP has it. */
function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined
  const ms = /^\d{1,9}$/.test(header.trim())
    ? Number(header) * 1000
    : new Date(header).getTime() - nowMs
  return Number.isFinite(ms) ? Math.min(afterMsMax, Math.max(0, ms)) : undefined
}

/** "ECONNREFUSED", never the message: it may carry the address. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no connection'
  if (error.name === 'TimeoutError') return `no answer within ${answerMsMax / 1000} s`
  if ('code' in error && typeof error.code === 'string') return error.code
  return error.cause === undefined ? 'no connection' : codeOf(error.cause)
}

/** Never throws. Redirects are not followed: what is posted is for one address. */
export async function request(url: Secret, body: unknown, signal?: AbortSignal): Promise<Heard> {
  const failed = (detail: string, afterMs?: number): Heard => ({
    outcome: 'failed',
    detail,
    afterMs,
  })
  const late = AbortSignal.timeout(answerMsMax)
  try {
    const response = await fetch(url.reveal(), {
      ...(body === undefined
        ? { method: 'GET' }
        : {
            method: 'POST',
            body: JSON.stringify(body),
            headers: { 'content-type': 'application/json' },
          }),
      redirect: 'manual',
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    })
    await Promise.race([
      response.body?.cancel().catch(() => undefined),
      sleep(bodyMsMax, undefined, { ref: false }),
    ])
    if (response.ok) return { outcome: 'heard' }
    if (response.status >= 300 && response.status < 400)
      return failed(`it points elsewhere (HTTP ${response.status}), which is not followed`)
    const afterMs = retryAfterMs(response.headers.get('retry-after'), Date.now())
    return failed(`HTTP ${response.status}`, afterMs)
  } catch (error) {
    return failed(codeOf(error))
  }
}
