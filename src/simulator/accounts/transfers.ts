// The chains between the simulated venues: deposit addresses, and withdrawals that take their time, end
// up at the account that owns the address, or do not.
import type { VenueId } from '../../market/market.ts'
import { decimalOf, parseDecimal } from '../../money.ts'
import type { SourceNetwork, SourceVenue } from '../market-source.ts'
import { mainKeyOf, type Account } from './account.ts'
import { addressOf, looksRight, networkOf, transactionId } from './chains.ts'
import { createDeskTimers } from './desk-timers.ts'
import type { SpotDesk } from './spot-desk.ts'

export type TransferState = 'processing' | 'done' | 'stuck' | 'returned'

/** One way of one amount from one venue; its receiver knows it as a deposit. */
export type Transfer = {
  readonly id: string
  readonly clientId: string
  readonly venue: VenueId
  readonly apiKey: string
  readonly asset: string
  /** ccxt's code of the network. */
  readonly network: string
  readonly address: string
  /** What the address is to get, and what the sender pays for it. */
  readonly amount: bigint
  readonly fee: bigint
  readonly txId: string
  readonly requestedMs: number
  readonly updatedMs: number
  readonly state: TransferState
  readonly to: { readonly venue: VenueId; readonly apiKey: string } | undefined
}

export type WithdrawWish = {
  readonly asset: string
  /** Undefined: the asset's first network. */
  readonly network: string | undefined
  readonly address: string
  readonly amount: bigint
  readonly clientId: string
}

export type WithdrawRefusal =
  | 'unknown-asset'
  | 'unknown-network'
  | 'closed'
  | 'bad-address'
  | 'amount-min'
  | 'insufficient'
  | 'duplicate-client-id'

export type WithdrawOutcome =
  | { readonly outcome: 'accepted'; readonly transfer: Transfer }
  | { readonly outcome: 'refused'; readonly refusal: WithdrawRefusal }

export type Transfers = {
  /** Undefined where the venue does not know the asset on that network. */
  address(account: Account, asset: string, network: string | undefined): DepositAddress | undefined
  withdraw(account: Account, wish: WithdrawWish): WithdrawOutcome
  /** Newest first, as venues list them. */
  sent(account: Account): readonly Transfer[]
  received(account: Account): readonly Transfer[]
  all(): readonly Transfer[]
  close(): void
}

export type DepositAddress = { readonly address: string; readonly network: SourceNetwork }

export type TransferEnd = {
  readonly venue: SourceVenue
  readonly desk: SpotDesk
}

/** The same coin on the same chain: a namesake's contract is another one, and the coins are lost. */
function isSameCoin({ asset, network }: Transfer, from: SourceVenue, to: SourceVenue): boolean {
  const taken = networkOf(to, asset, network)
  return taken !== undefined && networkOf(from, asset, network)?.contract === taken.contract
}

function refusalOf(
  { venue, desk }: TransferEnd,
  account: Account,
  wish: WithdrawWish,
): WithdrawRefusal | undefined {
  if (!venue.assets.some(({ asset }) => asset === wish.asset)) return 'unknown-asset'
  const network = networkOf(venue, wish.asset, wish.network)
  if (network === undefined) return 'unknown-network'
  if (!network.withdraw) return 'closed'
  if (!looksRight(network.network, wish.address)) return 'bad-address'
  const fee = parseDecimal(decimalOf(network.withdrawFee))
  if (wish.amount < fee * 2n) return 'amount-min'
  const due = desk.habits.withdrawFee === 'on-top' ? wish.amount + fee : wish.amount
  const free = desk.balances(account).find(({ asset }) => asset === wish.asset)?.free ?? 0n
  return free < due ? 'insufficient' : undefined
}

export function createTransfers(options: {
  readonly ends: ReadonlyMap<VenueId, TransferEnd>
  readonly now: () => number
  /** From the request until the receiver has it, by network. */
  readonly delayMs: (network: string) => number
}): Transfers {
  const { ends, now, delayMs } = options
  const transfers = new Map<string, Transfer>()
  const timers = createDeskTimers()
  let count = BigInt(Math.floor(now())) * 1000n
  const endOf = (venue: VenueId): TransferEnd => ends.get(venue) as TransferEnd

  const ownerOf = (wish: Transfer): Account | undefined => {
    for (const { desk } of ends.values())
      for (const account of desk.accounts)
        if (addressOf(account, wish.network) === wish.address) return account
    return undefined
  }

  const save = (transfer: Transfer, state: TransferState, to?: Account) => {
    const receiver = to && { venue: to.venue, apiKey: mainKeyOf(to) }
    transfers.set(transfer.id, { ...transfer, state, to: receiver, updatedMs: now() })
  }

  const senderOf = ({ venue, apiKey }: Transfer) => endOf(venue).desk.account(apiKey) as Account

  /** Where a transfer has come to whose time is over; a closed wallet keeps it waiting. */
  const arrive = (transfer: Transfer) => {
    const sender = senderOf(transfer)
    const { venue, desk } = endOf(transfer.venue)
    const { asset, network, amount, fee } = transfer
    const fate = desk.faults.take('withdrawal')?.fate
    if (fate === 'returned') {
      desk.book(sender, asset, amount + fee)
      return save(transfer, 'returned')
    }
    const owner = ownerOf(transfer)
    if (
      fate === 'stuck' ||
      owner === undefined ||
      !isSameCoin(transfer, venue, endOf(owner.venue).venue)
    )
      return save(transfer, 'stuck')
    const receiver = endOf(owner.venue)
    if (networkOf(receiver.venue, asset, network)?.deposit !== true) return wait(transfer, 1000)
    receiver.desk.book(owner, asset, amount)
    return save(transfer, 'done', owner)
  }

  const wait = (transfer: Transfer, ms: number) => timers.after(ms, () => arrive(transfer))

  const isRepeated = (account: Account, { clientId }: WithdrawWish): boolean =>
    clientId !== '' && newestFirst(isOf(account)).some((one) => one.clientId === clientId)

  const isOf = (account: Account) => (one: Transfer) =>
    one.venue === account.venue && one.apiKey === mainKeyOf(account)
  const newestFirst = (those: (transfer: Transfer) => boolean) =>
    [...transfers.values()].filter(those).toReversed()

  return {
    address(account, asset, network) {
      const known = networkOf(endOf(account.venue).venue, asset, network)
      return known && { address: addressOf(account, known.network), network: known }
    },
    withdraw(account, wish) {
      const refusal = isRepeated(account, wish)
        ? 'duplicate-client-id'
        : refusalOf(endOf(account.venue), account, wish)
      if (refusal !== undefined) return { outcome: 'refused', refusal }
      const { venue, desk } = endOf(account.venue)
      const { network, withdrawFee } = networkOf(venue, wish.asset, wish.network) as SourceNetwork
      const fee = parseDecimal(decimalOf(withdrawFee))
      const isOnTop = desk.habits.withdrawFee === 'on-top'
      const id = String(++count)
      const transfer: Transfer = {
        ...wish,
        id,
        network,
        venue: account.venue,
        apiKey: mainKeyOf(account),
        amount: isOnTop ? wish.amount : wish.amount - fee,
        fee,
        txId: transactionId(account.venue, id),
        requestedMs: now(),
        updatedMs: now(),
        state: 'processing',
        to: undefined,
      }
      transfers.set(id, transfer)
      desk.book(senderOf(transfer), wish.asset, -(transfer.amount + fee))
      wait(transfer, delayMs(network))
      return { outcome: 'accepted', transfer }
    },
    sent: (account) => newestFirst(isOf(account)),
    received: (account) =>
      newestFirst(({ to }) => to?.venue === account.venue && to.apiKey === mainKeyOf(account)),
    all: () => [...transfers.values()],
    close: () => timers.close(),
  }
}
