// Bybit's private websocket v5: auth, then the order, execution and wallet topics of a unified account.
import type { Account } from '../accounts/account.ts'
import type { DeskEvent } from '../accounts/desk-events.ts'
import { signature } from '../accounts/private-side.ts'
import type { SpotDesk } from '../accounts/spot-desk.ts'
import { createTopics } from '../topics.ts'
import type { Connection, Session, VenueContext } from '../venue-dialect.ts'
import { jsonObject, textOf, textsOf } from '../wire-text.ts'
import { bybitCoinRow, bybitExecutionRow, bybitOrderRow } from './bybit-order-rows.ts'

/** The rows that one event is on a topic; undefined where the topic does not tell of it. */
function rowsOf(event: DeskEvent, topic: string): readonly unknown[] | undefined {
  if (event.kind === 'balances')
    return topic === 'wallet'
      ? [{ accountType: 'UNIFIED', coin: event.balances.map(bybitCoinRow) }]
      : undefined
  const { order, print } = event
  if (topic === 'order') return [bybitOrderRow(order)]
  return topic === 'execution' && print !== undefined
    ? [bybitExecutionRow({ order, print })]
    : undefined
}

function loggedIn(
  desk: SpotDesk,
  nowMs: number,
  [apiKey = '', expires = '', sign = '']: readonly string[],
): Account | undefined {
  const account = desk.account(apiKey)
  if (account === undefined || account.permissions.length === 0) return undefined
  const isRight = signature(account.key.secret, `GET/realtime${expires}`, 'hex') === sign
  return isRight && Number(expires) > nowMs ? account : undefined
}

const topicsServed = ['order', 'execution', 'wallet']

export function connectBybitPrivate(
  connection: Connection,
  { now }: VenueContext,
  desk: SpotDesk,
): Session {
  const topics = createTopics()
  let account: Account | undefined
  let count = 0
  const send = (value: unknown) => connection.send(JSON.stringify(value))

  const open = (owner: Account, topic: string) =>
    topics.open(topic, () =>
      desk.listen(owner, (event) => {
        const data = rowsOf(event, topic)
        if (data === undefined) return
        send({ id: `simulator-${++count}`, topic, creationTime: now(), data })
      }),
    )

  return {
    message(text) {
      const frame = jsonObject(text)
      const op = textOf(frame?.['op'])
      const names = textsOf(frame?.['args'])
      const reply = (success: boolean, message: string) =>
        send({ success, ret_msg: message, conn_id: 'simulator', req_id: frame?.['req_id'], op })
      switch (op) {
        case 'ping':
          return send({ req_id: frame?.['req_id'], op: 'pong', args: [String(now())] })
        case 'auth':
          account = loggedIn(desk, now(), names)
          return account === undefined
            ? send({ success: false, ret_msg: 'Params Error', op, request: { op } })
            : reply(true, '')
        case 'subscribe': {
          if (account === undefined) return reply(false, 'Request not authorized')
          const unknown = names.find((name) => !topicsServed.includes(name))
          if (unknown !== undefined) return reply(false, `error:handler not found,topic:${unknown}`)
          reply(true, '')
          for (const name of names) open(account, name)
          return
        }
        case 'unsubscribe':
          for (const name of names) topics.stop(name)
          return reply(true, '')
        default:
          return reply(false, 'error:unknown op')
      }
    },
    close: () => topics.stopAll(),
    isPrivate: () => true,
  }
}
