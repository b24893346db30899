// Wallets of paper accounts: nothing leaves this machine. What they show is worked out from the transfers
// themselves, so a restart forgets nothing.
import type { VenueId } from '../market/market.ts'
import type { VenueAsset } from '../market/asset.ts'
import type { AddressEntry } from '../trade/transfer/address-book.ts'
import type { Transfer, TransferOrder } from '../trade/transfer/transfer.ts'
import type { WalletGateway } from '../trade/transfer/wallet-gateway.ts'

export type PaperWallets = {
  readonly transfers: () => Promise<readonly Transfer[]>
  /** As the venues told it last. */
  readonly assets: () => Promise<readonly VenueAsset[]>
  /** From the request until the receiver has it, ms. */
  readonly delayMs: (order: TransferOrder) => number
  readonly now: () => Date
}

const paperAddress = (venue: VenueId): string => `paper account on ${venue}`

/** Paper goes to paper accounts alone, so each of them is on the list. */
export const paperAddresses = (transfers: readonly Transfer[]): readonly AddressEntry[] => {
  const places = new Map(
    transfers.map(({ order: { asset, network, to } }) => [
      `${asset} ${network} ${to}`,
      { asset, network, to },
    ]),
  )
  return Array.from(places.values(), ({ asset, network, to }) => ({
    asset,
    network,
    venue: to,
    address: paperAddress(to),
    memo: 'paper',
  }))
}

const transactionOf = (id: string): string => `paper ${id}`

export function openPaperWalletGateway(wallets: PaperWallets): WalletGateway {
  const left = async (asset: string) =>
    (await wallets.transfers()).flatMap(({ order, facts }) =>
      facts.left === undefined || facts.answer.kind === 'none' || order.asset !== asset
        ? []
        : [{ order, at: facts.left.at }],
    )
  return {
    ready: () => Promise.resolve(undefined),
    withdraw: (order) => Promise.resolve({ outcome: 'accepted', withdrawalId: order.id }),
    async withdrawals(venue, asset) {
      const own = (await left(asset)).filter(({ order }) => order.from === venue)
      const rows = own.map(({ order, at }) => ({
        id: order.id,
        clientId: order.id,
        asset,
        network: order.network,
        address: paperAddress(order.to),
        amount: order.amount,
        fee: order.fee,
        txId: transactionOf(order.id),
        status: 'done' as const,
        at,
      }))
      return { outcome: 'ok', value: { rows, tellsClientIds: true } }
    },
    async deposits(venue, asset) {
      const own = (await left(asset)).filter(
        ({ order, at }) =>
          order.to === venue && wallets.now().getTime() >= at.getTime() + wallets.delayMs(order),
      )
      return {
        outcome: 'ok',
        value: own.map(({ order, at }) => ({
          id: transactionOf(order.id),
          asset,
          network: order.network,
          address: paperAddress(order.to),
          amount: order.amount,
          txId: transactionOf(order.id),
          isCredited: true,
          at,
        })),
      }
    },
    address: (venue) =>
      Promise.resolve({ outcome: 'ok', value: { address: paperAddress(venue), memo: 'paper' } }),
    async asset(venue, asset) {
      const all = await wallets.assets()
      return { outcome: 'ok', value: all.find((one) => one.venue === venue && one.asset === asset) }
    },
    close: () => Promise.resolve(),
  }
}
