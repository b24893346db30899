// The shape of a capability card: what a venue's order routes take, answer and promise, reviewed by hand.
// Plain facts and pure functions. ccxt signs and carries the requests; what an answer means is read here.
import type { BudgetRate } from '../../market/budget-math.ts'
import type { BaseAmount, Price } from '../../money.ts'
import type { Side } from '../../opportunity/opportunity.ts'
import type { VenueCard, VenueOrder } from '../../trade/engine/order-gateway.ts'
import { rowsOf, type Json } from '../exact-json.ts'

/** One request before it is signed, in the terms of ccxt's `sign`. */
export type Ask = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** ccxt's name of the part of the API, such as "private". */
  readonly api: string | readonly string[]
  readonly path: string
  readonly params: Readonly<Record<string, string | number | boolean>>
  /** Added after signing, for what no venue signs. */
  readonly headers?: Readonly<Record<string, string>>
}

/** An order in the venue's own words; amounts are exact decimal text. */
export type WireOrder = {
  readonly clientOrderId: string
  readonly marketId: string
  readonly side: Side
  readonly amount: string
  readonly limit: string
}

export type WireRef = Pick<WireOrder, 'clientOrderId' | 'marketId'>

/** A code that the venue gives, or only where its message says so, too: some codes mean many things. */
export type VenueCode = {
  readonly code: string
  readonly says?: RegExp
  /** What is wrong is no single order: the key and its rights, or our clock. */
  readonly about?: 'key' | 'clock'
  readonly means: string
}

/** Undefined in its place: the answer has no shape that the venue is known to give. */
export type Verdict =
  | { readonly outcome: 'ok'; readonly value: Json }
  | {
      readonly outcome: 'refused'
      readonly code: string
      readonly message: string
      /** Our id as the venue repeats it; most do not. */
      readonly clientOrderId?: string
    }

export type OrderRow = {
  readonly orderId: string
  readonly clientOrderId: string
  readonly marketId: string
  readonly side: Side
  readonly state: VenueOrder['state']
  readonly amount: BaseAmount
  readonly filled: BaseAmount
}

export type FillRow = {
  readonly tradeId: string
  readonly orderId: string
  readonly marketId: string
  readonly side: Side
  readonly amount: BaseAmount
  readonly price: Price
  readonly fee: bigint
  /** The venue's own name of the asset. */
  readonly feeAsset: string
  readonly atMs: number
}

export type BalanceRow = {
  readonly asset: string
  readonly free: bigint
  readonly total: bigint
}

export type Span = { readonly sinceMs: number; readonly untilMs: number }

/** How the venue is read back. Readers throw for a row that is not what the venue is known to give. */
export type OrderReads = {
  /** Of one market; undefined: of the whole account, or of nothing where `openMarkets` has to be asked first. */
  readonly openOrders: (marketId: string | undefined, cursor?: string) => Ask
  /** Where open orders are listed by market only: which markets have any. */
  readonly openMarkets?: {
    readonly ask: () => Ask
    readonly idsOf: (value: Json) => readonly string[]
  }
  /** Asked in turn until one of them knows the order by the venue's own id. */
  readonly orderById: (orderId: string, marketId: string) => readonly Ask[]
  readonly fills: (marketId: string, span: Span, cursor?: string) => Ask
  readonly balances: () => Ask
  /** Without keys. */
  readonly time: () => Ask
  readonly orderRows: (value: Json) => readonly Json[]
  readonly orderRow: (row: Json) => OrderRow
  readonly fillRows: (value: Json) => readonly Json[]
  readonly fillRow: (row: Json) => FillRow
  readonly balanceRows: (value: Json) => readonly BalanceRow[]
  /** From the whole answer, ms. */
  readonly timeMs: (answer: Json) => number
  /** Where to go on after this page; undefined: it was the last. */
  readonly nextOrders: (value: Json) => string | undefined
  readonly nextFills: (value: Json, span: Span, cursor?: string) => string | undefined
}

/** What one captured request must look like; '*' stands for any text but none. */
export type ExpectedRequest = {
  /** "POST api.kucoin.com/api/v1/hf/orders" */
  readonly to: string
  /** Of the query and of the body together. */
  readonly fields: Readonly<Record<string, string>>
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

export type OrderCard = VenueCard & {
  /** Put before our id where the venue wants it. */
  readonly idPrefix: string
  /** The venue's own order ids. */
  readonly orderIdShape: RegExp
  /** What we allow ourselves for orders, beside what prices are asked with. */
  readonly orderRate: BudgetRate
  /** What one read of the account weighs; a submit or a cancel weighs 1. */
  readonly readWeight: number
  readonly sampleMarketId: string
  readonly submit: (order: WireOrder, signedAtMs: number) => Ask
  /** Asked in turn until one of them knows the order. */
  readonly lookups: (ref: WireRef) => readonly Ask[]
  readonly cancel: (ref: WireRef) => Ask
  readonly verdictOf: (answer: Json) => Verdict | undefined
  /** Ours is empty where the venue does not repeat it. */
  readonly accepted: (value: Json) => { readonly orderId: string; readonly clientOrderId: string }
  /** Definite refusals of a submit: after one of these codes there is no order. Reviewed one by one. */
  readonly refusals: readonly VenueCode[]
  /** We are to slow down; said with HTTP 200 on some venues. */
  readonly tooFast: readonly string[]
  /** The venue knows our id already. */
  readonly duplicates: readonly VenueCode[]
  /** On a lookup: it knows no such order. */
  readonly absent: readonly VenueCode[]
  /** On a cancel: there is nothing left to cancel. */
  readonly gone: readonly VenueCode[]
  /** Undefined: not proven, so this venue may not trade. */
  readonly reads?: OrderReads
  readonly expected: Readonly<Record<'submit' | 'lookup' | 'cancel', ExpectedRequest>>
}

/** The request dies this long after it was signed, on every venue that lets us say so. */
export const orderLifeMs = 3_000

export const codeIn = (
  list: readonly VenueCode[],
  code: string,
  message: string,
): VenueCode | undefined =>
  list.find((each) => each.code === code && (each.says === undefined || each.says.test(message)))

/** A row is not what this venue is known to give. */
export class OddRowError extends Error {
  constructor(what: string) {
    super(`a row has ${what}`)
    this.name = 'OddRowError'
  }
}

/** A list that is not there is no empty list: absence must be said by the venue. */
export function listOf(json: Json | undefined): readonly Json[] {
  const rows = rowsOf(json)
  if (rows !== undefined) return rows
  throw new OddRowError('no list where there must be one')
}

/** "Buy", "BUY" and "buy". */
export function sideOf(text: string): Side {
  const side = text.toLowerCase()
  if (side === 'buy' || side === 'sell') return side
  throw new OddRowError(`no side "${text.slice(0, 20)}"`)
}

export function wholeNumber(text: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw new OddRowError(`no whole number "${text.slice(0, 20)}"`)
}

/** An id must be there and be short. */
export function idOf(text: string): string {
  if (/^[\w.:-]{1,80}$/.test(text)) return text
  throw new OddRowError(`no id "${text.slice(0, 20)}"`)
}

/** @throws OddRowError for a status that nobody has reviewed. */
export function stateIn(
  states: Readonly<Record<string, VenueOrder['state']>>,
  text: string,
): VenueOrder['state'] {
  const state = Object.hasOwn(states, text) ? states[text] : undefined
  if (state !== undefined) return state
  throw new OddRowError(`the unknown status "${text.slice(0, 30)}"`)
}
