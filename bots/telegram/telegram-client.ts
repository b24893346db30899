// telegraf's client, hardened: what the network and Telegram do comes back as a value, nothing waits
// for ever, and the bot's token, which stands in every address, leaves in no error.
import { Agent } from 'node:https'
import { Telegram, TelegramError } from 'telegraf'
import type { Opts, Telegram as Methods } from 'telegraf/types'
import { createScrubber } from '../../src/scrub.ts'
import type { Secret } from '../../src/secret.ts'

export type Called<T> =
  | { readonly outcome: 'ok'; readonly result: T }
  | {
      readonly outcome: 'refused'
      readonly code: number
      /** Telegram's own words: "Bad Request: chat not found". */
      readonly description: string
      readonly retryAfterMs?: number
      /** The supergroup that the group has become. */
      readonly movedTo?: string
    }
  /** `isUnsure`: perhaps it was done; otherwise it surely was not. */
  | { readonly outcome: 'unanswered'; readonly isUnsure: boolean; readonly detail: string }

type CallOptions = { readonly signal?: AbortSignal; readonly msMax?: number }

export type TelegramClient = {
  /** Throws only for a request that telegraf itself cannot make sense of. */
  call<M extends keyof Methods>(
    method: M,
    payload: Opts<M>,
    options?: CallOptions,
  ): Promise<Called<ReturnType<Methods[M]>>>
  close(): void
}

// telegraf waits 500 s, and no option says otherwise.
const callMsMax = 20_000
/** Where Telegram says no number of seconds. */
const floodMsUsual = 5000
// Telegram closes idle connections after a while; one of ours must not be in use at that moment.
const idleMsMax = 10_000

/** The connection never stood: nothing can have arrived. */
const neverConnected =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$|CERT|TLS|SSL/

// telegraf sends these as text in JSON alone, and drops them from forms without a word.
const formObjects = ['reply_parameters', 'link_preview_options'] as const

function withoutFormObjects(payload: object): object {
  const given: Readonly<Record<string, unknown>> = { ...payload }
  const isForm = 'photo' in payload || 'document' in payload
  if (!isForm) return payload
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) =>
      formObjects.some((each) => each === name) ? [name, JSON.stringify(value)] : [name, value],
    ),
  )
}

// What telegraf puts into an address unchanged would end the path there.
const inPath = (token: string): string => token.replaceAll(/[?#%\\]/g, encodeURIComponent)

function refusedBy({ code, description, parameters }: TelegramError): Called<never> {
  const movedTo = parameters?.migrate_to_chat_id
  const seconds = parameters?.retry_after
  return {
    outcome: 'refused',
    code,
    description,
    ...(code === 429 && {
      retryAfterMs: seconds === undefined ? floodMsUsual : Math.max(0, seconds) * 1000,
    }),
    ...(movedTo !== undefined && { movedTo: String(movedTo) }),
  }
}

/** node-fetch's errors carry the whole address, so only their codes are passed on. */
function unansweredBy(error: Error): Called<never> | undefined {
  if (error.name === 'AbortError')
    return { outcome: 'unanswered', isUnsure: true, detail: 'no answer in time' }
  if (error.name !== 'FetchError') return undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const type = 'type' in error && typeof error.type === 'string' ? error.type : 'no answer'
  const isUnsure = code === undefined || !neverConnected.test(code)
  return { outcome: 'unanswered', isUnsure, detail: code ?? type }
}

/** `apiRoot` as telegraf takes it. Many of these share nothing. */
export function createTelegramClient(options: {
  readonly token: Secret
  readonly apiRoot: string
}): TelegramClient {
  const { token, apiRoot } = options
  const scrub = createScrubber([token])
  const agent = new Agent({ keepAlive: true, timeout: idleMsMax })
  const telegram = new Telegram(inPath(token.reveal()), { apiRoot, agent, webhookReply: false })

  function readError(error: unknown): Called<never> {
    if (error instanceof TelegramError) {
      if (error.code >= 500)
        return { outcome: 'unanswered', isUnsure: true, detail: scrub(error.message) }
      const refused = refusedBy(error)
      return refused.outcome === 'refused'
        ? { ...refused, description: scrub(refused.description) }
        : refused
    }
    const read = error instanceof Error ? unansweredBy(error) : undefined
    if (read !== undefined) return read
    // The error itself may hold the address.
    throw new Error(scrub(error instanceof Error ? error.message : String(error)))
  }

  return {
    async call(method, payload, { signal, msMax = callMsMax } = {}) {
      const late = AbortSignal.timeout(msMax)
      const ends = signal === undefined ? late : AbortSignal.any([signal, late])
      try {
        const ready = withoutFormObjects(payload) as typeof payload
        // telegraf's type is an older shim of the same thing.
        const shim = ends as NonNullable<Parameters<Telegram['callApi']>[2]>['signal']
        const result = await telegram.callApi(
          method,
          ready,
          shim === undefined ? {} : { signal: shim },
        )
        return { outcome: 'ok', result }
      } catch (error) {
        return readError(error)
      }
    },
    close: () => agent.destroy(),
  }
}
