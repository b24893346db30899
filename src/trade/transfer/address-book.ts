// The list of places that coins may be sent to. It is written on the machine itself, never from a chat:
// what is not on it cannot be sent, whoever asks. Pure.
import type { VenueId } from '../../market/market.ts'
import type { Destination, TransferOrder } from './transfer.ts'

export type AddressEntry = {
  readonly asset: string
  readonly network: string
  readonly venue: VenueId
  readonly address: string
  readonly memo?: string | undefined
}

/** On these a venue tells its customers apart by the memo alone: without it the coins are lost. */
const networksWithMemo: ReadonlySet<string> = new Set([
  'XRP',
  'XLM',
  'EOS',
  'ATOM',
  'TON',
  'HBAR',
  'ALGO',
  'STX',
  'KAVA',
  'BEP2',
  'XEM',
  'LUNA',
  'INJ',
  'RUNE',
])

const needsMemo = (network: string): boolean => networksWithMemo.has(network)

export type FoundAddress =
  | { readonly outcome: 'found'; readonly to: Destination }
  | { readonly outcome: 'refused'; readonly reason: string }

const refused = (reason: string): FoundAddress => ({ outcome: 'refused', reason })

/** The one entry for that coin, network and venue. Two of them are a mistake that nobody guesses away. */
export function addressFor(
  book: readonly AddressEntry[],
  { asset, network, to }: Pick<TransferOrder, 'asset' | 'network' | 'to'>,
): FoundAddress {
  const own = book.filter(
    (one) => one.asset === asset && one.network === network && one.venue === to,
  )
  const [entry, ...others] = own
  if (entry === undefined)
    return refused(`no address for ${asset} on ${network} at ${to} is on the list of this machine`)
  if (others.length > 0)
    return refused(`the list has ${own.length} addresses for ${asset} on ${network} at ${to}`)
  const { address, memo } = entry
  if (needsMemo(network) && memo === undefined)
    return refused(`${network} needs a memo, and the list has none for ${asset} at ${to}`)
  return { outcome: 'found', to: { address, memo } }
}

/** Whether the receiving venue itself names that place; a text says why not. */
export function mismatchOf(
  listed: Destination,
  told: Destination,
  venue: VenueId,
): string | undefined {
  const isHex = listed.address.startsWith('0x')
  const plain = (text: string) => (isHex ? text.toLowerCase() : text)
  if (plain(listed.address) !== plain(told.address))
    return `${venue} names another address for it than the list of this machine`
  if ((listed.memo ?? '') !== (told.memo ?? ''))
    return `${venue} names another memo for it than the list of this machine`
  return undefined
}
