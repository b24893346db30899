// Discord's budgets: so many requests of a kind in so much time for each channel or webhook, and
// fifty a second over all. Whoever keeps to the headers never sees a 429.

type Budget = { readonly limit: number; readonly perMs: number; readonly bucket: string }
type Window = { used: number; endsAt: number }

export type Allowance = {
  readonly headers: Readonly<Record<string, string>>
  /** Set where the budget is spent. */
  readonly retryAfterS?: number
  readonly global?: boolean
}

export type RateLimits = {
  readonly take: (
    method: string,
    template: string,
    params: Readonly<Record<string, string>>,
    now: number,
  ) => Allowance
}

const budgets: Readonly<Record<string, Budget>> = {
  'POST /channels/{channel_id}/messages': { limit: 5, perMs: 5_000, bucket: 'create-message' },
  'PATCH /channels/{channel_id}/messages/{message_id}': {
    limit: 5,
    perMs: 5_000,
    bucket: 'update-message',
  },
  'DELETE /channels/{channel_id}/messages/{message_id}': {
    limit: 5,
    perMs: 1_000,
    bucket: 'delete-message',
  },
  'POST /channels/{channel_id}/typing': { limit: 5, perMs: 5_000, bucket: 'typing' },
  'POST /webhooks/{webhook_id}/{webhook_token}': {
    limit: 5,
    perMs: 2_000,
    bucket: 'execute-webhook',
  },
}
/** Of every other route: what no ordinary bot comes near. */
const otherLimit = 50
const globalLimit = 50
const globalMs = 1_000

/** Answers to interactions are not counted with the other requests. */
const isInteraction = (template: string) =>
  template.startsWith('/interactions/') || template.startsWith('/webhooks/')

export function createRateLimits(): RateLimits {
  const windows = new Map<string, Window>()
  const windowOf = (key: string, perMs: number, now: number): Window => {
    const known = windows.get(key)
    if (known !== undefined && known.endsAt > now) return known
    const fresh = { used: 0, endsAt: now + perMs }
    windows.set(key, fresh)
    return fresh
  }
  return {
    take(method, template, params, now) {
      if (!isInteraction(template)) {
        const all = windowOf('global', globalMs, now)
        if (all.used >= globalLimit)
          return { headers: {}, retryAfterS: (all.endsAt - now) / 1_000, global: true }
        all.used++
      }
      const route = `${method} ${template}`
      const { limit, perMs, bucket } = budgets[route] ?? {
        limit: otherLimit,
        perMs: 1_000,
        bucket: route.replaceAll(/\W+/g, '-'),
      }
      const major =
        params['channel_id'] ??
        params['webhook_token'] ??
        params['interaction_token'] ??
        params['guild_id'] ??
        ''
      const window = windowOf(`${bucket}:${major}`, perMs, now)
      const resetAfterS = (window.endsAt - now) / 1_000
      const isSpent = window.used >= limit
      if (!isSpent) window.used++
      const headers = {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(limit - window.used),
        'x-ratelimit-reset': (window.endsAt / 1_000).toFixed(3),
        'x-ratelimit-reset-after': resetAfterS.toFixed(3),
        'x-ratelimit-bucket': bucket,
      }
      return isSpent ? { headers, retryAfterS: resetAfterS, global: false } : { headers }
    },
  }
}
