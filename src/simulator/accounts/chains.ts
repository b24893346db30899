// The chains as far as venues know them: which of an asset's networks there are, and whose address is whose.
import { createHash } from 'node:crypto'
import type { SourceNetwork, SourceVenue } from '../market-source.ts'
import { mainKeyOf, type Account } from './account.ts'

const hashOf = (...parts: readonly string[]) =>
  createHash('sha256').update(parts.join('|')).digest('hex')

/** One address for each account and chain, in the shape that chain has. */
export function addressOf(account: Account, network: string): string {
  const hash = hashOf('address', account.venue, mainKeyOf(account), network)
  switch (network) {
    case 'ERC20':
    case 'BEP20':
      return `0x${hash.slice(0, 40)}`
    case 'TRC20':
      return `T${hash.slice(0, 33)}`
    default:
      return `${network.toLowerCase()}1q${hash.slice(0, 38)}`
  }
}

/** What any chain refuses; whether somebody owns the address it does not know. */
export const looksRight = (network: string, address: string): boolean =>
  network === 'ERC20' || network === 'BEP20'
    ? /^0x[0-9a-f]{40}$/i.test(address)
    : /^[\w:]{20,90}$/.test(address)

/** Undefined `network`: the asset's first. */
export function networkOf(
  venue: SourceVenue,
  asset: string,
  network: string | undefined,
): SourceNetwork | undefined {
  const networks = venue.assets.find((one) => one.asset === asset)?.networks ?? []
  return network === undefined ? networks[0] : networks.find((one) => one.network === network)
}

export const transactionId = (venue: string, transferId: string): string =>
  `0x${hashOf('transaction', venue, transferId)}`
