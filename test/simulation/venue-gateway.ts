// The wire between a worker and the venues: the engine's port, with everything that a network and a
// venue's front door do to requests and answers.
import type { VenueId } from '../../src/market/market.ts'
import type { BaseAmount } from '../../src/money.ts'
import type {
  Order,
  OrderGateway,
  OrderRef,
  Read,
  Submission,
  VenueBalance,
  VenueFill,
  VenueOrder,
} from '../../src/trade/engine/order-gateway.ts'
import type { Faults } from './faults.ts'
import type { Random } from './random.ts'
import type { Arrival, PlacedOrder, SimulatedVenue } from './simulated-venue.ts'
import type { VirtualTime } from './virtual-time.ts'

export type Wire = {
  readonly time: VirtualTime
  readonly random: Random
  readonly faults: Faults
  readonly venues: ReadonlyMap<VenueId, SimulatedVenue>
  /** The sender's own clock. */
  readonly wallMs: () => number
  /** The request leaves the machine. */
  readonly onWire: (order: Order) => void
}

const engineTimeoutMs = 10_000
/** Where a venue sets no limit, a request may lie about for that long. */
const lostForMs = 60_000
const failed = (reason: string) => ({ outcome: 'failed', reason }) as const
const unknown = (reason: string): Submission => ({ outcome: 'unknown', reason })

/** Sends it off; the answer comes when the venue has one. */
function carry({ time, random, faults, wallMs }: Wire, venue: SimulatedVenue, order: Order) {
  const signedAtMs = wallMs()
  const isLate = faults.fires('request late')
  const lateMs = isLate ? random.whole(1_000, venue.requestLifeMs ?? lostForMs) : 0
  const onWayMs = random.whole(5, 80) + lateMs
  const isDoubled = faults.fires('request doubled')
  const arrival = new Promise<Arrival>((resolve) => {
    time.at(onWayMs, () => {
      const first: Arrival = venue.isDown()
        ? { outcome: 'no answer' }
        : venue.arrive(order, signedAtMs)
      resolve(isDoubled && !venue.isDown() ? venue.arrive(order, signedAtMs) : first)
    })
  })
  return { arrival, isLate, onWayMs }
}

/** What becomes of a venue's answer on the way back. */
async function hear({ time, random, faults }: Wire, arrival: Arrival): Promise<Submission> {
  await time.wait(random.whole(5, 60))
  if (arrival.outcome === 'no answer' || faults.fires('answer lost')) {
    await time.wait(random.whole(3_000, 10_000))
    return unknown('no answer in time')
  }
  if (faults.fires('reset after arrival')) return unknown('the connection was reset')
  if (faults.fires('answer 5xx')) return unknown('503')
  if (faults.fires('answer unreadable')) return unknown('the answer is no JSON: <html>')
  if (faults.fires('answer of another order')) return unknown('the answer names another order')
  switch (arrival.outcome) {
    case 'accepted':
      return { outcome: 'accepted', orderId: arrival.orderId }
    case 'rejected':
      return { outcome: 'rejected', code: arrival.code, reason: 'the venue said no' }
    case 'duplicate':
      return { outcome: 'duplicate', reason: 'duplicate order sent' }
  }
}

async function submit(wire: Wire, order: Order): Promise<Submission> {
  const { time, random, faults, venues, wallMs } = wire
  const venue = venues.get(order.market.venue) as SimulatedVenue
  await time.wait(random.whole(0, 30))
  if (faults.fires('throttle past not-after')) await time.wait(random.whole(2_100, 6_000))
  if (wallMs() > order.notAfter.getTime()) return { outcome: 'void', reason: 'it waited too long' }
  if (faults.fires('connection refused')) return { outcome: 'void', reason: 'ECONNREFUSED' }
  if (faults.fires('gateway throws')) throw new Error('a mistake in the adapter')
  wire.onWire(order)
  if (faults.fires('maintenance')) return unknown('under maintenance')
  if (faults.fires('reset before arrival')) return unknown('the connection was reset')
  if (faults.fires('request lost')) {
    await time.wait(random.whole(3_000, 10_000))
    return unknown('no answer in time')
  }
  const carried = carry(wire, venue, order)
  if (!carried.isLate) return hear(wire, await carried.arrival)
  // Whoever waits for it gives up before it arrives.
  await time.wait(random.whole(100, carried.onWayMs))
  return unknown('no answer in time')
}

const asSeen = ({ orderId, clientOrderId, state, amount, filled }: PlacedOrder): VenueOrder => ({
  orderId,
  clientOrderId,
  state,
  amount,
  filled,
})

/** One gateway a worker; what venues forget or lie about is the venues' own and lasts. */
export function openVenueGateway(wire: Wire, forgotten: Set<string>): OrderGateway {
  const { time, random, faults, venues, wallMs } = wire
  const venueOf = (id: VenueId) => venues.get(id) as SimulatedVenue
  const balancesBefore = new Map<VenueId, { atMs: number; balances: readonly VenueBalance[] }>()

  const read = async <T>(venue: VenueId, isFailing: boolean, answer: () => T): Promise<Read<T>> => {
    await time.wait(random.whole(5, 60))
    if (venueOf(venue).isDown()) {
      await time.wait(random.whole(1_000, 3_000))
      return failed('the venue does not answer')
    }
    return isFailing ? failed('502') : { outcome: 'ok', value: answer() }
  }

  const lookedUp = ({ clientOrderId, market }: OrderRef): VenueOrder | undefined => {
    const venue = venueOf(market.venue)
    if (faults.fires('lookup of another order')) {
      const other = venue.orders.find((order) => order.clientOrderId !== clientOrderId)
      return other === undefined ? undefined : asSeen(other)
    }
    const order = venue.byClientId(clientOrderId)
    if (order === undefined) return undefined
    // A venue forgets what came to nothing; a fill it remembers.
    if (order.filled === 0n && forgotten.has(clientOrderId)) return undefined
    const nowMs = time.elapsedMs()
    if (nowMs - order.acceptedMs < 12_000 && faults.fires('lookup lies absent')) return undefined
    const isEmpty = order.state === 'cancelled' && order.filled === 0n
    if (isEmpty && faults.fires('cancelled forgotten')) {
      forgotten.add(clientOrderId)
      return undefined
    }
    if (nowMs - order.changedMs < 3_000 && faults.fires('lookup stale'))
      return { ...asSeen(order), ...order.before }
    if (order.filled > 0n && faults.fires('lookup goes backwards'))
      return { ...asSeen(order), state: 'open', filled: 0n as BaseAmount }
    return asSeen(order)
  }

  const printed = (market: OrderRef['market'], since: Date): readonly VenueFill[] => {
    const shown = venueOf(market.venue)
      .prints.filter(
        ({ symbol, at, shownFromMs }) =>
          symbol === market.symbol && at >= since && shownFromMs <= time.elapsedMs(),
      )
      .map(({ shownFromMs: _shownFromMs, market: _market, ...fill }): VenueFill => fill)
    const doubled = faults.fires('fills doubled') ? [...shown, ...shown] : shown
    return faults.fires('fills reordered') ? doubled.toReversed() : doubled
  }

  const totals = (id: VenueId): readonly VenueBalance[] => {
    const before = balancesBefore.get(id)
    const nowMs = time.elapsedMs()
    if (before !== undefined && nowMs - before.atMs < 15_000 && faults.fires('balances stale'))
      return before.balances
    if (before !== undefined && faults.fires('balances frozen')) return before.balances
    const balances = Array.from(venueOf(id).balances, ([asset, total]): VenueBalance => ({
      asset,
      free: total,
      total,
    }))
    balancesBefore.set(id, { atMs: nowMs, balances })
    return balances
  }

  return {
    card: (venue) => ({
      venue,
      mayTrade: true,
      requestLifeMs: venueOf(venue).requestLifeMs,
      engineTimeoutMs,
      cancelledKeptMs: undefined,
    }),
    submit: (order) => submit(wire, order),
    lookup: (ref) => read(ref.market.venue, faults.fires('lookup failed'), () => lookedUp(ref)),
    openOrders: (market) =>
      read(market.venue, faults.fires('open orders failed'), () => {
        const isLagging = faults.fires('open orders lag')
        return venueOf(market.venue)
          .orders.filter(
            (order) =>
              order.state === 'open' &&
              order.market.symbol === market.symbol &&
              !(isLagging && time.elapsedMs() - order.acceptedMs < 10_000),
          )
          .map(asSeen)
      }),
    fills: (market, since) =>
      read(market.venue, faults.fires('fills failed'), () => printed(market, since)),
    cancel: ({ market, clientOrderId }) =>
      read(market.venue, faults.fires('cancel failed'), () => {
        venueOf(market.venue).cancel(clientOrderId)
        return undefined
      }),
    balances: (venue) => read(venue, faults.fires('balances failed'), () => totals(venue)),
    clockOffset: (venue) =>
      read(venue, false, () => ({ offsetMs: time.now().getTime() - wallMs(), errorMs: 100 })),
  }
}
