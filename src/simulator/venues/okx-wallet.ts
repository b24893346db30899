// OKX's wallet for its customers: what a key may do, deposit addresses and withdrawals.
import { format } from '../../money.ts'
import type { Permission } from '../accounts/account.ts'
import { reads, withdraws } from '../accounts/private-routes.ts'
import {
  fieldsOf,
  sentDecimal,
  type PrivateRequest,
  type PrivateRoute,
  type VenueAnswer,
} from '../accounts/private-side.ts'
import type { Transfer, TransferState, WithdrawRefusal } from '../accounts/transfers.ts'
import { textOf } from '../wire-text.ts'
import { chainOf, fails, networkOfChain, says } from './okx-answers.ts'

const permissionNames: Readonly<Record<Permission, string>> = {
  read: 'read_only',
  trade: 'trade',
  withdraw: 'withdraw',
}

const config = ({ account }: PrivateRequest): VenueAnswer =>
  says([
    {
      uid: '1',
      mainUid: '1',
      acctLv: '2',
      posMode: 'net_mode',
      autoLoan: false,
      perm: account.permissions.map((one) => permissionNames[one]).join(','),
      ip: '127.0.0.1',
      label: 'simulator',
      enableSpotBorrow: false,
    },
  ])

function addresses({ call, account, context, transfers }: PrivateRequest): VenueAnswer {
  const asset = call.query.get('ccy') ?? ''
  const known = context.market.assets.find((one) => one.asset === asset)
  if (known === undefined) return fails('58203', 'Please add a withdrawal address.')
  return says(
    known.networks.flatMap(({ network }) => {
      const found = transfers.address(account, asset, network)
      if (found === undefined) return []
      return [
        {
          addr: found.address,
          ccy: asset,
          chain: chainOf(asset, network),
          ctAddr: found.network.contract?.slice(-6) ?? '',
          selected: true,
          to: '18',
          verifiedName: '',
        },
      ]
    }),
  )
}

const refusals: Readonly<Record<WithdrawRefusal, VenueAnswer>> = {
  'unknown-asset': fails('51000', 'Parameter ccy error'),
  'unknown-network': fails('51000', 'Parameter chain error'),
  closed: fails('58207', 'Withdrawals of this crypto on this network are suspended.'),
  'bad-address': fails('58207', 'Withdrawal failed due to address error'),
  'amount-min': fails('51000', 'Parameter amt error'),
  insufficient: fails('58350', 'Insufficient balance'),
  'duplicate-client-id': fails('51016', 'Client order ID already exists.'),
}

function withdraw({ call, account, transfers }: PrivateRequest): VenueAnswer {
  const sent = fieldsOf(call)
  const amount = sentDecimal(textOf(sent['amt']))
  if (amount === undefined) return fails('51000', 'Parameter amt error')
  const asset = textOf(sent['ccy'])
  const clientId = textOf(sent['clientId'])
  const chain = textOf(sent['chain'])
  const done = transfers.withdraw(account, {
    asset,
    network: networkOfChain(chain),
    address: textOf(sent['toAddr']),
    amount,
    clientId,
  })
  if (done.outcome === 'refused') return refusals[done.refusal]
  const { id, network } = done.transfer
  const row = { ccy: asset, chain: chainOf(asset, network), amt: format(amount), wdId: id }
  return says([{ ...row, clientId }])
}

/** 2 is done, 1 on its way, -1 failed; deposits have 2 for done as well. */
const states: Readonly<Record<TransferState, string>> = {
  processing: '1',
  stuck: '1',
  returned: '-1',
  done: '2',
}

const row = (one: Transfer) => ({
  ccy: one.asset,
  chain: chainOf(one.asset, one.network),
  amt: format(one.amount),
  from: '',
  to: one.address,
  txId: one.txId,
  state: states[one.state],
})

const isAsked =
  ({ call }: PrivateRequest) =>
  ({ asset, clientId, id }: Transfer): boolean =>
    asset === (call.query.get('ccy') ?? asset) &&
    clientId === (call.query.get('clientId') ?? clientId) &&
    id === (call.query.get('wdId') ?? id)

export const okxWalletRoutes: Readonly<Record<string, PrivateRoute>> = {
  'GET /api/v5/account/config': reads(config),
  'GET /api/v5/asset/deposit-address': reads(addresses),
  'POST /api/v5/asset/withdrawal': withdraws(
    (call) => [textOf(fieldsOf(call)['clientId'])],
    withdraw,
  ),
  'GET /api/v5/asset/withdrawal-history': reads((request) =>
    says(
      request.transfers
        .sent(request.account)
        .filter(isAsked(request))
        .map((one) => ({
          ...row(one),
          wdId: one.id,
          clientId: one.clientId,
          fee: format(one.fee),
          feeCcy: one.asset,
          ts: String(one.requestedMs),
        })),
    ),
  ),
  'GET /api/v5/asset/deposit-history': reads((request) =>
    says(
      request.transfers
        .received(request.account)
        .filter(isAsked(request))
        .map((one) => ({ ...row(one), depId: one.id, ts: String(one.updatedMs) })),
    ),
  ),
}
