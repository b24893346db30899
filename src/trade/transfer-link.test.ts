import { expect, test } from 'vitest'
import type { AssetNetwork, VenueAsset } from '../market/asset.ts'
import { parseDecimal } from '../money.ts'
import { passageOf } from './transfer-link.ts'

const network = (name: string, changes: Partial<AssetNetwork> = {}): AssetNetwork => ({
  network: name,
  deposit: 'open',
  withdraw: 'open',
  withdrawFee: parseDecimal('1'),
  withdrawMin: parseDecimal('2'),
  ...changes,
})
const asset = (venue: string, networks: readonly AssetNetwork[]): VenueAsset => ({
  venue,
  asset: 'USDT',
  deposit: 'open',
  withdraw: 'open',
  networks,
})
const passage = (
  sending: readonly AssetNetwork[] | undefined,
  receiving: readonly AssetNetwork[] | undefined,
  isSameCoin = true,
) =>
  passageOf(
    'USDT',
    'a',
    'b',
    {
      sending: sending && asset('a', sending),
      receiving: receiving && asset('b', receiving),
    },
    isSameCoin,
  )

test('a network that both know is a link with its fee, its minimum and its wait', () => {
  expect(
    passage([network('TRC20'), network('ERC20')], [network('TRC20', { confirmations: 20 })]),
  ).toEqual({
    asset: 'USDT',
    from: 'a',
    to: 'b',
    links: [
      {
        asset: 'USDT',
        from: 'a',
        to: 'b',
        network: 'TRC20',
        fee: parseDecimal('1'),
        min: parseDecimal('2'),
        arrival: { minutes: 3, source: 'estimate' },
        status: 'open',
      },
    ],
  })
})

test('a network that costs more and asks for more is left out', () => {
  const dear = network('ERC20', { withdrawFee: parseDecimal('5') })
  const small = network('BEP20', {
    withdrawFee: parseDecimal('3'),
    withdrawMin: parseDecimal('1'),
  })
  const all = [dear, network('TRC20'), small]
  expect(passage(all, all).links.map((link) => link.network)).toEqual(['TRC20', 'BEP20'])
})

test('what one end does not tell makes a link unknown, and a known one is taken before it', () => {
  const silent = network('TRC20', { deposit: 'unknown' })
  expect(passage([network('TRC20')], [silent]).links[0]?.status).toBe('unknown')
  expect(passage([network('TRC20')], undefined).links[0]?.status).toBe('unknown')
  const dear = network('ERC20', { withdrawFee: parseDecimal('5') })
  expect(passage([network('TRC20'), dear], [silent, dear]).links).toMatchObject([
    { network: 'ERC20', status: 'open' },
  ])
})

const shutOut = network('TRC20', { withdraw: 'shut' })
const shutIn = network('TRC20', { deposit: 'shut' })

test.each([
  ['a has shut withdrawals', [shutOut], [network('TRC20')]],
  ['b has shut deposits', [network('TRC20')], [shutIn]],
  [
    'every network that a and b share is shut on one of them',
    [shutOut, network('ERC20')],
    [network('TRC20'), network('ERC20', { deposit: 'shut' })],
  ],
  ['a and b have no network in common', [network('TRC20')], [network('ERC20')]],
  [
    'a and b have no network in common',
    [network('ERC20', { contract: '0xaaaaaaaaaa' })],
    [network('ERC20', { contract: '0xbbbbbbbbbb' })],
  ],
  ['a tells no withdrawal fees without a key', undefined, [network('TRC20')]],
  ['a tells no flat withdrawal fee', [{ network: 'TRC20', deposit: 'open', withdraw: 'open' }], []],
] as const)('D4 there is no way where %s', (obstacle, sending, receiving) => {
  expect(passage(sending, receiving)).toMatchObject({ links: [], obstacle })
})

test('two coins of one ticker never meet', () => {
  expect(passage([network('TRC20')], [network('TRC20')], false)).toMatchObject({
    links: [],
    obstacle: 'nothing proves that a and b mean the same USDT',
  })
})
