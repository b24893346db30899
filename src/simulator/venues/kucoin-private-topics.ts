// KuCoin's private topics: orders and balances of whoever holds the token that bullet-private gave.
import { format } from '../../money.ts'
import type { Account } from '../accounts/account.ts'
import type { DeskEvent } from '../accounts/desk-events.ts'
import { reads } from '../accounts/private-routes.ts'
import { signature, type PrivateRoute } from '../accounts/private-side.ts'
import type { SpotDesk } from '../accounts/spot-desk.ts'
import { filledOf, remainingOf, type Print, type SpotOrder } from '../accounts/spot-order.ts'
import { dashedId } from '../venue-rows.ts'
import { kucoinServers, okay } from './kucoin-answers.ts'

const tokenOf = ({ key }: Account) =>
  `private-${signature(key.secret, `bullet ${key.apiKey}`, 'hex')}`

export const bulletRoute: PrivateRoute = reads(({ account, context }) =>
  okay(kucoinServers(context, tokenOf(account))),
)

export const ownerOf = (desk: SpotDesk | undefined, token: string | null): Account | undefined =>
  desk?.accounts.find((account) => account.permissions.length > 0 && tokenOf(account) === token)

type Frame = { readonly subject: string; readonly data: object }

const nanos = (ms: number) => ms * 1_000_000

function orderFrame(order: SpotOrder, type: string, print?: Print): Frame {
  return {
    subject: 'orderChange',
    data: {
      symbol: dashedId(order.market),
      orderType: 'limit',
      side: order.side,
      orderId: order.id,
      clientOid: order.clientId,
      type,
      status: type === 'filled' || type === 'canceled' ? 'done' : type === 'update' ? 'open' : type,
      orderTime: order.createdMs,
      price: format(order.price),
      size: format(order.amount),
      originSize: format(order.amount),
      filledSize: format(filledOf(order)),
      remainSize: format(remainingOf(order)),
      canceledSize: type === 'canceled' ? format(remainingOf(order)) : '0',
      ts: nanos(order.updatedMs),
      ...(print !== undefined && {
        liquidity: print.isMaker ? 'maker' : 'taker',
        feeType: print.isMaker ? 'makerFee' : 'takerFee',
        tradeId: print.id,
        matchPrice: format(print.price),
        matchSize: format(print.amount),
      }),
    },
  }
}

/** A match comes first and tells no fee; that the order is done is said after it. */
function orderFrames({
  order,
  print,
  isAmended,
}: Extract<DeskEvent, { kind: 'order' }>): readonly Frame[] {
  if (isAmended === true) return [orderFrame(order, 'update')]
  const match = print === undefined ? [] : [orderFrame(order, 'match', print)]
  switch (order.state) {
    case 'open':
      // Only what rests is open; the match of another says enough.
      if (print !== undefined || order.timeInForce !== 'GTC') return match
      return [orderFrame(order, 'open')]
    case 'filled':
      return [...match, orderFrame(order, 'filled')]
    case 'cancelled':
    case 'expired':
      return [...match, orderFrame(order, 'canceled')]
  }
}

function framesOf(channel: string, event: DeskEvent): readonly Frame[] {
  if (event.kind === 'order') return channel === '/spotMarket/tradeOrders' ? orderFrames(event) : []
  if (channel !== '/account/balance') return []
  return event.balances.map(({ asset, free, held }) => ({
    subject: 'account.balance',
    data: {
      accountId: '1',
      currency: asset,
      total: format(free + held),
      available: format(free),
      hold: format(held),
      availableChange: '0',
      holdChange: '0',
      relationEvent: 'trade.setted',
      relationEventId: '1',
      time: String(event.timeMs),
    },
  }))
}

const channels = ['/spotMarket/tradeOrders', '/account/balance']
export const isPrivateChannel = (channel: string): boolean => channels.includes(channel)

export const listenPrivately = (
  desk: SpotDesk,
  account: Account,
  channel: string,
  send: (value: unknown) => void,
): (() => void) =>
  desk.listen(account, (event) => {
    for (const { subject, data } of framesOf(channel, event))
      send({ type: 'message', topic: channel, userId: '1', channelType: 'private', subject, data })
  })
