import { expect, test } from 'vitest'
import type { AssetNetwork, VenueAsset } from '../market/asset.ts'
import { assetIdentity, crossIdentity, isSureEnough, priceIdentity } from './identity.ts'
import { crossWallet } from './wallet.ts'

const asset = (name?: string, contracts: Record<string, string> = {}): VenueAsset => ({
  venue: 'v',
  asset: 'NEIRO',
  ...(name !== undefined && { name }),
  deposit: 'open',
  withdraw: 'open',
  networks: Object.entries(contracts).map(([network, contract]): AssetNetwork => ({
    network,
    deposit: 'open',
    withdraw: 'open',
    contract,
  })),
})

test('C12 contracts settle it where both venues tell one for a network', () => {
  const here = asset('Neiro', { ERC20: '0xAB', BEP20: '0x1' })
  expect(assetIdentity('NEIRO', here, asset('Neiro CTO', { ERC20: '0xab' }))).toBe('contract')
  expect(assetIdentity('NEIRO', here, asset('Neiro', { ERC20: '0xcd' }))).toBe('conflict')
  expect(assetIdentity('NEIRO', here, asset('Neiro', { SOL: '0xcd' }))).toBe('unverified')
  expect(assetIdentity('NEIRO', here, asset('Neiro', { ERC20: '0xab', BEP20: '0x2' }))).toBe(
    'contract',
  )
})

test('a reviewed asset needs no contract, but a contradicting one ends it', () => {
  expect(assetIdentity('BTC', undefined, undefined)).toBe('reviewed')
  expect(assetIdentity('XRP', asset('Ripple'), asset('XRP Ledger'))).toBe('reviewed')
  expect(assetIdentity('LINK', asset('', { ERC20: '1' }), asset('', { ERC20: '2' }))).toBe(
    'conflict',
  )
})

test('C12 names that contradict each other are two coins', () => {
  expect(assetIdentity('NEIRO', asset('Neiro Ethereum'), asset('First Neiro'))).toBe('conflict')
  expect(assetIdentity('MNT', asset('Mantle'), asset('Mantle Network'))).toBe('unverified')
  expect(assetIdentity('MNT', asset('mnt'), asset('Mantle'))).toBe('unverified')
  expect(assetIdentity('MNT', asset(), asset('Mantle'))).toBe('unverified')
})

test('C6 C12 prices vouch for an asset only when they agree', () => {
  expect(priceIdentity(100, 104, 5)).toBe('price')
  expect(priceIdentity(120, 100, 5)).toBe('unverified')
  expect(priceIdentity(100, 151, 5)).toBe('conflict')
  expect(priceIdentity(Number.NaN, 100, 5)).toBe('conflict')
})

test('a cross route is as sure as its less sure asset', () => {
  expect(crossIdentity('contract', 'reviewed', 'price')).toBe('reviewed')
  expect(crossIdentity('unverified', 'reviewed', 'price')).toBe('price')
  expect(crossIdentity('unverified', 'reviewed', 'unverified')).toBe('unverified')
  expect(crossIdentity('contract', 'contract', 'conflict')).toBe('conflict')
  expect(crossIdentity('conflict', 'contract', 'price')).toBe('conflict')
  expect(isSureEnough('contract', 'price')).toBe(true)
  expect(isSureEnough('price', 'reviewed')).toBe(false)
})

test('one shut gate shuts a route, and one untold leaves it unknown', () => {
  const open = asset()
  expect(crossWallet([open, open, open, open])).toBe('open')
  expect(crossWallet([open, { ...open, deposit: 'shut' }, undefined, open])).toBe('shut')
  expect(crossWallet([open, { ...open, withdraw: 'shut' }, open, open])).toBe('shut')
  expect(crossWallet([open, undefined, open, open])).toBe('unknown')
})

test('C14 a coin that is quoted by the thousand is never taken for the one it holds a thousand of', () => {
  // Under one ticker the prices give it away, whatever contract or review vouches for it.
  for (const vouched of ['contract', 'reviewed', 'unverified'] as const) {
    const prices = priceIdentity(0.000_012, 0.012, 1_000_000)
    expect(crossIdentity(vouched, 'reviewed', prices)).toBe('conflict')
  }
})
