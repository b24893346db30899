// Bitget's private websocket v2: login, then orders, fill and account channels.
import { format } from '../../money.ts'
import type { Account } from '../accounts/account.ts'
import type { DeskEvent } from '../accounts/desk-events.ts'
import { isAnswer } from '../accounts/private-side.ts'
import type { SpotDesk } from '../accounts/spot-desk.ts'
import { feesOf, filledOf, type Print, type SpotOrder } from '../accounts/spot-order.ts'
import { createTopics } from '../topics.ts'
import type { Connection, Session, VenueContext } from '../venue-dialect.ts'
import { joinedId } from '../venue-rows.ts'
import { argumentsOf, jsonObject, textOf } from '../wire-text.ts'
import { averageText, bitgetFillRow, bitgetStatus } from './bitget-order-rows.ts'
import { bitgetSigner } from './bitget-signer.ts'

type Fields = Readonly<Record<string, unknown>>

function orderRow(order: SpotOrder, print: Print | undefined) {
  return {
    instId: joinedId(order.market),
    orderId: order.id,
    clientOid: order.clientId,
    price: format(order.price),
    size: format(order.amount),
    newSize: format(order.amount),
    notional: '0',
    orderType: 'limit',
    force: order.timeInForce.toLowerCase(),
    side: order.side,
    fillPrice: print === undefined ? '0' : format(print.price),
    tradeId: print?.id ?? '',
    baseVolume: print === undefined ? '0' : format(print.amount),
    fillTime: print === undefined ? '' : String(print.timeMs),
    fillFee: print === undefined ? '0' : format(-print.fee.amount),
    fillFeeCoin: print?.fee.asset ?? '',
    tradeScope: print === undefined ? '' : print.isMaker ? 'M' : 'T',
    accBaseVolume: format(filledOf(order)),
    priceAvg: averageText(order),
    status: bitgetStatus(order),
    cTime: String(order.createdMs),
    uTime: String(order.updatedMs),
    stpMode: 'none',
    feeDetail: feesOf(order).map(({ asset, amount }) => ({ feeCoin: asset, fee: format(-amount) })),
    enterPointSource: 'API',
  }
}

function rowsOf(event: DeskEvent, { channel, instId }: Fields): readonly unknown[] | undefined {
  if (event.kind === 'balances') {
    if (channel !== 'account') return undefined
    return event.balances.map(({ asset, free, held }) => ({
      coin: asset,
      available: format(free),
      frozen: format(held),
      locked: '0',
      limitAvailable: '0',
      uTime: String(event.timeMs),
    }))
  }
  const { order, print } = event
  if (instId !== 'default' && instId !== joinedId(order.market)) return undefined
  if (channel === 'orders') return [orderRow(order, print)]
  if (channel !== 'fill' || print === undefined) return undefined
  const { feeDetail, ...row } = bitgetFillRow({ order, print })
  return [{ ...row, feeDetail: [feeDetail] }]
}

function loggedIn(desk: SpotDesk, nowMs: number, arg: Fields): Account | undefined {
  const timestamp = textOf(arg['timestamp'])
  const account = bitgetSigner(desk, nowMs, {
    apiKey: textOf(arg['apiKey']),
    passphrase: textOf(arg['passphrase']),
    timeMs: Number(timestamp) * 1000,
    text: `${timestamp}GET/user/verify`,
    sign: textOf(arg['sign']),
  })
  return isAnswer(account) ? undefined : account
}

export function connectBitgetPrivate(
  connection: Connection,
  { now }: VenueContext,
  desk: SpotDesk,
): Session {
  const topics = createTopics()
  let account: Account | undefined
  const send = (value: unknown) => connection.send(JSON.stringify(value))
  const fail = (code: number, msg: string) => send({ event: 'error', code, msg })

  const subscribe = (owner: Account, arg: Fields) => {
    send({ event: 'subscribe', arg })
    const push = (data: readonly unknown[]) => send({ action: 'snapshot', arg, data, ts: now() })
    topics.open(JSON.stringify(arg), () => {
      if (arg['channel'] === 'account') {
        const balances = desk.balances(owner)
        push(rowsOf({ kind: 'balances', balances, timeMs: now() }, arg) ?? [])
      }
      return desk.listen(owner, (event) => {
        const data = rowsOf(event, arg)
        if (data !== undefined) push(data)
      })
    })
  }

  return {
    message(text) {
      if (text === 'ping') return connection.send('pong')
      const frame = jsonObject(text)
      const args = frame === undefined ? [] : argumentsOf(frame)
      switch (frame?.['op']) {
        case 'login':
          account = loggedIn(desk, now(), args[0] ?? {})
          return account === undefined
            ? fail(30005, 'Invalid sign')
            : send({ event: 'login', code: 0 })
        case 'subscribe':
          for (const arg of args)
            if (account === undefined) fail(30004, 'User not logged in')
            else subscribe(account, arg)
          return
        case 'unsubscribe':
          for (const arg of args) {
            topics.stop(JSON.stringify(arg))
            send({ event: 'unsubscribe', arg })
          }
          return
        default:
          return fail(30003, 'invalid op')
      }
    },
    close: () => topics.stopAll(),
    isPrivate: () => true,
  }
}
