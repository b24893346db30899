// discord.js's HTTP client, hardened: what Discord and the network do comes back as a value, a token
// that was refused is not shown again, and no error carries a secret out.
import { DiscordAPIError, HTTPError, RateLimitError, REST, type RawFile } from 'discord.js'
import type { Secret } from '../../src/secret.ts'

export type Called<T = unknown> =
  | { readonly outcome: 'ok'; readonly result: T }
  | {
      readonly outcome: 'refused'
      readonly status: number
      /** Discord's own: 10008 is "Unknown Message". */
      readonly code: number
      readonly detail: string
    }
  /** Nothing was done, or is: it may be asked again after this. */
  | { readonly outcome: 'limited'; readonly afterMs: number; readonly detail: string }
  /** `isUnsure`: perhaps it was done; otherwise it surely was not. */
  | { readonly outcome: 'unanswered'; readonly isUnsure: boolean; readonly detail: string }

export type Request = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Below the version, as `Routes` of discord.js gives it. */
  readonly route: `/${string}`
  readonly body?: unknown
  readonly files?: readonly RawFile[]
  readonly query?: Readonly<Record<string, string>>
  /** False where the route's own token says who asks. */
  readonly isAuthorized?: boolean
}

export type DiscordRest = {
  call(request: Request): Promise<Called>
  /** The bot's token was refused, here or by the gateway: nothing that needs it is asked any more. */
  refuse(detail: string): void
  /** Resolves with the reason when that happens. */
  readonly refused: Promise<string>
}

// A message that hangs holds up the others of its channel.
const timeoutMs = 8000
/** At once, without a pause: more of these are for whoever waits in between. */
const retries = 1

/** The connection never stood: nothing can have arrived. */
const neverConnected =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT)$|CERT|TLS|SSL/

const isQueuedByUs = (route: string): boolean => route.startsWith('/channels')

function calledBy(error: unknown): Exclude<Called, { outcome: 'ok' }> {
  if (error instanceof RateLimitError) {
    const afterMs = Math.max(50, error.retryAfter)
    return { outcome: 'limited', afterMs, detail: `Discord takes no more for ${afterMs} ms` }
  }
  if (error instanceof DiscordAPIError) {
    const code = typeof error.code === 'number' ? error.code : 0
    return { outcome: 'refused', status: error.status, code, detail: error.message.slice(0, 300) }
  }
  if (error instanceof HTTPError)
    return { outcome: 'unanswered', isUnsure: true, detail: `Discord answers ${error.status}` }
  if (!(error instanceof Error)) throw error
  if (error.name === 'AbortError')
    return { outcome: 'unanswered', isUnsure: true, detail: 'no answer in time' }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  // What is no answer of Discord at all, such as a page in the place of JSON.
  if (code === undefined && error instanceof SyntaxError)
    return { outcome: 'unanswered', isUnsure: true, detail: 'an answer that cannot be read' }
  if (code === undefined) throw error
  return { outcome: 'unanswered', isUnsure: !neverConnected.test(code), detail: code }
}

/** `apiUrl` as discord.js takes it, which adds "/v10". */
export function createDiscordRest(options: {
  readonly token: Secret
  readonly apiUrl: string
}): DiscordRest {
  const { token, apiUrl } = options
  const rest = new REST({
    api: apiUrl,
    version: '10',
    timeout: timeoutMs,
    retries,
    // Messages have a queue of ours, which knows what is urgent; answers to people wait in this one.
    rejectOnRateLimit: ({ route }) => isQueuedByUs(route),
  }).setToken(token.reveal())
  const told = Promise.withResolvers<string>()
  let refusal: string | undefined

  function refuse(detail: string): void {
    refusal ??= detail
    told.resolve(refusal)
  }

  return {
    refuse,
    refused: told.promise,
    async call({ method, route, body, files, query, isAuthorized = true }) {
      if (isAuthorized && refusal !== undefined)
        return { outcome: 'refused', status: 401, code: 0, detail: refusal }
      try {
        const result = await rest[method](route, {
          auth: isAuthorized,
          ...(body === undefined ? {} : { body }),
          ...(files === undefined ? {} : { files: [...files] }),
          ...(query === undefined ? {} : { query: new URLSearchParams(query) }),
        })
        return { outcome: 'ok', result }
      } catch (error) {
        const called = calledBy(error)
        if (isAuthorized && called.outcome === 'refused' && called.status === 401)
          refuse(called.detail)
        return called
      }
    },
  }
}
