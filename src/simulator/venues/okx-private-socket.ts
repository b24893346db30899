// OKX's private websocket v5: login, then orders and account channels.
import type { Account } from '../accounts/account.ts'
import type { DeskEvent } from '../accounts/desk-events.ts'
import { isAnswer } from '../accounts/private-side.ts'
import type { SpotDesk } from '../accounts/spot-desk.ts'
import { createTopics } from '../topics.ts'
import type { Connection, Session, VenueContext } from '../venue-dialect.ts'
import { dashedId } from '../venue-rows.ts'
import { argumentsOf, jsonObject, textOf } from '../wire-text.ts'
import { okxSigner } from './okx-signer.ts'
import { okxBalanceRow, okxOrderRow } from './okx-order-rows.ts'

type Fields = Readonly<Record<string, unknown>>

/** The rows that one event is on a channel; undefined where the channel does not tell of it. */
function rowsOf(event: DeskEvent, arg: Fields): readonly unknown[] | undefined {
  if (event.kind === 'order' && arg['channel'] === 'orders') {
    const { order, print } = event
    const wanted = textOf(arg['instId'])
    if (wanted !== '' && wanted !== dashedId(order.market)) return undefined
    // An event that is no execution has no trade of its own.
    const row = okxOrderRow(order, print)
    return [print === undefined ? { ...row, tradeId: '', fillSz: '0', fillPx: '' } : row]
  }
  if (event.kind === 'balances' && arg['channel'] === 'account') {
    const uTime = String(event.timeMs)
    return [{ uTime, details: event.balances.map((one) => okxBalanceRow(one, uTime)) }]
  }
  return undefined
}

function loggedIn(desk: SpotDesk, nowMs: number, arg: Fields): Account | undefined {
  const timestamp = textOf(arg['timestamp'])
  const account = okxSigner(desk, nowMs, {
    apiKey: textOf(arg['apiKey']),
    passphrase: textOf(arg['passphrase']),
    timeMs: Number(timestamp) * 1000,
    text: `${timestamp}GET/users/self/verify`,
    sign: textOf(arg['sign']),
  })
  return isAnswer(account) ? undefined : account
}

export function connectOkxPrivate(
  connection: Connection,
  { now }: VenueContext,
  desk: SpotDesk,
): Session {
  const topics = createTopics()
  let account: Account | undefined
  const send = (value: unknown) => connection.send(JSON.stringify(value))
  const fail = (code: string, msg: string) =>
    send({ event: 'error', code, msg, connId: 'simulator' })

  const subscribe = (owner: Account, arg: Fields) => {
    send({ event: 'subscribe', arg, connId: 'simulator' })
    topics.open(JSON.stringify(arg), () => {
      if (arg['channel'] === 'account') {
        const snapshot = {
          kind: 'balances',
          balances: desk.balances(owner),
          timeMs: now(),
        } as const
        send({ arg, data: rowsOf(snapshot, arg) })
      }
      return desk.listen(owner, (event) => {
        const data = rowsOf(event, arg)
        if (data !== undefined) send({ arg, data })
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
          if (account === undefined) return fail('60009', 'Login failed.')
          return send({ event: 'login', code: '0', msg: '', connId: 'simulator' })
        case 'subscribe':
          for (const arg of args)
            if (account === undefined) fail('60011', 'Please log in')
            else subscribe(account, arg)
          return
        case 'unsubscribe':
          for (const arg of args) {
            topics.stop(JSON.stringify(arg))
            send({ event: 'unsubscribe', arg, connId: 'simulator' })
          }
          return
        default:
          return fail('60012', 'Illegal request')
      }
    },
    close: () => topics.stopAll(),
    isPrivate: () => true,
  }
}
