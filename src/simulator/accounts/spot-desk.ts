// One venue's private side, in no dialect: takes orders, fills them from the book the venue shows, keeps
// balances and tells whoever listens. Everything is in memory: a venue that starts anew starts with the
// declared balances and knows no order, so a desk must not take it for the venue it traded with.
import type { SourceVenue } from '../market-source.ts'
import type { Account } from './account.ts'
import { marketRefusal } from './check-order.ts'
import { createDeskEvents, type DeskListener } from './desk-events.ts'
import { createDeskFaults, type DeskFault, type DeskFaults } from './desk-faults.ts'
import { createDeskLedger } from './desk-ledger.ts'
import type { DeskParts } from './desk-parts.ts'
import type { Balance } from './holdings.ts'
import { holdOf } from './order-fee.ts'
import { createOrderFiller } from './order-filler.ts'
import { createOrderMemory } from './order-memory.ts'
import type { BaseAmount } from '../../money.ts'
import {
  filledOf,
  type OrderRef,
  type OrderWish,
  type Refusal,
  type SpotOrder,
} from './spot-order.ts'
import type { VenueHabits } from './venue-habits.ts'

export type Placement =
  | { readonly outcome: 'accepted'; readonly order: SpotOrder }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }

export type Cancellation =
  | { readonly outcome: 'cancelled'; readonly order: SpotOrder }
  | { readonly outcome: 'ended'; readonly order: SpotOrder }
  | { readonly outcome: 'unknown' }

export type SpotDesk = {
  readonly habits: VenueHabits
  readonly accounts: readonly Account[]
  readonly faults: DeskFaults
  account(apiKey: string): Account | undefined
  place(account: Account, wish: OrderWish): Placement
  cancel(account: Account, ref: OrderRef): Cancellation
  /** By hand, at the venue: an open order becomes smaller, and ends where that much is filled. False: it cannot. */
  shrink(account: Account, ref: OrderRef, amount: BaseAmount): boolean
  find(account: Account, ref: OrderRef): SpotOrder | undefined
  /** What the venue's lists show, oldest first; of all symbols unless one is named. */
  orders(account: Account, symbol?: string): readonly SpotOrder[]
  balances(account: Account): readonly Balance[]
  /** Credits, or takes away: a deposit, an airdrop, somebody else's trade. */
  book(account: Account, asset: string, amount: bigint): void
  listen(account: Account, listener: DeskListener): () => void
  misbehave(fault: DeskFault): void
  /** Ends every fault. */
  heal(): void
  /** Every order that ever was, for whoever audits. */
  history(): readonly SpotOrder[]
  close(): void
}

/** Faults that lie about what is: for how long lookups deny, and balances as they once were. */
function createLies(accounts: readonly Account[], now: () => number) {
  let denied = { untilMs: 0, lists: false }
  let stale: ReadonlyMap<Account, readonly Balance[]> | undefined
  return {
    deny: (forMs: number, lists: boolean) => void (denied = { untilMs: now() + forMs, lists }),
    isDenied: () => now() < denied.untilMs,
    areListsDenied: () => denied.lists && now() < denied.untilMs,
    freeze: (balances: (account: Account) => readonly Balance[]) =>
      void (stale = new Map(accounts.map((one) => [one, balances(one)]))),
    staleBalances: (account: Account) => stale?.get(account),
    end() {
      denied = { untilMs: 0, lists: false }
      stale = undefined
    },
  }
}

export function createSpotDesk(options: {
  readonly venue: SourceVenue
  readonly habits: VenueHabits
  readonly accounts: readonly Account[]
  readonly now: () => number
}): SpotDesk {
  const { habits, accounts, now } = options
  const faults = createDeskFaults()
  const events = createDeskEvents(faults)
  const memory = createOrderMemory()
  const parts: DeskParts = { ...options, faults, events, memory }
  const ledger = createDeskLedger(parts)
  const filler = createOrderFiller(parts, ledger)
  const lies = createLies(accounts, now)

  const isTaken = ({ key }: Account, { clientId }: OrderWish): boolean => {
    const earlier = clientId === '' ? undefined : memory.find(key.apiKey, { clientId })
    if (earlier === undefined || faults.has('takes-duplicates')) return false
    return habits.clientIdOnce === 'ever' || earlier.state === 'open'
  }
  const refusalOf = (account: Account, wish: OrderWish): Refusal | undefined => {
    if (wish.clientId !== '' && !habits.clientIdPattern.test(wish.clientId)) return 'bad-client-id'
    const refusal = marketRefusal(wish)
    if (refusal !== undefined) return refusal
    if (isTaken(account, wish)) return 'duplicate-client-id'
    const { asset, amount } = holdOf(habits, wish, wish.amount)
    return ledger.free(account, asset) < amount ? 'insufficient' : undefined
  }
  /** Venues forget what ended without a fill. */
  const isForgotten = ({ state, prints, updatedMs }: SpotOrder): boolean =>
    state !== 'open' &&
    prints.length === 0 &&
    (faults.has('forgetful') || now() - updatedMs > habits.cancelledKeptMs)

  return {
    habits,
    accounts,
    faults,
    account: (apiKey) => accounts.find(({ key }) => key.apiKey === apiKey),
    place(account, wish) {
      const refusal = refusalOf(account, wish)
      if (refusal !== undefined) return { outcome: 'refused', refusal }
      return { outcome: 'accepted', order: filler.fill(ledger.open(account, wish)) }
    },
    cancel(account, ref) {
      const order = memory.find(account.key.apiKey, ref)
      if (order === undefined) return { outcome: 'unknown' }
      if (order.state !== 'open') return { outcome: 'ended', order }
      return { outcome: 'cancelled', order: filler.end(order, 'cancelled') }
    },
    shrink(account, ref, amount) {
      const order = memory.find(account.key.apiKey, ref)
      if (order?.state !== 'open' || amount > order.amount || amount < filledOf(order)) return false
      const next = ledger.shrink(order, amount)
      if (filledOf(next) >= amount) filler.end(next, 'filled')
      return true
    },
    find(account, ref) {
      const order = lies.isDenied() ? undefined : memory.find(account.key.apiKey, ref)
      return order === undefined || isForgotten(order) ? undefined : order
    },
    orders: ({ key }, symbol) =>
      lies.areListsDenied()
        ? []
        : memory.of(key.apiKey, symbol).filter((order) => !isForgotten(order)),
    balances: (account) => lies.staleBalances(account) ?? ledger.balances(account),
    book: (account, asset, amount) => ledger.book(account, asset, amount),
    listen: ({ key }, listener) => events.listen(key.apiKey, listener),
    misbehave(fault) {
      if (fault.kind === 'not-found') lies.deny(fault.forMs, fault.lists === true)
      else if (fault.kind === 'stale-balances') lies.freeze((account) => ledger.balances(account))
      else faults.add(fault)
    },
    heal() {
      faults.clear()
      lies.end()
    },
    history: () => memory.all(),
    close: () => filler.close(),
  }
}
