// Whoever sends, on the wallets of simulated venues: the real driver of transfers, over a store in memory, with
// whatever goes wrong on the way.
import type { VenueId } from '../../src/market/market.ts'
import { driveTransfer, type TransferDesk } from '../../src/trade/transfer/drive-transfer.ts'
import type { DepositRow, WithdrawalRow } from '../../src/trade/transfer/find-transfer.ts'
import { learn, stateOf } from '../../src/trade/transfer/learn.ts'
import { positionOf } from '../../src/trade/transfer/transfer-money.ts'
import {
  bringsHome,
  type Observation,
  type Transfer,
  type TransferOrder,
} from '../../src/trade/transfer/transfer.ts'
import type { Admitted, Leave } from '../../src/trade/transfer/transfer-store.ts'
import type { WalletGateway, WalletRead } from '../../src/trade/transfer/wallet-gateway.ts'
import type { Floor } from './floor.ts'
import type { Random } from './random.ts'
import type { SimulatedVenue } from './simulated-venue.ts'

const lookMs = 1_000
const sendMsMax = 15_000
/** A person who was told that nobody knows looks at the venue within that. */
const personMs = 45_000

type World = Pick<Floor, 'time' | 'faults' | 'store' | 'venues' | 'checked' | 'note'> & {
  readonly random: Random
}

/** What really became of a request, which nobody sees but through the venues' lists. */
type Sent = {
  readonly order: TransferOrder
  readonly at: Date
  status: WithdrawalRow['status']
  arrived: bigint | undefined
}

function move({ balances }: SimulatedVenue, asset: string, amount: bigint): void {
  balances.set(asset, (balances.get(asset) ?? 0n) + amount)
}

const placeOf = (venue: VenueId) => ({ address: `account on ${venue}`, memo: undefined })
const settled = (transfer: Transfer): boolean =>
  ['credited', 'rejected', 'returned'].includes(transfer.state)

/** What the database does when something is heard of a transfer. */
function observe({ store, time }: World, id: string, observed: Observation): Transfer {
  const before = store.tables.transfers.get(id)
  if (before === undefined) throw new Error(`there is no transfer ${id}`)
  const { order } = before
  const facts = learn(before.facts, observed)
  const state = stateOf(facts)
  const [was, is] = [positionOf(order, before.facts), positionOf(order, facts)]
  store.fund(order.from, order.asset, is.atSender - was.atSender)
  store.fund(order.to, order.asset, is.atReceiver - was.atReceiver)
  store.setAside(order.from, order.asset, is.reserved - was.reserved)
  const changedAt = state === before.state ? before.changedAt : time.now()
  const after = { order, facts, state, changedAt }
  store.tables.transfers.set(id, after)
  return after
}

function openWallet(world: World, sent: Map<string, Sent>): WalletGateway {
  const { time, random, faults, venues, checked, note } = world
  const venueOf = (id: VenueId) => venues.get(id) as SimulatedVenue
  const ok = <T>(value: T): WalletRead<T> =>
    faults.fires('transfer unread')
      ? { outcome: 'failed', reason: 'no answer' }
      : { outcome: 'ok', value }

  function leave(order: TransferOrder): void {
    const { id, asset, from, to, amount, fee } = order
    note(() => `${from} sends ${id}`)
    const one: Sent = { order, at: time.now(), status: 'done', arrived: undefined }
    sent.set(id, one)
    move(venueOf(from), asset, 0n - amount - fee)
    const isReturned = faults.fires('transfer returned')
    if (isReturned) one.status = 'pending'
    const delayMs = faults.fires('transfer delayed')
      ? random.whole(90_000, 200_000)
      : random.whole(2_000, 30_000)
    time.at(delayMs, () => {
      note(() => `${id} ${isReturned ? 'returns' : 'arrives'}`)
      if (isReturned) {
        one.status = 'failed'
        return move(venueOf(from), asset, amount + fee)
      }
      one.arrived = faults.fires('transfer short') ? amount - amount / 50n : amount
      move(venueOf(to), asset, one.arrived)
    })
  }

  return {
    ready: async () => undefined,
    async withdraw(order) {
      if (sent.has(order.id)) checked.breaches.add('I2', `${order.id} was withdrawn twice`)
      await time.wait(random.whole(20, 200))
      if (faults.fires('transfer refused'))
        return { outcome: 'refused', reason: 'the venue said no' }
      if (faults.fires('transfer never left')) return { outcome: 'unknown', reason: 'no answer' }
      leave(order)
      return faults.fires('transfer answer lost')
        ? { outcome: 'unknown', reason: 'no answer' }
        : { outcome: 'accepted', withdrawalId: order.id }
    },
    async withdrawals(venue, asset) {
      const rows = [...sent.values()]
        .filter(({ order }) => order.from === venue && order.asset === asset)
        .map(({ order, at, status }): WithdrawalRow => ({
          id: order.id,
          clientId: order.id,
          asset,
          network: order.network,
          at,
          status,
          address: placeOf(order.to).address,
          amount: order.amount,
          fee: order.fee,
          txId: `tx ${order.id}`,
        }))
      return ok({ rows, tellsClientIds: true })
    },
    async deposits(venue, asset) {
      const rows = [...sent.values()].flatMap(({ order, at, arrived }): DepositRow[] =>
        order.to !== venue || order.asset !== asset || arrived === undefined
          ? []
          : [
              {
                id: `in ${order.id}`,
                asset,
                network: order.network,
                at,
                isCredited: true,
                address: placeOf(venue).address,
                amount: arrived,
                txId: `tx ${order.id}`,
              },
            ],
      )
      return ok(rows)
    },
    address: async (venue) => ({ outcome: 'ok', value: placeOf(venue) }),
    async asset(venue, asset) {
      const gate = { deposit: 'open', withdraw: 'open' } as const
      const networks = [{ network: asset, ...gate, withdrawFee: 0n }]
      return { outcome: 'ok', value: { venue, asset, ...gate, networks } }
    },
    close: async () => undefined,
  }
}

function openDesk(world: World, sent: Map<string, Sent>): TransferDesk {
  const { store, time } = world
  const { tables } = store
  const leaves = (id: string, admitted: Admitted): Leave => {
    const transfer = tables.transfers.get(id)
    if (transfer?.state !== 'requested') return { outcome: 'gone' }
    const at = time.now()
    const isStopped = tables.mode === 'killed' || tables.mode === 'frozen'
    const isLate = at >= transfer.order.expiresAt
    const refused = (reason: string): Leave => {
      observe(world, id, { kind: 'refused', reason })
      return { outcome: 'refused', reason }
    }
    if (isStopped && bringsHome(transfer.order)) return { outcome: 'waits' }
    if (isStopped) return refused('the kill switch is pressed')
    if (admitted.outcome === 'refused') return refused(admitted.reason)
    if (isLate) return refused('too late')
    const to = placeOf(admitted.to.address.replace('account on ', ''))
    observe(world, id, { kind: 'left', at, to })
    return { outcome: 'left', at, to }
  }
  return {
    store: {
      leave: async (id, admitted) => leaves(id, admitted),
      observe: async (id, observed) => observe(world, id, observed),
      find: async (id) => tables.transfers.get(id),
      open: async () => [...tables.transfers.values()].filter((transfer) => !settled(transfer)),
      taken: async () => ({ withdrawals: new Set(), deposits: new Set() }),
    },
    wallet: openWallet(world, sent),
    addresses: async () => {
      const places = new Map(
        [...tables.transfers.values()].map(({ order: { asset, network, to } }) => [
          `${asset} ${to}`,
          { asset, network, venue: to, address: placeOf(to).address },
        ]),
      )
      return [...places.values()]
    },
    limits: async () => ({ isEnabled: false, usdtMax: Infinity, dayUsdtMax: Infinity }),
    now: () => time.now(),
    warn: () => undefined,
    sendMsMax,
  }
}

/** Sends and follows until nothing is on its way any more, and tells a worker where there is news. */
export function sendTransfers(floor: Floor, random: Random): void {
  const world: World = { ...floor, random }
  const { time, faults, store, workers } = floor
  const sent = new Map<string, Sent>()
  const desk = openDesk(world, sent)
  /** Whoever drives it; a sender that died leaves it to the next. */
  const busy = new Set<string>()

  async function driveOne({ order, state }: Transfer): Promise<void> {
    busy.add(order.id)
    const isDead = faults.fires('sender dies')
    const dying = {
      ...desk,
      wallet: { ...desk.wallet, withdraw: () => new Promise<never>(() => undefined) },
    }
    if (isDead) time.at(sendMsMax, () => void busy.delete(order.id))
    await driveTransfer(isDead ? dying : desk, order.id)
    busy.delete(order.id)
    const now = store.tables.transfers.get(order.id)
    if (now?.state !== state && order.trade !== undefined) random.pick(workers).drive(order.trade)
  }

  function declare({ order, state, changedAt }: Transfer): void {
    const isOld = time.now().getTime() - changedAt.getTime() > personMs
    if (state !== 'unknown' || !isOld || sent.has(order.id)) return
    observe(world, order.id, { kind: 'declared-absent', by: 'ann' })
  }

  function look(): void {
    for (const transfer of store.tables.transfers.values()) {
      if (settled(transfer) || busy.has(transfer.order.id)) continue
      declare(transfer)
      driveOne(transfer).catch((error: unknown) =>
        floor.checked.breaches.add('throws', String(error)),
      )
    }
    time.at(lookMs, look)
  }
  look()
}
