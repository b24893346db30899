// Markets for tests that need one and care about few of its rules.
import type { Market } from '../src/market/market.ts'
import { baseAmount, price, quoteAmount, rate } from '../src/money.ts'

export const testMarket = (symbol: string, changes: Partial<Market> = {}): Market => {
  const [base = '', quote = ''] = symbol.split('/')
  return {
    venue: 'kucoin',
    symbol,
    base,
    quote,
    priceStep: price('0.01'),
    amountStep: baseAmount('0.001'),
    amountMin: baseAmount('0.001'),
    notionalMin: quoteAmount('1'),
    takerFee: { rate: rate('0.001'), source: 'venue', paidIn: 'received' },
    active: true,
    ...changes,
  }
}
