// Bybit's wallet for its customers: what a key may do, deposit addresses and withdrawals.
import { format } from '../../money.ts'
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
import { chainOf, fails, networkOfChain, says } from './bybit-answers.ts'

function keyInfo({ account: { key, permissions }, context }: PrivateRequest): VenueAnswer {
  const mayTrade = permissions.includes('trade')
  return says(
    {
      id: '1',
      note: 'simulator',
      apiKey: key.apiKey,
      readOnly: mayTrade || permissions.includes('withdraw') ? 0 : 1,
      permissions: {
        ContractTrade: [],
        Spot: mayTrade ? ['SpotTrade'] : [],
        Wallet: permissions.includes('withdraw') ? ['AccountTransfer', 'Withdraw'] : [],
        Options: [],
        Derivatives: [],
        Exchange: [],
        NFT: [],
      },
      ips: ['127.0.0.1'],
      type: 1,
      userID: 1,
      isMaster: true,
      unified: 0,
      uta: 1,
    },
    context,
  )
}

function addresses({ call, account, context, transfers }: PrivateRequest): VenueAnswer {
  const coin = call.query.get('coin') ?? ''
  const asked = networkOfChain(call.query.get('chainType') ?? '')
  const known = context.market.assets.find(({ asset }) => asset === coin)
  if (known === undefined) return fails(131002, 'Parameter error.')
  const chains = known.networks.flatMap(({ network }) => {
    const found = transfers.address(account, coin, network)
    if (found === undefined || (asked ?? network) !== network) return []
    return [
      {
        chainType: network,
        addressDeposit: found.address,
        tagDeposit: '',
        chain: chainOf(network),
        batchReleaseLimit: '-1',
      },
    ]
  })
  return says({ coin, chains }, context)
}

const refusals: Readonly<Record<WithdrawRefusal, VenueAnswer>> = {
  'unknown-asset': fails(131002, 'Parameter error.'),
  'unknown-network': fails(131002, 'Parameter error.'),
  closed: fails(131079, 'Withdrawal of this coin is suspended.'),
  'bad-address': fails(131004, 'Withdraw address format error.'),
  'amount-min': fails(131097, 'The amount is less than the minimum withdrawal.'),
  insufficient: fails(131001, 'openapi withdraw: insufficient balance'),
  'duplicate-client-id': fails(131206, 'Repeated requestId.'),
}

function withdraw({ call, account, context, transfers }: PrivateRequest): VenueAnswer {
  const sent = fieldsOf(call)
  const amount = sentDecimal(textOf(sent['amount']))
  if (amount === undefined) return fails(131002, 'Parameter error.')
  const done = transfers.withdraw(account, {
    asset: textOf(sent['coin']),
    network: networkOfChain(textOf(sent['chain'])),
    address: textOf(sent['address']),
    amount,
    clientId: textOf(sent['requestId']),
  })
  return done.outcome === 'refused'
    ? refusals[done.refusal]
    : says({ id: done.transfer.id }, context)
}

const statuses: Readonly<Record<TransferState, string>> = {
  processing: 'Pending',
  stuck: 'SecurityCheck',
  returned: 'Fail',
  done: 'success',
}

const row = (one: Transfer) => ({
  coin: one.asset,
  chain: chainOf(one.network),
  amount: format(one.amount),
  txID: one.txId,
  toAddress: one.address,
  tag: '',
  createTime: String(one.requestedMs),
  updateTime: String(one.updatedMs),
})

const isAsked =
  ({ call }: PrivateRequest) =>
  ({ asset, id, requestedMs }: Transfer): boolean =>
    asset === (call.query.get('coin') ?? asset) &&
    id === (call.query.get('withdrawID') ?? id) &&
    requestedMs >= (numberOf(call, 'startTime') ?? 0)

const sentRow = (one: Transfer) => ({
  ...row(one),
  withdrawId: one.id,
  requestId: one.clientId,
  withdrawType: 0,
  withdrawFee: format(one.fee),
  status: statuses[one.state],
})

const receivedRow = (one: Transfer) => ({
  ...row(one),
  id: one.id,
  // 3 is success.
  status: 3,
  depositFee: '',
  successAt: String(one.updatedMs),
  confirmations: '12',
})

export const bybitWalletRoutes: Readonly<Record<string, PrivateRoute>> = {
  'GET /v5/user/query-api': reads(keyInfo),
  'GET /v5/asset/deposit/query-address': reads(addresses),
  'POST /v5/asset/withdraw/create': withdraws(
    (call) => [textOf(fieldsOf(call)['requestId'])],
    withdraw,
  ),
  'GET /v5/asset/withdraw/query-record': reads((request) => {
    const { transfers, account, context } = request
    const rows = transfers.sent(account).filter(isAsked(request)).map(sentRow)
    return says({ rows, nextPageCursor: '' }, context)
  }),
  'GET /v5/asset/deposit/query-record': reads((request) => {
    const { transfers, account, context } = request
    const rows = transfers.received(account).filter(isAsked(request)).map(receivedRow)
    return says({ rows, nextPageCursor: '' }, context)
  }),
}
