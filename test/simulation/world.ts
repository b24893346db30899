// The venues and markets of one seed.
import type { Market, VenueId } from '../../src/market/market.ts'
import { parseDecimal, price, type Price } from '../../src/money.ts'
import type { PlannedLeg } from './sample-execution.ts'
import type { MemoryStore } from './memory-execution-store.ts'
import type { Random } from './random.ts'
import {
  createVenue,
  simulatedMarket,
  type SimulatedVenue,
  type VenueWorld,
} from './simulated-venue.ts'
import { feeToken } from './venue-matching.ts'

const middles: ReadonlyMap<string, Price> = new Map([
  ['SOL/USDT', price('150')],
  ['ETH/USDT', price('3000')],
  ['BTC/USDT', price('60000')],
  ['ETH/BTC', price('0.05')],
])

/** Venues differ in steps, minimums, fees and in what they take them from. */
function marketsOf(venue: VenueId, random: Random): readonly Market[] {
  const fee = random.pick(['0.001', '0.00075', '0.002', '0.0006'])
  const paidIn = random.pick(['received', 'received', 'quote'] as const)
  const shared = { fee, paidIn }
  const coarse = random.chance(0.5)
  return [
    simulatedMarket(venue, 'SOL/USDT', {
      ...shared,
      priceStep: '0.01',
      amountStep: coarse ? '0.1' : '0.001',
      amountMin: coarse ? '0.1' : '0.01',
      notionalMin: coarse ? '10' : '5',
    }),
    simulatedMarket(venue, 'ETH/USDT', {
      ...shared,
      priceStep: '0.01',
      amountStep: '0.0001',
      amountMin: '0.001',
      notionalMin: '5',
    }),
    simulatedMarket(venue, 'BTC/USDT', {
      ...shared,
      priceStep: '0.1',
      amountStep: '0.00001',
      amountMin: '0.0001',
      notionalMin: '5',
    }),
    simulatedMarket(venue, 'ETH/BTC', {
      ...shared,
      priceStep: '0.00001',
      amountStep: coarse ? '0.001' : '0.0001',
      amountMin: '0.001',
      notionalMin: '0.0001',
    }),
  ]
}

export type VenueChoice = {
  readonly count: number
  /** undefined: the venues take a request however old it is. */
  readonly requestLifeMs: number | undefined
}

export function createVenues(
  random: Random,
  worldOf: (venue: VenueId) => VenueWorld,
  choice?: VenueChoice,
): ReadonlyMap<VenueId, SimulatedVenue> {
  const count = choice?.count ?? random.whole(2, 6)
  return new Map(
    Array.from({ length: count }, (_, n) => {
      const id = `v${n + 1}`
      const chosenMs = random.chance(0.8) ? 3_000 : undefined
      const lifeMs = choice === undefined ? chosenMs : choice.requestLifeMs
      return [id, createVenue(id, marketsOf(id, random), middles, lifeMs, worldOf(id))] as const
    }),
  )
}

/** The same money at the venues and in our books. */
export function fundVenues(
  venues: ReadonlyMap<VenueId, SimulatedVenue>,
  store: MemoryStore,
  isShort: (venue: VenueId) => boolean,
): void {
  for (const venue of venues.values()) {
    const money = { USDT: isShort(venue.id) ? '2500' : '60000', SOL: '400', ETH: '15', BTC: '1' }
    for (const [asset, text] of Object.entries({ ...money, [feeToken]: '50' })) {
      const amount = parseDecimal(text)
      venue.balances.set(asset, amount)
      store.fund(venue.id, asset, amount)
    }
  }
}

const marketAt = (venue: SimulatedVenue, symbol: string): Market =>
  venue.markets.find((market) => market.symbol === symbol) as Market

export function crossLegs(buyAt: SimulatedVenue, sellAt: SimulatedVenue): readonly PlannedLeg[] {
  return [
    { market: marketAt(buyAt, 'SOL/USDT'), side: 'buy' },
    { market: marketAt(sellAt, 'SOL/USDT'), side: 'sell' },
  ]
}

export function cycleLegs(venue: SimulatedVenue, isForward: boolean): readonly PlannedLeg[] {
  const [ether, bitcoin, cross] = ['ETH/USDT', 'BTC/USDT', 'ETH/BTC'].map((symbol) =>
    marketAt(venue, symbol),
  ) as [Market, Market, Market]
  return isForward
    ? [
        { market: ether, side: 'buy' },
        { market: cross, side: 'sell' },
        { market: bitcoin, side: 'sell' },
      ]
    : [
        { market: bitcoin, side: 'buy' },
        { market: cross, side: 'buy' },
        { market: ether, side: 'sell' },
      ]
}
