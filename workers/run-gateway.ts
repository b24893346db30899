// Where this run's orders go: to paper venues on this machine, or over the wire to simulated accounts.
import { setTimeout as sleep } from 'node:timers/promises'
import { openAccountStreams } from '../src/exchanges/account-streams.ts'
import { createOrderLane, openCcxtOrderGateway } from '../src/exchanges/ccxt-order-gateway.ts'
import type { Venues } from '../src/exchanges/open-venues.ts'
import { orderCard } from '../src/exchanges/order-cards.ts'
import { openPaperVenueGateway } from '../src/exchanges/paper-venue-gateway.ts'
import { withSignerPolicy, type SignerSight } from '../src/exchanges/signer-policy.ts'
import { createVenueHalts, withVenueHalts, type Halt } from '../src/exchanges/venue-halts.ts'
import { marketKey, type VenueId } from '../src/market/market.ts'
import { decimalOf, price, quoteAmount, rate, toNumber } from '../src/money.ts'
import { tradeAccessOf } from '../src/run-venues.ts'
import type { Runtime } from '../src/runtime.ts'
import type { AccountListener, AccountStreams } from '../src/trade/account-news.ts'
import type { OrderGateway } from '../src/trade/engine/order-gateway.ts'
import { every } from './every.ts'
import { gatewayOf, isOverTheWire } from './over-the-wire.ts'
import type { Accounts } from './reconciler.ts'
import { createVenueWatch } from './watch-venues.ts'

export type RunGateway = {
  readonly gateway: OrderGateway
  readonly accounts: Accounts | undefined
  /** Has the venues tell of those accounts. */
  readonly listen: ((listener: AccountListener) => AccountStreams) | undefined
  /** Why no order goes to a venue just now; undefined: they do. */
  readonly haltOf: (venue: VenueId) => Halt | undefined
  readonly close: () => Promise<void>
}

const sightFreshMs = 2000
const watchEveryMs = 30_000
/** How far a limit may be from what all venues together say a coin is worth. */
const priceBand = rate('0.2')
/** Rounding and prices that moved since the plan was judged must not end a trade half way. */
const orderRoom = 1.5
/** Each trade has two orders or three, and may need as many to come home. */
const ordersPerTrade = 6
const ordersPerMinuteMax = 120

function paperGateway({ trades, settings }: Runtime, venues: Venues): RunGateway {
  const gateway = openPaperVenueGateway({
    rest: (venue) => venues.rest(venue),
    latencyMs: () => settings.current()['paper.latency_ms'],
    wait: (ms) => sleep(ms),
    now: () => new Date(),
    balances: async (venue) =>
      (await trades.balances())
        .filter((balance) => balance.venue === venue)
        .map(({ asset, free, reserved }) => ({ asset, free, total: free + reserved })),
  })
  return {
    gateway,
    accounts: undefined,
    listen: undefined,
    haltOf: () => undefined,
    close: () => Promise.resolve(),
  }
}

const usdtAmount = (value: number) => quoteAmount(decimalOf(Number(value.toPrecision(12))))

/** What the signer goes by, read every few seconds by other ways than the plan of any order. */
async function openSight({ markets, settings, signedOrders, log }: Runtime) {
  let listed: ReadonlySet<string> = new Set()
  let values: ReadonlyMap<string, number> = new Map()
  const look = async () => {
    const [list, worth] = await Promise.all([markets.markets(), markets.values()])
    listed = new Set(list.map(({ venue, symbol }) => marketKey(venue, symbol)))
    values = worth
  }
  await look()
  const stop = every(sightFreshMs, look, (error) =>
    log.warn('the signer sees no prices', { error }),
  )
  const worthUsdt: SignerSight['worthUsdt'] = (asset, amount) => {
    const value = asset === 'USDT' ? 1 : values.get(asset)
    return value === undefined ? undefined : usdtAmount(toNumber(amount) * value)
  }
  const orderUsdtMax = () => usdtAmount(settings.current()['trading.notional_usdt_max'] * orderRoom)
  const before = (await signedOrders()).map(({ at, quote, cost }) => ({
    atMs: at.getTime(),
    // What nobody can price any more counts as the most that one order may be.
    worthUsdt: worthUsdt(quote, cost) ?? orderUsdtMax(),
  }))
  const sight: SignerSight = {
    before,
    worthUsdt,
    limits() {
      const now = settings.current()
      return {
        markets: listed,
        priceBand,
        orderUsdtMax: orderUsdtMax(),
        dayUsdtMax: usdtAmount(now['trading.day_notional_usdt_max'] * ordersPerTrade),
        ordersPerMinuteMax,
      }
    },
    reference({ base, quote }) {
      const of = [values.get(base), quote === 'USDT' ? 1 : values.get(quote)] as const
      if (of[0] === undefined || of[1] === undefined) return undefined
      return price(decimalOf(Number((of[0] / of[1]).toPrecision(12))))
    },
    now: () => new Date(),
  }
  return { sight, stop }
}

/** P0 where somebody has to go to the venue and look at the key; the rest may end by itself. */
function tellHalt(
  { announce, log }: Runtime,
  venue: VenueId,
  halt: Halt | undefined,
  before: Halt | undefined,
): void {
  log.warn(halt === undefined ? `orders go to ${venue} again` : `no orders go to ${venue}`, {
    reason: halt?.reason ?? before?.reason,
  })
  announce({
    kind: 'alert',
    severity: halt === undefined ? 'P2' : halt.cause === 'key' ? 'P0' : 'P1',
    subject: `${venue} is ${halt === undefined ? 'no longer halted' : 'halted'}`,
    text:
      halt === undefined
        ? `Orders may go to ${venue} again: what was wrong (${before?.reason}) is over.`
        : `No orders go to ${venue}: ${halt.reason}. What is open is brought home elsewhere, as far as that is possible; it is looked at again every ${watchEveryMs / 1000} s.`,
  }).catch((error: unknown) => log.warn('an alert could not be posted', { error }))
}

/** Nothing is signed here once another process may. */
const whileHeld = <T extends OrderGateway>(gateway: T, isHeld: () => boolean): T => ({
  ...gateway,
  submit: (order) =>
    isHeld()
      ? gateway.submit(order)
      : Promise.resolve({ outcome: 'void', reason: 'another process may sign now' }),
})

/**
 * Where paper meets venues that take real money, orders stay on this machine whatever the setting says.
 * `isHeld` says whether this process still is the one that signs.
 */
export async function openRunGateway(
  runtime: Runtime,
  venues: Venues,
  isHeld: () => boolean = () => true,
): Promise<RunGateway> {
  const { budget, config, log } = runtime
  if (!isOverTheWire(runtime)) {
    if (gatewayOf(runtime) === 'venue')
      log.warn('orders fill on paper: only simulated venues are sent any, this market is another')
    return paperGateway(runtime, venues)
  }
  const traded = venues.ids.filter((venue) => orderCard(venue)?.mayTrade === true)
  const access = tradeAccessOf(config, venues)
  const live = openCcxtOrderGateway({
    venues: traded,
    access,
    lane: createOrderLane(),
    budget,
  })
  const { sight, stop } = await openSight(runtime)
  const halts = createVenueHalts((...change) => tellHalt(runtime, ...change))
  const watch = createVenueWatch({
    gateway: live,
    halts,
    venues: traded,
    nowMs: () => performance.now(),
  })
  await watch.look()
  const stopWatching = every(watchEveryMs, watch.look, (error) =>
    log.warn('the accounts were not looked at', { error }),
  )
  return {
    gateway: whileHeld(withVenueHalts(withSignerPolicy(live, sight), halts), isHeld),
    accounts: { venues: traded, gateway: live },
    listen: (listener) => openAccountStreams({ venues: traded, access, budget, listener }),
    haltOf: (venue) => halts.of(venue),
    async close() {
      stop()
      stopWatching()
      await live.close()
    },
  }
}
