// Bitget's wallet for its customers: what a key may do, deposit addresses and withdrawals.
import { format } from '../../money.ts'
import type { Permission } from '../accounts/account.ts'
import { numberOf, reads, withdraws } from '../accounts/private-routes.ts'
import {
  fieldsOf,
  sentDecimal,
  type PrivateRequest,
  type PrivateRoute,
  type VenueAnswer,
} from '../accounts/private-side.ts'
import type { Transfer, TransferState, WithdrawRefusal } from '../accounts/transfers.ts'
import { textOf } from '../wire-text.ts'
import { chainOf, fails, networkOfChain, says } from './bitget-answers.ts'

const authorities: Readonly<Record<Permission, readonly string[]>> = {
  read: ['stor', 'wwor'],
  trade: ['stow'],
  withdraw: ['wwow'],
}

const accountInfo = ({ account, context }: PrivateRequest): VenueAnswer =>
  says(
    {
      userId: '1',
      inviterId: '',
      channelCode: '',
      channel: '',
      ips: '127.0.0.1',
      authorities: account.permissions.flatMap((one) => authorities[one]),
      parentId: 1,
      traderType: 'not_trader',
      regisTime: '1700000000000',
    },
    context,
  )

function depositAddress({ call, account, context, transfers }: PrivateRequest): VenueAnswer {
  const coin = call.query.get('coin') ?? ''
  const found = transfers.address(account, coin, networkOfChain(call.query.get('chain') ?? ''))
  if (found === undefined) return fails('40034', 'Parameter chain does not exist')
  const { address, network } = found
  return says({ address, chain: chainOf(network.network), coin, tag: '', url: '' }, context)
}

const refusals: Readonly<Record<WithdrawRefusal, VenueAnswer>> = {
  'unknown-asset': fails('40034', 'Parameter coin does not exist'),
  'unknown-network': fails('40034', 'Parameter chain does not exist'),
  closed: fails('47003', 'Withdraw of this coin is suspended'),
  'bad-address': fails('47001', 'Currency recharge is not enabled'),
  'amount-min': fails('40017', 'Parameter verification failed size'),
  insufficient: fails('43012', 'Insufficient balance'),
  'duplicate-client-id': fails('40786', 'Duplicate clientOid'),
}

function withdraw({ call, account, context, transfers }: PrivateRequest): VenueAnswer {
  const sent = fieldsOf(call)
  const amount = sentDecimal(textOf(sent['size']))
  if (amount === undefined) return fails('40017', 'Parameter verification failed size')
  const clientId = textOf(sent['clientOid'])
  const done = transfers.withdraw(account, {
    asset: textOf(sent['coin']),
    network: networkOfChain(textOf(sent['chain'])),
    address: textOf(sent['address']),
    amount,
    clientId,
  })
  return done.outcome === 'refused'
    ? refusals[done.refusal]
    : says({ orderId: done.transfer.id, clientOid: clientId }, context)
}

const statuses: Readonly<Record<TransferState, string>> = {
  processing: 'pending',
  stuck: 'pending_review',
  returned: 'fail',
  done: 'success',
}

const row = (one: Transfer) => ({
  orderId: one.id,
  tradeId: one.txId,
  coin: one.asset,
  dest: 'on_chain',
  chain: chainOf(one.network),
  fromAddress: '',
  toAddress: one.address,
  tag: '',
  cTime: String(one.requestedMs),
  uTime: String(one.updatedMs),
})

const isAsked =
  ({ call }: PrivateRequest) =>
  ({ asset, clientId, id, requestedMs }: Transfer): boolean =>
    asset === (call.query.get('coin') ?? asset) &&
    clientId === (call.query.get('clientOid') ?? clientId) &&
    id === (call.query.get('orderId') ?? id) &&
    requestedMs >= (numberOf(call, 'startTime') ?? 0)

/** The size is what left the account, the fee in it. */
const sentRow = (one: Transfer) => ({
  ...row(one),
  type: 'withdraw',
  clientOid: one.clientId,
  size: format(one.amount + one.fee),
  fee: format(-one.fee),
  status: statuses[one.state],
})

const receivedRow = (one: Transfer) => ({
  ...row(one),
  type: 'deposit',
  size: format(one.amount),
  status: 'success',
})

export const bitgetWalletRoutes: Readonly<Record<string, PrivateRoute>> = {
  'GET /api/v2/spot/account/info': reads(accountInfo),
  'GET /api/v2/spot/wallet/deposit-address': reads(depositAddress),
  'POST /api/v2/spot/wallet/withdrawal': withdraws(
    (call) => [textOf(fieldsOf(call)['clientOid'])],
    withdraw,
  ),
  'GET /api/v2/spot/wallet/withdrawal-records': reads((request) => {
    const { transfers, account, context } = request
    return says(transfers.sent(account).filter(isAsked(request)).map(sentRow), context)
  }),
  'GET /api/v2/spot/wallet/deposit-records': reads((request) => {
    const { transfers, account, context } = request
    return says(transfers.received(account).filter(isAsked(request)).map(receivedRow), context)
  }),
}
