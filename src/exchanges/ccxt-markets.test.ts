import ccxt, { type CurrencyInterface, type MarketInterface } from 'ccxt'
import { expect, test } from 'vitest'
import { format, parseDecimal, rate } from '../money.ts'
import { readAsset, readMarket, takerFeeOf } from './ccxt-markets.ts'
import { knownExchange, type KnownExchange } from './known-exchanges.ts'

const kraken = knownExchange('kraken') as KnownExchange

const market = (facts: object): MarketInterface =>
  ({
    symbol: 'BTC/USDT',
    base: 'BTC',
    quote: 'USDT',
    spot: true,
    active: true,
    taker: 0.0026,
    precision: { price: 1e-8, amount: 0.001 },
    limits: { amount: { min: 0.00001 }, cost: { min: 5 } },
    ...facts,
  }) as MarketInterface

test('a step is the step itself or a count of decimals, as the venue has it', () => {
  const ticks = readMarket(kraken, market({}), ccxt.TICK_SIZE)
  expect([ticks?.priceStep, ticks?.amountStep].map((step) => format(step ?? -1n))).toEqual([
    '0.00000001',
    '0.001',
  ])
  const places = readMarket(
    kraken,
    market({ precision: { price: 2, amount: 8 } }),
    ccxt.DECIMAL_PLACES,
  )
  expect([places?.priceStep, places?.amountStep].map((step) => format(step ?? -1n))).toEqual([
    '0.01',
    '0.00000001',
  ])
})

test('rules that make no sense are no rules', () => {
  const odd = readMarket(
    kraken,
    market({
      precision: { price: Number.NaN, amount: undefined },
      limits: { amount: { min: -1 }, cost: { min: Infinity } },
    }),
    ccxt.TICK_SIZE,
  )
  expect(odd).toMatchObject({ priceStep: 0n, amountStep: 0n, amountMin: 0n, notionalMin: 0n })
})

test('C14 contracts, oddly named symbols and a coin against itself are no spot markets', () => {
  const odd = [
    { spot: false },
    { symbol: 'BTC/USDT:USDT' },
    { symbol: 'BTC USDT' },
    { base: 'USDT' },
  ]
  expect(odd.map((facts) => readMarket(kraken, market(facts), ccxt.TICK_SIZE))).toEqual(
    odd.map(() => undefined),
  )
  expect(readMarket(kraken, market({ active: undefined }), ccxt.TICK_SIZE)?.active).toBe(true)
})

test('a fee comes from the market, then the venue, then the default, and is never zero', () => {
  const of = (known: KnownExchange | undefined, told: unknown) => {
    const { rate: share, source } = takerFeeOf(known, told)
    return `${format(share)} ${source}`
  }
  expect(of(kraken, 0.0026)).toBe('0.0026 market')
  for (const told of [0, undefined, Number.NaN, -0.001, '0.001'])
    expect(of(kraken, told)).toBe('0.004 venue')
  // Binance's list has no fees: whatever ccxt puts there is not the venue's word.
  expect(of(knownExchange('binance'), 0.5)).toBe('0.001 venue')
  expect(of(undefined, 0.001)).toBe('0.002 default')
})

test("an account's tier stands for what everybody pays, and a dear market is as many times dearer in it", () => {
  const of = (venue: string, told: unknown, tier: string) => {
    const { rate: share, source } = takerFeeOf(knownExchange(venue), told, rate(tier))
    return `${format(share)} ${source}`
  }
  expect(of('kucoin', 0.001, '0.0008')).toBe('0.0008 account')
  expect(of('kucoin', 0.003, '0.0008')).toBe('0.0024 account')
  // What costs less than usual now may cost as usual tomorrow.
  expect(of('kucoin', 0.0005, '0.0008')).toBe('0.0008 account')
  expect(of('binance', undefined, '0.00075')).toBe('0.00075 account')
  expect(of('binance', undefined, '0.002')).toBe('0.002 account')
})

const currency = (facts: object): CurrencyInterface =>
  ({ code: 'ABC', name: 'Alphabet', networks: {}, ...facts }) as CurrencyInterface

test('one open network opens the asset, all shut shut it, and silence is unknown', () => {
  const gates = (...told: (boolean | undefined)[]) => {
    const networks = Object.fromEntries(
      told.map((deposit, k) => [`N${k}`, { deposit, withdraw: true }]),
    )
    return readAsset(kraken, currency({ networks }))?.deposit
  }
  expect(gates(false, true)).toBe('open')
  expect(gates(false, false)).toBe('shut')
  expect(gates(false, undefined)).toBe('unknown')
  expect(readAsset(kraken, currency({ deposit: false }))?.deposit).toBe('shut')
  expect(readAsset(kraken, currency({}))).toBeUndefined()
})

test('a withdrawal has its fee, its minimum and its wait, as far as the venue tells them', () => {
  const terms = (facts: object) =>
    readAsset(kraken, currency({ networks: { ERC20: facts } }))?.networks[0]
  expect(
    terms({
      fee: 0.0000001,
      limits: { withdraw: { min: 0.5 } },
      info: { minConfirm: '12', estimatedArrivalTime: '5' },
    }),
  ).toMatchObject({
    withdrawFee: parseDecimal('0.0000001'),
    withdrawMin: parseDecimal('0.5'),
    confirmations: 12,
    arrivalMinutes: 5,
  })
  expect(terms({ fee: 0 })).toMatchObject({ withdrawFee: 0n })
  // A share of the amount on top: the flat part alone would be too little.
  expect(terms({ fee: 1, info: { withdrawFeeRate: '0.002' } })).not.toHaveProperty('withdrawFee')
  expect(terms({ fee: 1, info: { withdrawFeeRate: '0' } })).toHaveProperty('withdrawFee')
  for (const confirms of [null, { toString: {} }])
    expect(terms({ info: { confirms } })).toEqual({
      network: 'ERC20',
      deposit: 'unknown',
      withdraw: 'unknown',
    })
})

test('a contract is found under the name each venue has for it', () => {
  const contract = (info: object) =>
    readAsset(kraken, currency({ networks: { ERC20: { info } } }))?.networks[0]?.contract
  expect(contract({ contractAddress: '0xAbC ' })).toBe('0xabc')
  expect(contract({ contract_address: '0xABC' })).toBe('0xabc')
  expect(contract({ contractAddress: '' })).toBeUndefined()
  expect(contract({})).toBeUndefined()
})
