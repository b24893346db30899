// Troubles a test can order for requests to come.

export type RestFault =
  /** Retry-After in seconds; `global` stops every route. */
  | { readonly kind: 'rate-limited'; readonly retryAfterS: number; readonly global?: boolean }
  /** Any refusal, e.g. 503, or 404 with code 10008. As a page where Cloudflare would send one. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly code?: number
      readonly message?: string
      readonly asPage?: boolean
    }
  /** Answered as ever, later. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The connection is reset; `applied` says whether the request was carried out before. */
  | { readonly kind: 'reset'; readonly applied: boolean }
  /** The same with an orderly end: discord.js sends again after the former and gives up here. */
  | { readonly kind: 'closed'; readonly applied: boolean }

export type FaultTarget = {
  readonly method?: string
  /** Discord's own template, e.g. "/channels/{channel_id}/messages"; absent: every route. */
  readonly template?: string
  /** The path itself below /api/v10, where one message or channel is meant. */
  readonly path?: string
  /** How many requests it meets; 1 unless told. */
  readonly times?: number
}

export type OrderedFault = {
  /** How many requests have met it. */
  readonly hits: number
  readonly lift: () => void
}

export type RestScript = {
  /** Faults ordered earlier are met first. */
  readonly order: (fault: RestFault, target?: FaultTarget) => OrderedFault
  readonly take: (method: string, template: string, path: string) => RestFault | undefined
}

type Ordered = {
  readonly fault: RestFault
  readonly target: FaultTarget
  hits: number
  left: number
}

export function createRestScript(): RestScript {
  let ordered: Ordered[] = []
  return {
    order(fault, target = {}) {
      const entry: Ordered = { fault, target, hits: 0, left: target.times ?? 1 }
      ordered.push(entry)
      return {
        get hits() {
          return entry.hits
        },
        lift() {
          ordered = ordered.filter((one) => one !== entry)
        },
      }
    },
    take(method, template, path) {
      const met = ordered.find(
        ({ target, left }) =>
          left > 0 &&
          (target.method ?? method) === method &&
          (target.template ?? template) === template &&
          (target.path ?? path) === path,
      )
      if (met === undefined) return undefined
      met.hits++
      met.left--
      return met.fault
    },
  }
}
