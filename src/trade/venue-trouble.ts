// Which venues answer badly just now, from what became of the last calls to them: orders go there first,
// and alone. Pure but for what it remembers.
import type { VenueId } from '../market/market.ts'
import type { OrderGateway, Read, Submission } from './engine/order-gateway.ts'

export type VenueTrouble = {
  /** The same gateway, listened to. */
  listen<T extends OrderGateway>(gateway: T): T
  flaky(): readonly VenueId[]
}

/** A lost answer to an order weighs as much as this many reads that failed. */
const unknownWeight = 2
const flakyFrom = 2
const rememberedMs = 60_000
const notesMax = 500

type Note = { readonly venue: VenueId; readonly weight: number; readonly atMs: number }

const weightOf = ({ outcome }: Submission): number => {
  switch (outcome) {
    case 'unknown':
      return unknownWeight
    case 'accepted':
    case 'rejected':
    case 'duplicate':
    case 'void':
      return 0
  }
}

/** `nowMs` never goes back. */
export function createVenueTrouble(nowMs: () => number): VenueTrouble {
  let notes: readonly Note[] = []
  const recent = () => notes.filter(({ atMs }) => nowMs() - atMs < rememberedMs)

  function note(venue: VenueId, weight: number): void {
    if (weight > 0) notes = [...recent(), { venue, weight, atMs: nowMs() }].slice(-notesMax)
  }
  const heard = async <T>(venue: VenueId, read: Promise<Read<T>>): Promise<Read<T>> => {
    const answer = await read
    note(venue, answer.outcome === 'failed' ? 1 : 0)
    return answer
  }

  return {
    listen: (gateway) => ({
      ...gateway,
      async submit(order) {
        const submission = await gateway.submit(order)
        note(order.market.venue, weightOf(submission))
        return submission
      },
      lookup: (ref) => heard(ref.market.venue, gateway.lookup(ref)),
      fills: (market, since) => heard(market.venue, gateway.fills(market, since)),
      balances: (venue) => heard(venue, gateway.balances(venue)),
    }),
    flaky() {
      const weights = new Map<VenueId, number>()
      for (const { venue, weight } of recent())
        weights.set(venue, (weights.get(venue) ?? 0) + weight)
      return [...weights].filter(([, weight]) => weight >= flakyFrom).map(([venue]) => venue)
    },
  }
}
