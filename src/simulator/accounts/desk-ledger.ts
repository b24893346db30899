// Every change of an order and the money that goes with it: holds, prints, fees and what is given back.
import { cost, subtract, type BaseAmount } from '../../money.ts'
import type { Account } from './account.ts'
import type { DeskParts } from './desk-parts.ts'
import type { Balance } from './holdings.ts'
import type { Take } from './match-order.ts'
import { feeOf } from './order-fee.ts'
import { createOrderHolds } from './order-holds.ts'
import {
  filledOf,
  type OrderState,
  type OrderWish,
  type Print,
  type SpotOrder,
} from './spot-order.ts'

export type DeskLedger = {
  /** Writes the order down and holds what it could cost. */
  open(account: Account, wish: OrderWish): SpotOrder
  print(order: SpotOrder, take: Take, isMaker: boolean): SpotOrder
  /** Makes an open order smaller, and gives back what was held for the difference. */
  shrink(order: SpotOrder, amount: BaseAmount): SpotOrder
  /** Gives back what is still held; the order takes `state` unless it has ended before. */
  end(order: SpotOrder, state: OrderState): SpotOrder
  book(account: Account, asset: string, amount: bigint): void
  /** As the venue shows them: a frozen asset is all held. */
  balances(account: Account): readonly Balance[]
  free(account: Account, asset: string): bigint
}

export function createDeskLedger(parts: DeskParts): DeskLedger {
  const { habits, accounts, faults, events, memory, now } = parts
  const holds = createOrderHolds(habits)
  // Ids never come again, also not after a restart: they begin with the time of opening.
  let ids = BigInt(Math.floor(now())) * 1000n
  const nextId = () => String(++ids)

  const accountOf = ({ apiKey }: SpotOrder): Account =>
    accounts.find(({ key }) => key.apiKey === apiKey) as Account
  const shown = (one: Balance): Balance => {
    const isNamed = ({ assets }: { readonly assets?: readonly string[] | undefined }) =>
      assets === undefined || assets.includes(one.asset)
    const isFrozen = faults.take('frozen', isNamed) !== undefined
    return isFrozen ? { ...one, free: 0n, held: one.free + one.held } : one
  }
  const tell = (account: Account, assets: readonly string[]) => {
    const balances = [...new Set(assets)].map((asset) => shown(account.holdings.of(asset)))
    events.tell(account.key.apiKey, { kind: 'balances', balances, timeMs: now() })
  }
  const update = (order: SpotOrder, change: Partial<SpotOrder>, print?: Print): SpotOrder => {
    const next = { ...order, ...change, updatedMs: now() }
    memory.save(next)
    events.tell(order.apiKey, { kind: 'order', order: next, ...(print !== undefined && { print }) })
    return next
  }
  const printOf = (order: SpotOrder, [price, amount]: Take, isMaker: boolean): Print => ({
    id: faults.has('same-trade-ids') ? String(order.prints.length + 1) : nextId(),
    orderId: order.id,
    price,
    amount,
    fee: feeOf(parts, accountOf(order), order, [price, amount]),
    isMaker,
    timeMs: now(),
  })

  return {
    open(account, wish) {
      const id = nextId()
      const order: SpotOrder = {
        ...wish,
        clientId: wish.clientId === '' ? `venue-${id}` : wish.clientId,
        id,
        apiKey: account.key.apiKey,
        state: 'open',
        prints: [],
        createdMs: now(),
        updatedMs: now(),
      }
      const held = holds.hold(account, order)
      const opened = update(order, {})
      tell(account, [held])
      return opened
    },
    print(order, take, isMaker) {
      const account = accountOf(order)
      const { market, side } = order
      const [at, amount] = take
      holds.release(account, order, amount)
      const one = printOf(order, take, isMaker)
      const notional = cost(at, amount, side === 'buy' ? 'up' : 'down') as bigint
      const [base, quote] = side === 'buy' ? [amount as bigint, -notional] : [0n - amount, notional]
      account.holdings.add(market.base, base)
      account.holdings.add(market.quote, quote)
      account.holdings.add(one.fee.asset, -one.fee.amount)
      const prints = [...order.prints, one]
      const isFull = filledOf({ prints }) >= order.amount
      const next = update(order, { prints, ...(isFull && { state: 'filled' as const }) }, one)
      tell(account, [market.base, market.quote, one.fee.asset])
      return next
    },
    shrink(order, amount) {
      const account = accountOf(order)
      holds.release(account, order, subtract(order.amount, amount))
      const next = { ...order, amount, updatedMs: now() }
      memory.save(next)
      events.tell(order.apiKey, { kind: 'order', order: next, isAmended: true })
      tell(account, [order.market.base, order.market.quote])
      return next
    },
    end(order, state) {
      holds.release(accountOf(order), order)
      const next = order.state === 'open' ? update(order, { state }) : order
      tell(accountOf(order), [order.market.base, order.market.quote])
      return next
    },
    book(account, asset, amount) {
      account.holdings.add(asset, amount)
      tell(account, [asset])
    },
    balances: ({ holdings }) => holdings.all().map(shown),
    free: ({ holdings }, asset) => shown(holdings.of(asset)).free,
  }
}
