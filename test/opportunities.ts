// Opportunities for tests that store, show or trade one. Their numbers have all eighteen digits.
import type { LegPlan, Opportunity } from '../src/opportunity/opportunity.ts'
import {
  baseAmount,
  cost,
  parseDecimal,
  portion,
  price,
  rate,
  type BaseAmount,
  type Price,
} from '../src/money.ts'
import { newId } from '../src/id.ts'

const feeRate = rate('0.001')

/** One leg that pays its fee in what it receives, as most venues have it. */
export function testLeg(
  venue: string,
  symbol: string,
  side: 'buy' | 'sell',
  amount: BaseAmount,
  average: Price,
): LegPlan {
  const [base = '', quote = ''] = symbol.split('/')
  const buying = side === 'buy'
  const notional = cost(average, amount, buying ? 'up' : 'down')
  const fee = buying
    ? { asset: base, amount: portion(amount, feeRate, 'up') as bigint }
    : { asset: quote, amount: portion(notional, feeRate, 'up') as bigint }
  const given = buying
    ? { asset: quote, amount: notional as bigint }
    : { asset: base, amount: amount as bigint }
  const got = (buying ? amount : notional) as bigint
  return {
    venue,
    symbol,
    base,
    quote,
    side,
    amount,
    limit: average,
    average,
    notional,
    fee,
    feeRate,
    feeSource: 'venue',
    spends: given,
    receives: { asset: buying ? base : quote, amount: got - fee.amount },
    bookAgeMs: 12.5,
  }
}

function opportunityOf(legs: readonly LegPlan[], changes: Partial<Opportunity>): Opportunity {
  const notional = legs[0]?.spends.amount ?? 0n
  const gross = 1_500_000_000_000_000_001n
  const fees = 300_000_000_000_000_000n
  const now = new Date()
  return {
    id: newId(now.getTime()),
    kind: 'cross',
    route: 'cross BTC/USDT kucoin>binance',
    venues: [...new Set(legs.map((leg) => leg.venue))],
    legs,
    asset: 'USDT',
    notional,
    gross,
    fees,
    net: gross - fees,
    netPercent: 1.2,
    netUsdt: 1.2,
    notionalUsdt: 100,
    netAtTop: 0.0123,
    identity: 'contract',
    wallet: 'open',
    legSkewMs: 3.25,
    firstSeenAt: new Date(now.getTime() - 4000),
    detectedAt: now,
    ...changes,
  }
}

/** Buys BTC on kucoin and sells what arrives on binance. */
export function crossOpportunity(changes: Partial<Opportunity> = {}): Opportunity {
  const buy = testLeg(
    'kucoin',
    'BTC/USDT',
    'buy',
    baseAmount('0.001234567890123457'),
    price('81000.123456789012345678'),
  )
  const sell = testLeg(
    'binance',
    'BTC/USDT',
    'sell',
    buy.receives.amount as BaseAmount,
    price('82100.5'),
  )
  return opportunityOf([buy, sell], { kind: 'cross', ...changes })
}

/** Buys BTC on kucoin, sends it to binance, sells what arrives there, and sends the money back. */
export function transferOpportunity(changes: Partial<Opportunity> = {}): Opportunity {
  const [buy, sell] = crossOpportunity().legs as [LegPlan, LegPlan]
  const fee = parseDecimal('0.000000000000000012')
  const arrives = (buy.receives.amount - fee) as BaseAmount
  const sold = testLeg('binance', 'BTC/USDT', 'sell', arrives, sell.average)
  return opportunityOf([buy, sold], {
    kind: 'transfer',
    route: 'transfer BTC/USDT kucoin>binance',
    transfer: {
      out: {
        asset: 'BTC',
        network: 'BTC',
        from: 'kucoin',
        to: 'binance',
        fee,
        min: 0n,
        minutes: 22,
      },
      back: {
        asset: 'USDT',
        network: 'TRC20',
        from: 'binance',
        to: 'kucoin',
        fee: parseDecimal('0.1'),
        min: parseDecimal('1'),
        minutes: 3,
      },
      riskShare: 0.0035,
    },
    ...changes,
  })
}

/** USDT to ETH to BTC and back, all on kucoin, each leg spending exactly what the one before brought. */
export function cycleOpportunity(changes: Partial<Opportunity> = {}): Opportunity {
  const first = testLeg(
    'kucoin',
    'ETH/USDT',
    'buy',
    baseAmount('0.031234567890123457'),
    price('3200.000000000000000003'),
  )
  const second = testLeg(
    'kucoin',
    'ETH/BTC',
    'sell',
    first.receives.amount as BaseAmount,
    price('0.039876543210987654'),
  )
  const third = testLeg(
    'kucoin',
    'BTC/USDT',
    'sell',
    second.receives.amount as BaseAmount,
    price('81234.000000000000000009'),
  )
  return opportunityOf([first, second, third], {
    kind: 'cycle',
    route: 'cycle kucoin USDT>ETH>BTC',
    ...changes,
  })
}
