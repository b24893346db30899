// Inputs of rebalance plans for tests: venues that trade alike, at prices that are easy to reckon with.
import type { Market } from '../market/market.ts'
import { baseAmount, parseDecimal, price, quoteAmount, rate } from '../money.ts'
import { bandsOf, type BandRules, type Holding } from './inventory-band.ts'
import type { Conversion, RebalanceInput } from './rebalance.ts'
import type { Passage, TransferLink } from './transfer-link.ts'

const sampleRules: BandRules = {
  'inventory.target_percent': {},
  'inventory.band_percent': 10,
}

export const holding = (venue: string, asset: string, amount: string, reserved = '0'): Holding => ({
  venue,
  asset,
  amount: parseDecimal(amount),
  reserved: parseDecimal(reserved),
})

const marketOf = (venue: string, base: string): Market => ({
  venue,
  symbol: `${base}/USDT`,
  base,
  quote: 'USDT',
  priceStep: price('0.01'),
  amountStep: baseAmount('0.0001'),
  amountMin: baseAmount('0.0001'),
  notionalMin: quoteAmount('1'),
  takerFee: { rate: rate('0.001'), source: 'venue', paidIn: 'received' },
  active: true,
})

export const conversion = (
  venue: string,
  base: string,
  value: number,
  { spread = 0.0002, ...changes }: Partial<Market> & { spread?: number } = {},
): Conversion => ({
  market: { ...marketOf(venue, base), ...changes },
  bid: Number((value * (1 - spread / 2)).toPrecision(8)),
  ask: Number((value * (1 + spread / 2)).toPrecision(8)),
})

export const link = (
  asset: string,
  from: string,
  to: string,
  fee: string,
  changes: Partial<TransferLink> = {},
): TransferLink => ({
  asset,
  from,
  to,
  network: asset,
  fee: parseDecimal(fee),
  min: parseDecimal(fee) * 2n,
  arrival: { minutes: 10, source: 'estimate' },
  status: 'open',
  ...changes,
})

export const passage = (one: TransferLink): Passage => ({
  asset: one.asset,
  from: one.from,
  to: one.to,
  links: [one],
})

/** Every venue trades every coin at `values`, and sends every coin to each other for `fees`. */
export function sampleInput(
  holdings: readonly Holding[],
  values: Readonly<Record<string, number>>,
  fees: Readonly<Record<string, string>>,
  changes: Partial<RebalanceInput> = {},
): RebalanceInput {
  const venues = [...new Set(holdings.map(({ venue }) => venue))]
  const coins = Object.keys(values)
  return {
    bands: bandsOf(holdings, sampleRules),
    valueUsdt: new Map(Object.entries(values)),
    conversions: venues.flatMap((venue) =>
      coins
        .filter((coin) => coin !== 'USDT')
        .map((coin) => conversion(venue, coin, values[coin] ?? 0)),
    ),
    passages: venues.flatMap((from) =>
      venues
        .filter((to) => to !== from)
        .flatMap((to) =>
          Object.entries(fees).map(([coin, fee]) => passage(link(coin, from, to, fee))),
        ),
    ),
    costPercentMax: 5,
    ...changes,
  }
}
