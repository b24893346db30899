// Markets made up for tests and benchmarks.
import type { Market, TakerFee } from '../market/market.ts'
import { baseAmount, price, quoteAmount, rate } from '../money.ts'

type Rules = {
  readonly fee?: string
  readonly paidIn?: TakerFee['paidIn']
  readonly priceStep?: string
  readonly amountStep?: string
  readonly amountMin?: string
  readonly notionalMin?: string
  readonly active?: boolean
}

/** Fine steps, no minimums and a fee of 0.1 % on what is received, unless `rules` say otherwise. */
export function sampleMarket(venue: string, symbol: string, rules: Rules = {}): Market {
  const [base = '', quote = ''] = symbol.split('/')
  return {
    venue,
    symbol,
    base,
    quote,
    priceStep: price(rules.priceStep ?? '0.00000001'),
    amountStep: baseAmount(rules.amountStep ?? '0.00000001'),
    amountMin: baseAmount(rules.amountMin ?? '0'),
    notionalMin: quoteAmount(rules.notionalMin ?? '0'),
    takerFee: {
      rate: rate(rules.fee ?? '0.001'),
      source: 'venue',
      paidIn: rules.paidIn ?? 'received',
    },
    active: rules.active ?? true,
  }
}

/** The same numbers on every run: mulberry32, in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
