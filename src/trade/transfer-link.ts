// How one coin gets from one venue to another: by which networks, for what, and what stands in the way.
import type { AssetNetwork, VenueAsset } from '../market/asset.ts'
import type { VenueId } from '../market/market.ts'
import { arrivalOf, type Arrival } from '../market/network-time.ts'

export type TransferLink = {
  readonly asset: string
  readonly from: VenueId
  readonly to: VenueId
  readonly network: string
  /** Taken by the sending venue, in units of the asset. */
  readonly fee: bigint
  /** The least that may arrive. */
  readonly min: bigint
  readonly arrival: Arrival | undefined
  /** 'unknown': one of the two does not say that it is open, so somebody must look before sending. */
  readonly status: 'open' | 'unknown'
}

export type Passage = {
  readonly asset: string
  readonly from: VenueId
  readonly to: VenueId
  readonly links: readonly TransferLink[]
  /** Why there is no link; a sentence without its full stop. */
  readonly obstacle?: string
}

type Pair = readonly [out: AssetNetwork, into: AssetNetwork | undefined]

/** A contract that differs is another coin on the same chain; some venues tell its end only. */
const meets = (out: AssetNetwork, into: AssetNetwork): boolean =>
  out.network === into.network &&
  (out.contract === undefined ||
    into.contract === undefined ||
    out.contract.endsWith(into.contract) ||
    into.contract.endsWith(out.contract))

function linkOf(
  { asset, from, to }: Pick<Passage, 'asset' | 'from' | 'to'>,
  out: AssetNetwork,
  into: AssetNetwork | undefined,
): TransferLink | undefined {
  if (out.withdrawFee === undefined || out.withdraw === 'shut' || into?.deposit === 'shut')
    return undefined
  return {
    asset,
    from,
    to,
    network: out.network,
    fee: out.withdrawFee,
    min: out.withdrawMin ?? 0n,
    arrival: arrivalOf(into ?? { network: out.network }),
    status: out.withdraw === 'open' && into?.deposit === 'open' ? 'open' : 'unknown',
  }
}

/** Cheaper in both ways at once, or the same and earlier in the list. */
const isBeaten = (link: TransferLink, at: number, links: readonly TransferLink[]): boolean =>
  links.some(
    (other, i) =>
      other.fee <= link.fee &&
      other.min <= link.min &&
      (other.fee < link.fee || other.min < link.min || i < at),
  )

function obstacleOf(from: VenueId, to: VenueId, pairs: readonly Pair[]): string {
  if (pairs.length === 0) return `${from} and ${to} have no network in common`
  if (pairs.every(([out]) => out.withdraw === 'shut')) return `${from} has shut withdrawals`
  if (pairs.every(([, into]) => into?.deposit === 'shut')) return `${to} has shut deposits`
  if (pairs.every(([out, into]) => out.withdraw === 'shut' || into?.deposit === 'shut'))
    return `every network that ${from} and ${to} share is shut on one of them`
  return `${from} tells no flat withdrawal fee`
}

/**
 * Networks that cost more and ask for more than another are left out, and so are those of which one end
 * is unknown where another is open. A receiving venue that tells
 * nothing may still take the coin: its links are 'unknown'. Two coins of one ticker never meet.
 */
export function passageOf(
  asset: string,
  from: VenueId,
  to: VenueId,
  known: { readonly sending: VenueAsset | undefined; readonly receiving: VenueAsset | undefined },
  isSameCoin: boolean,
): Passage {
  const passage = { asset, from, to, links: [] }
  if (!isSameCoin)
    return { ...passage, obstacle: `nothing proves that ${from} and ${to} mean the same ${asset}` }
  const { sending, receiving } = known
  if (sending === undefined || sending.networks.length === 0)
    return { ...passage, obstacle: `${from} tells no withdrawal fees without a key` }
  const receives = receiving?.networks ?? []
  const pairs = sending.networks.flatMap((out): readonly Pair[] =>
    receives.length === 0
      ? [[out, undefined]]
      : receives.filter((into) => meets(out, into)).map((into) => [out, into]),
  )
  const found = pairs
    .map(([out, into]) => linkOf(passage, out, into))
    .filter((link) => link !== undefined)
  if (found.length === 0) return { ...passage, obstacle: obstacleOf(from, to, pairs) }
  const sure = found.filter(({ status }) => status === 'open')
  const links = sure.length > 0 ? sure : found
  return { ...passage, links: links.filter((link, i) => !isBeaten(link, i, links)) }
}
