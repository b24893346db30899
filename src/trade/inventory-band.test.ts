import { expect, test } from 'vitest'
import { format } from '../money.ts'
import { bandsOf, outsideOf, stateOf, type BandRules } from './inventory-band.ts'
import { holding } from './sample-rebalance.ts'

const rules = (changes: Partial<BandRules> = {}): BandRules => ({
  'inventory.target_percent': {},
  'inventory.band_percent': 10,
  ...changes,
})
const holdings = [holding('a', 'BTC', '7'), holding('b', 'BTC', '2'), holding('c', 'BTC', '1')]
const bandTexts = (changes: Partial<BandRules> = {}) =>
  bandsOf(holdings, rules(changes)).map(
    ({ venue, low, target, high }) => `${venue} ${[low, target, high].map(format).join(' ')}`,
  )

test('without a word every venue is to hold the same, give or take', () => {
  expect(bandTexts({ 'inventory.target_percent': { ETH: { a: 100 } } })).toEqual([
    'a 2.33333333333 3.33333333333 4.33333333333',
    'b 2.33333333333 3.33333333333 4.33333333333',
    'c 2.33333333333 3.33333333333 4.33333333333',
  ])
})

test('a venue with a target of its own has it, and the others share what is left', () => {
  expect(bandTexts({ 'inventory.target_percent': { BTC: { a: 60 } } })).toEqual([
    'a 5 6 7',
    'b 1 2 3',
    'c 1 2 3',
  ])
})

test('targets of all venues that are not a hundred together are taken in proportion', () => {
  expect(bandTexts({ 'inventory.target_percent': { BTC: { a: 20, b: 20, c: 0 } } })).toEqual([
    'a 4 5 6',
    'b 4 5 6',
    'c 0 0 1',
  ])
})

test('a band ends at nothing and at everything', () => {
  expect(
    bandTexts({ 'inventory.target_percent': { BTC: { a: 100 } }, 'inventory.band_percent': 30 }),
  ).toEqual(['a 7 10 10', 'b 0 0 3', 'c 0 0 3'])
})

test('an empty venue is below its band, however many there are', () => {
  const many = Array.from({ length: 20 }, (_, i) => holding(`v${i}`, 'BTC', i === 0 ? '100' : '0'))
  const states = bandsOf(many, rules()).map(stateOf)
  expect(states.slice(0, 2)).toEqual(['above', 'below'])
})

test('a coin on one venue has nowhere else to be', () => {
  expect(bandsOf([holding('a', 'ODD', '5')], rules()).map(stateOf)).toEqual(['within'])
})

test('what is outside is told by how much', () => {
  const bands = bandsOf(holdings, rules({ 'inventory.target_percent': { BTC: { a: 50 } } }))
  expect(bands.map((band) => `${stateOf(band)} ${format(outsideOf(band))}`)).toEqual([
    'above 1',
    'within 0',
    'below 0.5',
  ])
})
