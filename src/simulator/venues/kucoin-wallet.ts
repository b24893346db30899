// KuCoin's wallet for its customers: what a key may do, deposit addresses and withdrawals.
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
import { chainIdOf, fails, networkOfChain, okay, page } from './kucoin-answers.ts'

const permissionNames: Readonly<Record<Permission, string>> = {
  read: 'General',
  trade: 'Spot',
  withdraw: 'Withdrawal',
}

const keyInfo = ({ account }: PrivateRequest): VenueAnswer =>
  okay({
    remark: 'simulator',
    apiKey: account.key.apiKey,
    apiVersion: 3,
    permission: account.permissions.map((one) => permissionNames[one]).join(','),
    ipWhitelist: '127.0.0.1',
    createdAt: 1_700_000_000_000,
    uid: 1,
    isMaster: true,
  })

function depositAddress({ call, account, transfers }: PrivateRequest) {
  const currency = call.query.get('currency') ?? ''
  const chain = networkOfChain(call.query.get('chain') ?? '')
  const found = transfers.address(account, currency, chain)
  return found && { found, currency }
}

const addressRow = (currency: string, address: string, network: string) => ({
  address,
  memo: '',
  chain: network,
  chainId: chainIdOf(network),
  chainName: network,
  to: 'TRADE',
  currency,
  contractAddress: '',
})

function oneAddress(request: PrivateRequest): VenueAnswer {
  const one = depositAddress(request)
  if (one === undefined) return fails('900014', 'Invalid chainId', 400)
  const { address, network } = one.found
  return okay(addressRow(one.currency, address, network.network))
}

function addresses(request: PrivateRequest): VenueAnswer {
  const { call, account, context, transfers } = request
  const currency = call.query.get('currency') ?? ''
  const known = context.market.assets.find(({ asset }) => asset === currency)
  return okay(
    (known?.networks ?? []).flatMap(({ network }) => {
      const found = transfers.address(account, currency, network)
      return found === undefined ? [] : [addressRow(currency, found.address, network)]
    }),
  )
}

const refusals: Readonly<Record<WithdrawRefusal, VenueAnswer>> = {
  'unknown-asset': fails('900003', 'currency not exists', 400),
  'unknown-network': fails('900014', 'Invalid chainId', 400),
  closed: fails('260210', 'withdraw.disabled'),
  'bad-address': fails('260000', 'Invalid withdrawal address'),
  'amount-min': fails('400100', 'The withdrawal amount is below the minimum requirement.', 400),
  insufficient: fails('260100', 'account.noBalance'),
  'duplicate-client-id': fails('400100', 'Duplicate request.', 400),
}

function withdraw({ call, account, transfers }: PrivateRequest): VenueAnswer {
  const sent = fieldsOf(call)
  const amount = sentDecimal(textOf(sent['amount']))
  if (amount === undefined) return fails('400100', 'amount: the parameter is invalid', 400)
  const done = transfers.withdraw(account, {
    asset: textOf(sent['currency']),
    network: networkOfChain(textOf(sent['chain'])),
    address: textOf(sent['toAddress']),
    amount,
    // The venue takes no client id; what is remarked comes back in its history.
    clientId: textOf(sent['remark']),
  })
  return done.outcome === 'refused'
    ? refusals[done.refusal]
    : okay({ withdrawalId: done.transfer.id })
}

const statuses: Readonly<Record<TransferState, string>> = {
  processing: 'PROCESSING',
  stuck: 'WALLET_PROCESSING',
  returned: 'FAILURE',
  done: 'SUCCESS',
}

const row = (one: Transfer) => ({
  address: one.address,
  memo: '',
  currency: one.asset,
  chain: chainIdOf(one.network),
  amount: format(one.amount),
  walletTxId: one.txId,
  isInner: false,
  status: statuses[one.state],
  remark: one.clientId,
  createdAt: one.requestedMs,
  updatedAt: one.updatedMs,
})

const isAsked =
  ({ call }: PrivateRequest) =>
  ({ asset, requestedMs }: Transfer): boolean =>
    asset === (call.query.get('currency') ?? asset) &&
    requestedMs >= (numberOf(call, 'startAt') ?? 0)

export const kucoinWalletRoutes: Readonly<Record<string, PrivateRoute>> = {
  'GET /api/v1/user/api-key': reads(keyInfo),
  'GET /api/v1/deposit-addresses': reads(oneAddress),
  'GET /api/v2/deposit-addresses': reads(addresses),
  'GET /api/v3/deposit-addresses': reads(addresses),
  'POST /api/v3/withdrawals': withdraws((call) => [textOf(fieldsOf(call)['remark'])], withdraw),
  'GET /api/v1/withdrawals': reads((request) =>
    page(
      request.transfers
        .sent(request.account)
        .filter(isAsked(request))
        .map((one) => ({ ...row(one), id: one.id, fee: format(one.fee) })),
    ),
  ),
  'GET /api/v1/deposits': reads((request) =>
    page(
      request.transfers
        .received(request.account)
        .filter(isAsked(request))
        .map((one) => ({ ...row(one), fee: '0' })),
    ),
  ),
}
