// How a venue speaks about orders, written down apart from the cards that are tested with it: just enough for
// one market, BTC/USDT.

export type HeldOrder = {
  readonly orderId: string
  readonly clientOrderId: string
  readonly side: 'buy' | 'sell'
  readonly amount: string
  readonly price: string
  readonly filled: string
  readonly state: 'open' | 'closed' | 'cancelled'
}

export type HeldFill = {
  readonly tradeId: string
  readonly orderId: string
  readonly side: 'buy' | 'sell'
  readonly amount: string
  readonly price: string
  readonly fee: string
  readonly feeAsset: string
  readonly atMs: number
}

type Balance = { readonly asset: string; readonly free: string; readonly held: string }
type Place = { readonly method: string; readonly path: string }

export type OrderDialect = {
  readonly submit: Place
  /** Two where a venue has one for open and one for ended orders. */
  readonly lookups: readonly Place[]
  readonly cancel: Place
  readonly openOrders: Place
  readonly fills: Place
  readonly balances: Place
  readonly power: Place
  readonly time: Place
  /** The names of our id, the side, the amount and the price in a submit. */
  readonly sent: readonly [id: string, side: string, amount: string, price: string]
  /** The name of our id in a lookup or a cancel; undefined: the last part of the path. */
  readonly askedId: string | undefined
  readonly yes: (value: unknown) => unknown
  readonly no: (code: string, message: string) => unknown
  readonly codes: Readonly<
    Record<'poor' | 'duplicate' | 'absent' | 'gone', readonly [string, string]>
  >
  readonly placed: (order: HeldOrder) => unknown
  readonly orderRow: (order: HeldOrder) => unknown
  /** A lookup's answer; the venue may answer with a list. */
  readonly found: (rows: readonly unknown[]) => unknown
  readonly orders: (rows: readonly unknown[]) => unknown
  readonly fillRow: (fill: HeldFill) => unknown
  readonly prints: (rows: readonly unknown[]) => unknown
  readonly account: (rows: readonly Balance[]) => unknown
  readonly powers: (canWithdraw: boolean) => unknown
  readonly clock: (nowMs: number) => unknown
}

/** "POST /api.kucoin.com/api/v1/hf/orders"; a star stands for the last part of the path. */
export const place = (text: string): Place => {
  const [method = '', path = ''] = text.split(' ')
  return { method, path }
}
