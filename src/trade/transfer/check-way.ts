// What is asked of both venues right before a transfer leaves: that the coin moves there now, for no more
// than was agreed to. Pure.
import type { AssetNetwork, VenueAsset } from '../../market/asset.ts'
import { format } from '../../money.ts'
import type { TransferOrder } from './transfer.ts'

const networkOf = (asset: VenueAsset | undefined, network: string): AssetNetwork | undefined =>
  asset?.networks.find((one) => one.network === network)

/** A contract that differs is another coin on the same chain; some venues tell its end only. */
const differs = (out: AssetNetwork, into: AssetNetwork): boolean =>
  out.contract !== undefined &&
  into.contract !== undefined &&
  !out.contract.endsWith(into.contract) &&
  !into.contract.endsWith(out.contract)

/** A sentence without its full stop that says what stands in the way; undefined: nothing. */
export function obstacleOf(
  {
    asset,
    network,
    from,
    to,
    amount,
    fee,
  }: Pick<TransferOrder, 'asset' | 'network' | 'from' | 'to' | 'amount' | 'fee'>,
  sending: VenueAsset | undefined,
  receiving: VenueAsset | undefined,
): string | undefined {
  const out = networkOf(sending, network)
  if (out === undefined) return `${from} has no ${asset} on ${network}`
  if (out.withdraw !== 'open')
    return `${from} ${out.withdraw === 'shut' ? 'has suspended' : 'does not say that it allows'} withdrawals of ${asset} on ${network}`
  const into = networkOf(receiving, network)
  if (into === undefined) return `${to} takes no ${asset} on ${network}`
  if (into.deposit !== 'open')
    return `${to} ${into.deposit === 'shut' ? 'has suspended' : 'does not say that it allows'} deposits of ${asset} on ${network}`
  if (differs(out, into)) return `${from} and ${to} mean two coins by ${asset} on ${network}`
  if (out.withdrawFee === undefined) return `${from} tells no flat fee for ${asset} on ${network}`
  if (out.withdrawFee > fee)
    return `${from} asks ${format(out.withdrawFee)} ${asset} for it now, and ${format(fee)} was agreed to`
  if (amount < (out.withdrawMin ?? 0n))
    return `${from} sends no less than ${format(out.withdrawMin ?? 0n)} ${asset} on ${network}`
  return undefined
}
