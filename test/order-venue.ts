// A venue's private side for tests: keeps the orders it is sent, and misbehaves as it is told. What it does
// not know itself, such as its market list, it asks the simulated venue behind it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { VenueId } from '../src/market/market.ts'
import { binance } from './order-dialects/binance.ts'
import { bitget } from './order-dialects/bitget.ts'
import { bybit } from './order-dialects/bybit.ts'
import { kucoin } from './order-dialects/kucoin.ts'
import { okx } from './order-dialects/okx.ts'
import type { HeldFill, HeldOrder, OrderDialect } from './order-dialects/order-dialect.ts'

const dialects: Readonly<Record<VenueId, OrderDialect>> = { kucoin, binance, okx, bybit, bitget }

/** What becomes of the next submit. */
export type SubmitFate =
  | 'fills'
  | 'fills-half'
  | 'fills-nothing'
  | 'is-poor'
  | 'is-duplicate'
  /** It is taken and filled, and the reply is lost, a gateway's page, or no JSON. */
  | 'reply-lost'
  | 'reply-page'
  | 'reply-odd'
  /** It never reaches the venue's books. */
  | 'request-lost'

export type ScriptedVenue = {
  readonly url: string
  readonly orders: HeldOrder[]
  readonly fills: HeldFill[]
  /** Submits that arrived on the wire, whatever became of them. */
  submits(clientOrderId: string): number
  next(fate: SubmitFate): void
  /** Lookups answer about this order instead; undefined: as they should. */
  lieAbout(order: HeldOrder | undefined): void
  /** Every private read answers with this, until undefined. */
  readsAnswer(answer: { status: number; body: string } | undefined): void
  letWithdraw(canWithdraw: boolean): void
  clockAhead(ms: number): void
  close(): Promise<void>
}

type Fields = Readonly<Record<string, string>>
type Reply = { readonly status?: number; readonly body: unknown } | 'hang-up'

const isPlace = (place: { method: string; path: string }, method: string, path: string) =>
  place.method === method &&
  (place.path.endsWith('/*') ? path.startsWith(place.path.slice(0, -1)) : place.path === path)

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

function fieldsOf(search: URLSearchParams, body: string): Fields {
  const sent = body.startsWith('{')
    ? Object.entries(JSON.parse(body) as object).map(([name, value]) => [name, String(value)])
    : [...new URLSearchParams(body)]
  return Object.fromEntries([...search, ...sent]) as Fields
}

const half = (amount: string) => String(Number(amount) / 2)

function createWorld(dialect: OrderDialect) {
  const orders: HeldOrder[] = []
  const fills: HeldFill[] = []
  const arrived: string[] = []
  let fate: SubmitFate = 'fills'
  let lie: HeldOrder | undefined
  let reads: { status: number; body: string } | undefined
  let canWithdraw = false
  let aheadMs = 0

  function take(order: Omit<HeldOrder, 'orderId' | 'filled' | 'state'>): HeldOrder {
    const orderId = String(700_000_000 + orders.length)
    const isWhole = fate !== 'fills-half' && fate !== 'fills-nothing'
    const filled = fate === 'fills-nothing' ? '0' : isWhole ? order.amount : half(order.amount)
    const held: HeldOrder = { ...order, orderId, filled, state: isWhole ? 'closed' : 'cancelled' }
    orders.push(held)
    if (filled !== '0')
      fills.push({
        tradeId: String(5000 + fills.length),
        orderId,
        side: order.side,
        amount: filled,
        price: order.price,
        fee: '0.000000123456789012',
        feeAsset: 'BNB',
        atMs: Date.now(),
      })
    return held
  }

  const refuse = (code: 'poor' | 'duplicate' | 'absent' | 'gone'): Reply => ({
    status: 400,
    body: dialect.no(...dialect.codes[code]),
  })

  function submit(fields: Fields): Reply {
    const [clientOrderId = '', side = '', amount = '', price = ''] = dialect.sent.map(
      (name) => fields[name] ?? '',
    )
    arrived.push(clientOrderId)
    if (fate === 'is-poor') return refuse('poor')
    if (fate === 'is-duplicate') return refuse('duplicate')
    if (fate === 'request-lost') return 'hang-up'
    const isBuy = side.toLowerCase() === 'buy'
    const held = take({ clientOrderId, side: isBuy ? 'buy' : 'sell', amount, price })
    if (fate === 'reply-lost') return 'hang-up'
    if (fate === 'reply-page') return { status: 502, body: '<html>Bad gateway</html>' }
    if (fate === 'reply-odd') return { body: '{"code":' }
    return { body: dialect.yes(dialect.placed(held)) }
  }

  function lookup(clientOrderId: string): Reply {
    const shown = lie ?? orders.find((order) => order.clientOrderId === clientOrderId)
    if (shown === undefined) return refuse('absent')
    return { body: dialect.yes(dialect.found([dialect.orderRow(shown)])) }
  }

  function cancel(clientOrderId: string): Reply {
    const at = orders.findIndex((order) => order.clientOrderId === clientOrderId)
    const order = orders[at]
    if (order === undefined || order.state !== 'open') return refuse('gone')
    orders[at] = { ...order, state: 'cancelled' }
    return { body: dialect.yes(dialect.placed(order)) }
  }

  /** Undefined: no affair of the private side. */
  function reply(method: string, path: string, fields: Fields): Reply | undefined {
    const asked = fields[dialect.askedId ?? ''] ?? path.split('/').at(-1) ?? ''
    const isAsked = dialect.askedId === undefined || dialect.askedId in fields
    const at = (place: { method: string; path: string }) => isPlace(place, method, path)
    if (at(dialect.time)) return { body: dialect.clock(Date.now() + aheadMs) }
    if (at(dialect.submit)) return submit(fields)
    if (at(dialect.cancel)) return cancel(asked)
    if (at(dialect.power)) return { body: dialect.yes(dialect.powers(canWithdraw)) }
    const isLookup = isAsked && dialect.lookups.some(at)
    const isRead = isLookup || [dialect.openOrders, dialect.fills, dialect.balances].some(at)
    if (isRead && reads !== undefined) return reads
    if (isLookup) return lookup(asked)
    if (at(dialect.openOrders)) {
      const open = orders.filter((order) => order.state === 'open')
      return { body: dialect.yes(dialect.orders(open.map(dialect.orderRow))) }
    }
    if (at(dialect.fills))
      return { body: dialect.yes(dialect.prints(fills.toReversed().map(dialect.fillRow))) }
    if (at(dialect.balances)) {
      const rows = [
        { asset: 'USDT', free: '90.5', held: '9.5' },
        { asset: 'BTC', free: '0', held: '0' },
      ]
      return { body: dialect.yes(dialect.account(rows)) }
    }
    return undefined
  }

  return {
    reply,
    orders,
    fills,
    submits: (id: string) => arrived.filter((each) => each === id).length,
    next(next: SubmitFate) {
      fate = next
    },
    lieAbout(order: HeldOrder | undefined) {
      lie = order
    },
    readsAnswer(answer: { status: number; body: string } | undefined) {
      reads = answer
    },
    letWithdraw(can: boolean) {
      canWithdraw = can
    },
    clockAhead(ms: number) {
      aheadMs = ms
    },
  }
}

/** `behind` is where the simulated venues listen. */
export async function openScriptedVenue(venue: VenueId, behind: string): Promise<ScriptedVenue> {
  const dialect = dialects[venue]
  if (dialect === undefined)
    throw new Error(`${venue} has no dialect; write one in order-dialects/`)
  const world = createWorld(dialect)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '/' } = request
    const { pathname, searchParams } = new URL(url, 'http://localhost')
    const body = await readBody(request)
    const reply = world.reply(method, pathname, fieldsOf(searchParams, body))
    if (reply === 'hang-up') {
      response.destroy()
      return
    }
    if (reply === undefined) {
      const asked = await fetch(behind + url)
      response.writeHead(asked.status, { 'content-type': 'application/json' })
      response.end(await asked.text())
      return
    }
    const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' }).end(text)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    ...world,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
