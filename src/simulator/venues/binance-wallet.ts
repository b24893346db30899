// Binance's wallet for its customers: what a key may do, deposit addresses and withdrawals.
import { format } from '../../money.ts'
import { numberOf, reads, withdraws } from '../accounts/private-routes.ts'
import {
  sentDecimal,
  type PrivateRequest,
  type PrivateRoute,
  type VenueAnswer,
} from '../accounts/private-side.ts'
import type { Transfer, TransferState, WithdrawRefusal } from '../accounts/transfers.ts'
import { fails, networkIds, okay, parametersOf } from './binance-answers.ts'

/** ccxt's network code by Binance's id; an id that is none of ours stays as it is. */
const codeOf = (id: string | null): string | undefined =>
  id === null ? undefined : (Object.entries(networkIds).find(([, own]) => own === id)?.[0] ?? id)

const restrictions = ({ account: { permissions } }: PrivateRequest): VenueAnswer =>
  okay({
    ipRestrict: true,
    createTime: 1_700_000_000_000,
    enableReading: permissions.includes('read'),
    enableSpotAndMarginTrading: permissions.includes('trade'),
    enableWithdrawals: permissions.includes('withdraw'),
    enableInternalTransfer: false,
    enableMargin: false,
    enableFutures: false,
    permitsUniversalTransfer: false,
    enableVanillaOptions: false,
    enablePortfolioMarginTrading: false,
  })

function depositAddress({ call, account, transfers }: PrivateRequest): VenueAnswer {
  const coin = call.query.get('coin') ?? ''
  const found = transfers.address(account, coin, codeOf(call.query.get('network')))
  if (found === undefined) return fails(-4018, 'Get deposit address failed.')
  return okay({ coin, address: found.address, tag: '', url: '' })
}

const refusals: Readonly<Record<WithdrawRefusal, VenueAnswer>> = {
  'unknown-asset': fails(-4021, 'Asset withdrawal must be an %s multiple of %s.'),
  'unknown-network': fails(-4104, 'Unsupported network.'),
  closed: fails(-4019, 'Current asset is not open for withdrawal.'),
  'bad-address': fails(-4004, 'Address validation failed.'),
  'amount-min': fails(-4105, 'Less than the minimum withdrawal amount.'),
  insufficient: fails(-4026, 'You have insufficient balance.'),
  'duplicate-client-id': fails(-4109, 'Duplicate withdrawOrderId.'),
}

function withdraw({ call, account, transfers }: PrivateRequest): VenueAnswer {
  const sent = parametersOf(call)
  const amount = sentDecimal(sent.get('amount') ?? '')
  if (amount === undefined) return fails(-1102, "Mandatory parameter 'amount' was malformed.")
  const done = transfers.withdraw(account, {
    asset: sent.get('coin') ?? '',
    network: codeOf(sent.get('network')),
    address: sent.get('address') ?? '',
    amount,
    clientId: sent.get('withdrawOrderId') ?? '',
  })
  return done.outcome === 'refused' ? refusals[done.refusal] : okay({ id: done.transfer.id })
}

/** 4 is processing, 5 failed, 6 completed. */
const statuses: Readonly<Record<TransferState, number>> = {
  processing: 4,
  stuck: 4,
  returned: 5,
  done: 6,
}

const timeText = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')

const sentRow = (one: Transfer) => ({
  id: one.id,
  amount: format(one.amount),
  transactionFee: format(one.fee),
  coin: one.asset,
  status: statuses[one.state],
  address: one.address,
  addressTag: '',
  txId: one.txId,
  applyTime: timeText(one.requestedMs),
  network: networkIds[one.network] ?? one.network,
  transferType: 0,
  withdrawOrderId: one.clientId,
  info: '',
  confirmNo: 12,
  walletType: 0,
})

const receivedRow = (one: Transfer) => ({
  id: one.id,
  amount: format(one.amount),
  coin: one.asset,
  network: networkIds[one.network] ?? one.network,
  status: 1,
  address: one.address,
  addressTag: '',
  txId: one.txId,
  insertTime: one.updatedMs,
  transferType: 0,
  confirmTimes: '12/12',
  unlockConfirm: 12,
  walletType: 0,
})

const isAsked =
  ({ call }: PrivateRequest) =>
  ({ asset, clientId, requestedMs }: Transfer): boolean => {
    const coin = call.query.get('coin') ?? asset
    const wanted = call.query.get('withdrawOrderId') ?? clientId
    return (
      asset === coin && clientId === wanted && requestedMs >= (numberOf(call, 'startTime') ?? 0)
    )
  }

export const binanceWalletRoutes: Readonly<Record<string, PrivateRoute>> = {
  'GET /sapi/v1/account/apiRestrictions': reads(restrictions),
  'GET /sapi/v1/bnbBurn': reads(({ account }) =>
    okay({ spotBNBBurn: account.key.paysInOwnCoin === true, interestBNBBurn: false }),
  ),
  'GET /sapi/v1/capital/deposit/address': reads(depositAddress),
  'POST /sapi/v1/capital/withdraw/apply': withdraws(
    (call) => [parametersOf(call).get('withdrawOrderId') ?? ''],
    withdraw,
  ),
  'GET /sapi/v1/capital/withdraw/history': reads((request) =>
    okay(request.transfers.sent(request.account).filter(isAsked(request)).map(sentRow)),
  ),
  'GET /sapi/v1/capital/deposit/hisrec': reads((request) =>
    okay(request.transfers.received(request.account).filter(isAsked(request)).map(receivedRow)),
  ),
}
