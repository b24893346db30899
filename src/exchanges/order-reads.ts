// Reading one venue's private side: what we get back is checked row by row, and a read that is not wholly
// understood has failed. None of it sends an order.
import type { Market } from '../market/market.ts'
import { format } from '../money.ts'
import type { AccountOrder } from '../trade/reconcile/account-gateway.ts'
import type {
  OrderRef,
  Read,
  VenueBalance,
  VenueFill,
  VenueOrder,
} from '../trade/engine/order-gateway.ts'
import { parseExactJson, type Json } from './exact-json.ts'
import type { MarketNames } from './market-names.ts'
import type { WireEnd } from './order-wire.ts'
import {
  codeIn,
  type Ask,
  type OrderCard,
  type OrderReads,
  type OrderRow,
} from './orders/order-card.ts'
import { shortLine } from './rest-failure.ts'
import { readClock, type ClockReading } from './venue-clock.ts'

/** A market whose list does not end is no reason to read for ever. */
const pagesMax = 50

const failed = (reason: string) => ({ outcome: 'failed', reason: shortLine(reason) }) as const

export type OrderReader = {
  lookup(ref: OrderRef): Promise<Read<VenueOrder | undefined>>
  openOrders(market: Market): Promise<Read<readonly VenueOrder[]>>
  fills(market: Market, since: Date): Promise<Read<readonly VenueFill[]>>
  /** Every open order of the account, whoever sent it. */
  accountOrders(): Promise<Read<readonly AccountOrder[]>>
  /** By the venue's own id, whoever sent it; undefined: the venue knows no such order. */
  orderById(market: Market, orderId: string): Promise<Read<AccountOrder | undefined>>
  balances(): Promise<Read<readonly VenueBalance[]>>
  clockOffset(): Promise<Read<ClockReading>>
}

type Reading = {
  readonly card: OrderCard
  readonly reads: OrderReads
  readonly names: MarketNames
  /** Goes through the budget; resolves for whatever the wire shows. */
  readonly ask: (ask: Ask) => Promise<WireEnd>
}

type Said = { readonly outcome: 'ok'; readonly value: Json } | { readonly outcome: 'absent' }

/** What one read answered; the venue's own "no such order" is a value. */
async function read({ card, ask }: Reading, request: Ask): Promise<Said | Read<never>> {
  const end = await ask(request)
  const where = card.venue
  if (end.outcome === 'silence') return failed(`${where}: ${end.reason}`)
  const json = end.status >= 500 ? undefined : parseExactJson(end.body)
  const verdict = json === undefined ? undefined : card.verdictOf(json)
  switch (verdict?.outcome) {
    case undefined:
      return failed(`${where}: HTTP ${end.status}: ${shortLine(end.body)}`)
    case 'refused':
      return codeIn(card.absent, verdict.code, verdict.message) === undefined
        ? failed(`${where}: ${verdict.code} ${verdict.message.replace(/\.$/, '')}`)
        : { outcome: 'absent' }
    case 'ok':
      return end.status >= 300
        ? failed(`${where}: HTTP ${end.status}`)
        : { outcome: 'ok', value: verdict.value }
  }
}

/** A row of another kind than reviewed makes the whole read a failed one. */
function understood<T>(venue: string, work: () => T): Read<T> {
  try {
    return { outcome: 'ok', value: work() }
  } catch (error) {
    return failed(`${venue}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const orderOf = (card: OrderCard, row: OrderRow): VenueOrder => ({
  orderId: row.orderId,
  clientOrderId: row.clientOrderId.startsWith(card.idPrefix)
    ? row.clientOrderId.slice(card.idPrefix.length)
    : row.clientOrderId,
  state: row.state,
  amount: row.amount,
  filled: row.filled,
})

const accountOrderOf = ({ card, names }: Reading, row: OrderRow): AccountOrder => ({
  ...orderOf(card, row),
  symbol: names.symbolOf(row.marketId) ?? row.marketId,
  side: row.side,
})

/**
 * The order that is ours in everything; once the venue has named it, its amount may have been changed there
 * by hand. An answer about another order is no word on ours: that read has failed, for the venue did not
 * say that it knows none.
 */
function matching(card: OrderCard, ref: OrderRef, marketId: string, rows: readonly OrderRow[]) {
  const ours = rows.find(
    (row) =>
      row.clientOrderId === card.idPrefix + ref.clientOrderId &&
      row.marketId === marketId &&
      row.side === ref.side &&
      (ref.orderId === undefined ? row.amount === ref.amount : row.orderId === ref.orderId),
  )
  if (ours !== undefined) return { outcome: 'ok', value: orderOf(card, ours) } as const
  if (rows.length === 0) return { outcome: 'ok', value: undefined } as const
  const [{ orderId, side, amount }] = rows as [OrderRow]
  return failed(
    `${card.venue}: asked for ${ref.clientOrderId} it showed another order (${orderId}, ${side} ${format(amount)})`,
  )
}

async function lookup(reading: Reading, ref: OrderRef): Promise<Read<VenueOrder | undefined>> {
  const { card, reads, names } = reading
  const marketId = names.idOf(ref.market.symbol)
  if (marketId === undefined) return failed(`${card.venue}: it lists no ${ref.market.symbol}`)
  const clientOrderId = card.idPrefix + ref.clientOrderId
  for (const request of card.lookups({ clientOrderId, marketId })) {
    const said = await read(reading, request)
    if (said.outcome === 'failed') return said
    if (said.outcome === 'absent') continue
    const rows = understood(card.venue, () => reads.orderRows(said.value).map(reads.orderRow))
    if (rows.outcome === 'failed') return rows
    const match = matching(card, ref, marketId, rows.value)
    if (match.outcome === 'failed' || match.value !== undefined) return match
  }
  return { outcome: 'ok', value: undefined }
}

/** All pages, or none: half a list would hide what it is read for. */
async function readPages<T>(
  reading: Reading,
  askOf: (cursor: string | undefined) => Ask,
  rowsOf: (value: Json) => readonly T[],
  nextOf: (value: Json, cursor: string | undefined) => string | undefined,
): Promise<Read<readonly T[]>> {
  const { venue } = reading.card
  const all: T[] = []
  let cursor: string | undefined
  for (let page = 0; page < pagesMax; page++) {
    const said = await read(reading, askOf(cursor))
    if (said.outcome === 'failed') return said
    if (said.outcome === 'absent') return failed(`${venue}: it has no such list`)
    const at = cursor
    const rows = understood(venue, () => ({
      rows: rowsOf(said.value),
      next: nextOf(said.value, at),
    }))
    if (rows.outcome === 'failed') return rows
    all.push(...rows.value.rows)
    const { next } = rows.value
    if (next === undefined) return { outcome: 'ok', value: all }
    if (next === cursor) return failed(`${venue}: its list does not go on`)
    cursor = next
  }
  return failed(`${venue}: more than ${pagesMax} pages`)
}

const openRows = (reading: Reading, marketId: string | undefined) =>
  readPages(
    reading,
    (cursor) => reading.reads.openOrders(marketId, cursor),
    (value) => reading.reads.orderRows(value).map(reading.reads.orderRow),
    (value) => reading.reads.nextOrders(value),
  )

async function accountOrders(reading: Reading): Promise<Read<readonly AccountOrder[]>> {
  const { card, reads } = reading
  const { openMarkets } = reads
  let markets: readonly (string | undefined)[] = [undefined]
  if (openMarkets !== undefined) {
    const said = await read(reading, openMarkets.ask())
    if (said.outcome === 'failed') return said
    if (said.outcome === 'absent') return failed(`${card.venue}: it has no such list`)
    const ids = understood(card.venue, () => openMarkets.idsOf(said.value))
    if (ids.outcome === 'failed') return ids
    markets = ids.value
  }
  const all: OrderRow[] = []
  for (const marketId of markets) {
    const rows = await openRows(reading, marketId)
    if (rows.outcome === 'failed') return rows
    all.push(...rows.value.filter(({ state }) => state === 'open'))
  }
  return { outcome: 'ok', value: all.map((row) => accountOrderOf(reading, row)) }
}

async function orderById(
  reading: Reading,
  { symbol }: Market,
  orderId: string,
): Promise<Read<AccountOrder | undefined>> {
  const { card, reads, names } = reading
  const marketId = names.idOf(symbol)
  if (marketId === undefined) return failed(`${card.venue}: it lists no ${symbol}`)
  for (const request of reads.orderById(orderId, marketId)) {
    const said = await read(reading, request)
    if (said.outcome === 'failed') return said
    if (said.outcome === 'absent') continue
    const rows = understood(card.venue, () => reads.orderRows(said.value).map(reads.orderRow))
    if (rows.outcome === 'failed') return rows
    const [row] = rows.value
    if (row === undefined) continue
    return row.orderId === orderId && row.marketId === marketId
      ? { outcome: 'ok', value: accountOrderOf(reading, row) }
      : failed(`${card.venue}: asked for ${orderId} it showed ${row.orderId}`)
  }
  return { outcome: 'ok', value: undefined }
}

async function openOrders(
  reading: Reading,
  { symbol }: Market,
): Promise<Read<readonly VenueOrder[]>> {
  const { card, names } = reading
  const marketId = names.idOf(symbol)
  if (marketId === undefined) return failed(`${card.venue}: it lists no ${symbol}`)
  const rows = await openRows(reading, marketId)
  if (rows.outcome === 'failed') return rows
  const open = rows.value.filter((row) => row.marketId === marketId && row.state === 'open')
  return { outcome: 'ok', value: open.map((row) => orderOf(card, row)) }
}

async function fills(
  reading: Reading,
  { symbol }: Market,
  since: Date,
): Promise<Read<readonly VenueFill[]>> {
  const { card, reads, names } = reading
  const marketId = names.idOf(symbol)
  if (marketId === undefined) return failed(`${card.venue}: it lists no ${symbol}`)
  const span = { sinceMs: since.getTime(), untilMs: Date.now() }
  const rows = await readPages(
    reading,
    (cursor) => reads.fills(marketId, span, cursor),
    (value) => reads.fillRows(value).map(reads.fillRow),
    (value, cursor) => reads.nextFills(value, span, cursor),
  )
  if (rows.outcome === 'failed') return rows
  // Pages may overlap while new prints arrive.
  const byId = new Map(rows.value.map((row) => [row.tradeId, row]))
  const prints = [...byId.values()]
    .filter((row) => row.marketId === marketId && row.atMs >= span.sinceMs)
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ tradeId, orderId, side, amount, price, fee, feeAsset, atMs }): VenueFill => ({
      tradeId,
      orderId,
      symbol,
      side,
      amount,
      price,
      fee: { asset: names.assetOf(feeAsset), amount: fee },
      at: new Date(atMs),
    }))
  return { outcome: 'ok', value: prints }
}

async function balances(reading: Reading): Promise<Read<readonly VenueBalance[]>> {
  const { card, reads, names } = reading
  const said = await read(reading, reads.balances())
  if (said.outcome === 'failed') return said
  if (said.outcome === 'absent') return failed(`${card.venue}: it has no such account`)
  return understood(card.venue, () =>
    reads
      .balanceRows(said.value)
      .map(({ asset, free, total }) => ({ asset: names.assetOf(asset), free, total })),
  )
}

export function createOrderReader(reading: Reading): OrderReader {
  return {
    lookup: (ref) => lookup(reading, ref),
    openOrders: (market) => openOrders(reading, market),
    fills: (market, since) => fills(reading, market, since),
    accountOrders: () => accountOrders(reading),
    orderById: (market, orderId) => orderById(reading, market, orderId),
    balances: () => balances(reading),
    clockOffset: () => readClock(reading.card.venue, reading.reads, reading.ask),
  }
}
