// Live orders through ccxt: one venue account each, limit IOC only, one request a submit.
import type { Market, VenueId } from '../market/market.ts'
import { createMemoryRequestBudget } from '../market/memory-request-budget.ts'
import type { RequestBudget } from '../market/request-budget.ts'
import { format } from '../money.ts'
import type { Order, OrderGateway, Read, Submission } from '../trade/engine/order-gateway.ts'
import type { AccountGateway } from '../trade/reconcile/account-gateway.ts'
import { openTransferHistory } from './account-transfers.ts'
import type { VenueAccess } from './ccxt-client.ts'
import { classifySubmission } from './classify-submission.ts'
import { parseExactJson } from './exact-json.ts'
import { openVenueDesk, type Unready, type VenueDesk } from './order-desk.ts'
import { orderCard } from './order-cards.ts'
import type { OrderReader } from './order-reads.ts'
import { codeIn, type OrderCard } from './orders/order-card.ts'
import { shortLine } from './rest-failure.ts'

export type OrderVenues = {
  readonly venues: readonly VenueId[]
  /** With the keys of the account that is traded on. */
  readonly access: (venue: VenueId) => VenueAccess
  /** Of orders alone, so that no polling of prices can starve them. */
  readonly lane: RequestBudget
  /** Of everybody behind this address: market lists are read from it, and it hears of every 429. */
  readonly budget: RequestBudget
}

export type LiveOrderGateway = OrderGateway &
  AccountGateway & {
    /**
     * Reads what a submit needs, ahead of the first one; says why the venue may not trade, if so. With
     * `anew` it asks again what the key may do.
     */
    prepare(venue: VenueId, anew?: boolean): Promise<Unready | undefined>
    close(): Promise<void>
  }

/** Every id fits every venue's own rule. */
const clientOrderId = /^[0-9A-Za-z]{1,27}$/
/** Ids that went out from here: the oldest are forgotten, long after their venue would refuse them. */
const sentMax = 50_000

export const createOrderLane = (): RequestBudget =>
  createMemoryRequestBudget((venue) => orderCard(venue)?.orderRate)

const refused = (reason: string): Submission => ({ outcome: 'void', reason: shortLine(reason) })
const failed = (reason: string) => ({ outcome: 'failed', reason: shortLine(reason) }) as const

/** What is wrong with an order whatever the venue; undefined: nothing. */
function faultOf({ clientOrderId: id, amount, limit }: Order): string | undefined {
  if (!clientOrderId.test(id)) return `"${id}" is no id of up to 27 letters and digits`
  if (amount <= 0n) return 'the amount is not above zero'
  if (limit <= 0n) return 'the limit is not above zero'
  return undefined
}

/** Sends once. Nothing in it throws: the wire and the classifier answer with values. */
async function sendOrder(desk: VenueDesk, order: Order, marketId: string): Promise<Submission> {
  const { card } = desk
  const sentId = card.idPrefix + order.clientOrderId
  const wireOrder = {
    clientOrderId: sentId,
    marketId,
    side: order.side,
    amount: format(order.amount),
    limit: format(order.limit),
  }
  const end = await desk.send((atMs) => card.submit(wireOrder, atMs), order.notAfter)
  return classifySubmission(card, sentId, end)
}

const notOurs = 'it is not among the venues we trade on'

function cardOf(venue: VenueId): OrderCard {
  const card = orderCard(venue)
  if (card === undefined) throw new Error(`${venue} has no order card; add it to order-cards.ts`)
  return card
}

/** @throws Error for a venue that has no card, which is a mistake of whoever wires the desk. */
export function openCcxtOrderGateway(options: OrderVenues): LiveOrderGateway {
  const { lane, budget } = options
  const desks = new Map(
    options.venues.map((venue) => {
      const card = cardOf(venue)
      return [venue, openVenueDesk({ access: options.access(venue), card, lane, budget })] as const
    }),
  )
  const sent = new Set<string>()
  const histories = new Map(
    options.venues.map((venue) => [
      venue,
      openTransferHistory({ access: options.access(venue), budget }),
    ]),
  )

  function deskOf(venue: VenueId): VenueDesk {
    const desk = desks.get(venue)
    if (desk === undefined) throw new Error(`${venue} is not among the venues of this gateway`)
    return desk
  }

  /** The id is taken before anything is waited for: two callers cannot both pass. */
  function take(id: string): boolean {
    if (sent.has(id)) return false
    sent.add(id)
    const [oldest] = sent
    if (sent.size > sentMax && oldest !== undefined) sent.delete(oldest)
    return true
  }

  /** All that is asked before an order may leave; a text says why it may not. */
  async function admit(order: Order): Promise<{ desk: VenueDesk; marketId: string } | string> {
    const { venue, symbol } = order.market
    const desk = deskOf(venue)
    const unready = await desk.ready()
    if (unready !== undefined) return unready.reason
    const marketId = desk.names.idOf(symbol)
    if (marketId === undefined) return `it lists no ${symbol}`
    if (!(await desk.mayWrite(order.notAfter))) return 'our own throttle held it past its notAfter'
    return { desk, marketId }
  }

  async function submit(order: Order): Promise<Submission> {
    const { venue } = order.market
    const fault = desks.has(venue) ? faultOf(order) : notOurs
    if (fault !== undefined) return refused(`${venue}: ${fault}`)
    if (!take(order.clientOrderId))
      return { outcome: 'duplicate', reason: `${venue}: this id went out from here before` }
    const admitted = await admit(order).catch((error: unknown) => String(error))
    if (typeof admitted === 'string') return refused(`${venue}: ${admitted}`)
    return await sendOrder(admitted.desk, order, admitted.marketId)
  }

  async function reading<T>(
    venue: VenueId,
    work: (reader: OrderReader) => Promise<Read<T>>,
  ): Promise<Read<T>> {
    const desk = desks.get(venue)
    // A trade that began before the venue was left out is asked about all the same: nobody knows then.
    if (desk === undefined) return failed(`${venue}: ${notOurs}`)
    const unnamed = await desk.names.load()
    if (unnamed !== undefined) return failed(unnamed)
    const { reader } = desk
    return reader === undefined
      ? failed(`${venue}: how its orders are read back is not proven`)
      : await work(reader)
  }

  return {
    // Whether a venue may be traded is asked before anything else, so also of one that is not ours.
    card: cardOf,
    submit,
    lookup: (ref) => reading(ref.market.venue, (reader) => reader.lookup(ref)),
    openOrders: (market: Market) => reading(market.venue, (reader) => reader.openOrders(market)),
    fills: (market, since) => reading(market.venue, (reader) => reader.fills(market, since)),
    balances: (venue) => reading(venue, (reader) => reader.balances()),
    accountOrders: (venue) => reading(venue, (reader) => reader.accountOrders()),
    orderById: (market, orderId) =>
      reading(market.venue, (reader) => reader.orderById(market, orderId)),
    transfers: async (venue, since) =>
      (await histories.get(venue)?.read(since)) ?? failed(`${venue}: ${notOurs}`),
    clockOffset: (venue) => reading(venue, (reader) => reader.clockOffset()),
    async cancel({ clientOrderId: id, market: { venue, symbol } }) {
      const desk = desks.get(venue)
      if (desk === undefined) return failed(`${venue}: ${notOurs}`)
      const { card, names } = desk
      const unnamed = await names.load()
      const marketId = names.idOf(symbol)
      if (unnamed !== undefined || marketId === undefined)
        return failed(unnamed ?? `${venue}: it lists no ${symbol}`)
      if (!(await desk.mayWrite())) return failed(`${venue}: our own request budget is spent`)
      const ref = { clientOrderId: card.idPrefix + id, marketId }
      const end = await desk.send(() => card.cancel(ref))
      if (end.outcome === 'silence') return failed(`${venue}: ${end.reason}`)
      const json = end.status >= 500 ? undefined : parseExactJson(end.body)
      const verdict = json === undefined ? undefined : card.verdictOf(json)
      if (verdict === undefined) return failed(`${venue}: HTTP ${end.status}`)
      const isDone =
        verdict.outcome === 'ok' || codeIn(card.gone, verdict.code, verdict.message) !== undefined
      return isDone
        ? { outcome: 'ok', value: undefined }
        : failed(`${venue}: ${verdict.code} ${verdict.message.replace(/\.$/, '')}`)
    },
    prepare: (venue, anew) => deskOf(venue).ready(anew),
    async close() {
      const parts = [...desks.values(), ...histories.values()]
      await Promise.all(parts.map((part) => part.close()))
    },
  }
}
