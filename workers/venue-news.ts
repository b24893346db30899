// Tells people which venues are left out and which are back. A network that breaks takes all of them
// at once, and that is one piece of news.
import type { VenueId } from '../src/market/market.ts'
import type { Health } from '../src/market/venue-health.ts'
import type { Notification } from '../src/notification/notification.ts'

export type VenueNews = {
  /** A venue changed its state. Told a moment later, with what else changes meanwhile. */
  note(venue: VenueId, health: Health): void
}

export type VenueNewsWiring = {
  readonly announce: (notification: Notification) => Promise<void>
  readonly onError: (error: unknown) => void
  readonly wait: (ms: number) => Promise<void>
}

/** Venues that fail together do so within one sweep; they come back as their pauses end. */
const leftOutWaitMs = 1000
const backWaitMs = 5000

type News = readonly [venue: VenueId, health: Health]

const listOf = (news: readonly News[]): string =>
  news
    .map(([venue]) => venue)
    .join(', ')
    .replace(/, ([^,]+)$/, ' and $1')

function alertOf(news: readonly News[], isUp: boolean): Notification {
  const [first] = news
  const one = news.length === 1
  const names = `${listOf(news)} ${one ? 'is' : 'are'}`
  const reason = first?.[1].reason ?? ''
  return {
    kind: 'alert',
    severity: isUp ? 'P2' : 'P1',
    subject: one ? `venue ${first?.[0]}` : 'venues',
    text: isUp ? `${names} back` : `${names} left out${one ? `: ${reason}` : ` (${reason})`}`,
  }
}

export function createVenueNews({ announce, onError, wait }: VenueNewsWiring): VenueNews {
  const waiting = new Map<VenueId, Health>()
  /** What people know; a venue they heard nothing of is up. */
  const told = new Map<VenueId, Health['state']>()
  const pending = { up: false, down: false }

  async function tellAll(isUp: boolean): Promise<void> {
    const news = [...waiting].filter(([, { state }]) => (state === 'up') === isUp)
    for (const [venue] of news) waiting.delete(venue)
    const fresh = news.filter(([venue, { state }]) => state !== (told.get(venue) ?? 'up'))
    if (fresh.length === 0) return
    for (const [venue, { state }] of fresh) told.set(venue, state)
    await announce(alertOf(fresh, isUp))
  }

  return {
    note(venue, health) {
      waiting.set(venue, health)
      const isUp = health.state === 'up'
      const direction = isUp ? 'up' : 'down'
      if (pending[direction]) return
      pending[direction] = true
      wait(isUp ? backWaitMs : leftOutWaitMs)
        .finally(() => (pending[direction] = false))
        .then(() => tellAll(isUp))
        .catch(onError)
    },
  }
}
