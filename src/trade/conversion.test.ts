import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatExact, parseDecimal, price, type AssetAmount } from '../money.ts'
import { conversionOf, worthIn, type BestPrices } from './conversion.ts'

const of = (asset: string, amount: string): AssetAmount => ({ asset, amount: parseDecimal(amount) })
const best = (bid: string, ask: string): BestPrices => ({ bid: price(bid), ask: price(ask) })
const market = new Map([
  ['BTC/USDT', best('80000', '80010')],
  ['ETH/BTC', best('0.05', '0.0501')],
  ['USDT/TRY', best('40', '41')],
  ['BNB/USDT', best('600', '601')],
])
const pricesOf = (symbol: string) => market.get(symbol)
const worth = (currency: string, ...amounts: readonly AssetAmount[]) => {
  const { exact, unconverted } = worthIn(conversionOf(currency, amounts, pricesOf), amounts)
  return [formatExact(exact), ...unconverted.map(({ asset }) => asset)]
}

test('what is there is sold at the bid, and what is missing is bought at the ask', () => {
  expect(worth('USDT', of('BTC', '0.5'))).toEqual(['40000'])
  expect(worth('USDT', of('BTC', '-0.5'))).toEqual(['-40005'])
  expect(worth('USDT', of('USDT', '-3'))).toEqual(['-3'])
})

test('a market the other way round will do, and so will two in a row', () => {
  expect(worth('USDT', of('TRY', '41'))).toEqual(['0.999999999999999984'])
  expect(worth('USDT', of('TRY', '-40'))).toEqual(['-1'])
  expect(worth('USDT', of('ETH', '2'))).toEqual(['8000'])
  expect(worth('TRY', of('BTC', '-1'))).toEqual(['-3280410'])
})

test('a coin spent on fees is a cost', () => {
  expect(worth('USDT', of('USDT', '2'), of('BNB', '-0.001'))).toEqual(['1.399'])
})

test('G7 what no market converts is named and counts neither as nothing nor as something', () => {
  expect(worth('USDT', of('ODD', '5'), of('USDT', '1'))).toEqual(['1', 'ODD'])
  expect(worth('ETH', of('BNB', '1'))).toEqual(['0', 'BNB'])
})

const amounts = fc.array(
  fc.record({
    asset: fc.constantFrom('USDT', 'BTC', 'ETH', 'BNB', 'TRY', 'ODD'),
    amount: fc.bigInt({ min: -(10n ** 27n), max: 10n ** 27n }),
  }),
  { maxLength: 30 },
)

test('G8 however a report is cut, its parts add up to the whole to the last digit', () => {
  fc.assert(
    fc.property(
      amounts,
      fc.array(fc.nat({ max: 4 }), { minLength: 30, maxLength: 30 }),
      fc.constantFrom('USDT', 'BTC', 'TRY'),
      (all, parts, currency) => {
        const conversion = conversionOf(currency, all, pricesOf)
        const cut = Map.groupBy(all, (each) => parts[all.indexOf(each)])
        const sum = [...cut.values()].reduce(
          (total, part) => total + worthIn(conversion, part).exact,
          0n,
        )
        expect(sum).toBe(worthIn(conversion, all).exact)
      },
    ),
  )
})

test('G8 turning everything into the currency and back again never gains', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 27n }), (amount) => {
      for (const asset of ['BTC', 'ETH', 'BNB', 'TRY']) {
        const sold = worthIn(conversionOf('USDT', [{ asset, amount }], pricesOf), [
          { asset, amount },
        ])
        const bought = worthIn(conversionOf('USDT', [{ asset, amount: -amount }], pricesOf), [
          { asset, amount: -amount },
        ])
        expect(sold.exact + bought.exact).toBeLessThanOrEqual(0n)
      }
    }),
  )
})
