// Binance's websocket API as far as it streams an account: userDataStream.subscribe.signature, then
// execution reports and account positions.
import { format } from '../../money.ts'
import type { DeskEvent } from '../accounts/desk-events.ts'
import { isAnswer } from '../accounts/private-side.ts'
import type { SpotDesk } from '../accounts/spot-desk.ts'
import { costOf, filledOf } from '../accounts/spot-order.ts'
import { createTopics } from '../topics.ts'
import type { Connection, Session, VenueContext } from '../venue-dialect.ts'
import { joinedId } from '../venue-rows.ts'
import { jsonObject, textOf } from '../wire-text.ts'
import { binanceStatus } from './binance-order-rows.ts'
import { binanceSigner } from './binance-signer.ts'

type OrderEvent = Extract<DeskEvent, { kind: 'order' }>

function executionOf({ order: { state }, print, isAmended }: OrderEvent): string {
  if (isAmended === true) return 'REPLACED'
  if (print !== undefined) return 'TRADE'
  switch (state) {
    case 'open':
    case 'filled':
      return 'NEW'
    case 'cancelled':
      return 'CANCELED'
    case 'expired':
      return 'EXPIRED'
  }
}

const reportOf = ({ order, print }: OrderEvent, execution: string) => ({
  e: 'executionReport',
  E: order.updatedMs,
  s: joinedId(order.market),
  c: order.clientId,
  S: order.side.toUpperCase(),
  o: 'LIMIT',
  f: order.timeInForce,
  q: format(order.amount),
  p: format(order.price),
  P: '0.00000000',
  F: '0.00000000',
  g: -1,
  C: order.state === 'cancelled' ? order.clientId : '',
  x: execution,
  X: binanceStatus(order),
  r: 'NONE',
  i: Number(order.id),
  l: print === undefined ? '0' : format(print.amount),
  z: format(filledOf(order)),
  L: print === undefined ? '0' : format(print.price),
  n: print === undefined ? '0' : format(print.fee.amount),
  N: print?.fee.asset ?? null,
  T: order.updatedMs,
  t: print === undefined ? -1 : Number(print.id),
  w: order.state === 'open',
  m: print?.isMaker ?? false,
  O: order.createdMs,
  Z: format(costOf(order)),
  Y: print === undefined ? '0' : format(costOf({ prints: [print], side: order.side })),
  Q: '0.00000000',
})

function payloadOf(event: DeskEvent): object {
  switch (event.kind) {
    case 'order':
      return reportOf(event, executionOf(event))
    case 'balances':
      return {
        e: 'outboundAccountPosition',
        E: event.timeMs,
        u: event.timeMs,
        B: event.balances.map(({ asset, free, held }) => ({
          a: asset,
          f: format(free),
          l: format(held),
        })),
      }
  }
}

export function connectBinanceUser(
  connection: Connection,
  { now }: VenueContext,
  desk: SpotDesk,
): Session {
  const streams = createTopics()
  const send = (value: unknown) => connection.send(JSON.stringify(value))

  const subscribe = (id: unknown, params: Readonly<Record<string, unknown>>) => {
    const { signature, ...rest } = params
    const text = Object.entries(rest)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${textOf(value)}`)
      .join('&')
    const account = binanceSigner(desk, now(), {
      apiKey: textOf(params['apiKey']),
      text,
      signature: textOf(signature),
      timestamp: Number(params['timestamp']),
      windowMs: Number(params['recvWindow'] ?? desk.habits.recvWindowMs),
    })
    if (isAnswer(account)) return send({ id, status: account.status, error: account.value })
    const subscriptionId = streams.size
    send({ id, status: 200, result: { subscriptionId } })
    streams.open(String(subscriptionId), () =>
      desk.listen(account, (event) => send({ subscriptionId, event: payloadOf(event) })),
    )
  }

  return {
    message(text) {
      const frame = jsonObject(text)
      const id = frame?.['id'] ?? null
      const params = (frame?.['params'] ?? {}) as Readonly<Record<string, unknown>>
      switch (frame?.['method']) {
        case 'ping':
          return send({ id, status: 200, result: {} })
        case 'userDataStream.subscribe.signature':
          return subscribe(id, params)
        case 'userDataStream.unsubscribe':
          streams.stopAll()
          return send({ id, status: 200, result: {} })
        default:
          return send({ id, status: 400, error: { code: -1000, msg: 'Unknown method.' } })
      }
    },
    close: () => streams.stopAll(),
    isPrivate: () => true,
  }
}
