// What each venue's wallet takes and promises, reviewed by hand: how it is told our own id, whether its fee
// comes on top, and which of its answers mean that nothing left. Any other answer means nothing of the kind.
import type { VenueId } from '../market/market.ts'

export type WalletCard = {
  readonly venue: VenueId
  /** The field of a withdrawal that takes our id. */
  readonly clientIdField: string
  /** The same in the venue's history; undefined: it is not told there. */
  readonly clientIdTold: string | undefined
  /** 'on-top': the amount sent is what arrives. 'within': what arrives is without the fee. */
  readonly fee: 'on-top' | 'within'
  /** Sent besides. */
  readonly params: Readonly<Record<string, string>>
  /** The end of the path that a withdrawal is posted to. */
  readonly path: string
  /** Codes with which nothing left. A repeated id is none of them. */
  readonly refusals: readonly string[]
  /** A message that takes its meaning from a code above. */
  readonly doubtful: RegExp
}

/** We send an id once; hearing that it came before, something is wrong that a person must see. */
const repeated = /duplicate|repeated|already exists/i

const walletCards: readonly WalletCard[] = [
  {
    venue: 'kucoin',
    clientIdField: 'remark',
    clientIdTold: 'remark',
    fee: 'on-top',
    params: { feeDeductType: 'EXTERNAL' },
    path: '/withdrawals',
    refusals: [
      // Unknown coin, unknown chain, closed, bad address, no balance, a parameter; then the key, our
      // timestamp, passphrase, signature, IP address and permission.
      '900003',
      '900014',
      '260210',
      '260000',
      '260100',
      '400100',
      '400002',
      '400003',
      '400004',
      '400005',
      '400006',
      '400007',
    ],
    doubtful: repeated,
  },
  {
    venue: 'binance',
    clientIdField: 'withdrawOrderId',
    clientIdTold: 'withdrawOrderId',
    fee: 'within',
    params: {},
    path: '/capital/withdraw/apply',
    refusals: [
      '-4004',
      '-4018',
      '-4019',
      '-4021',
      '-4026',
      '-4104',
      '-4105',
      '-1002',
      '-1021',
      '-1022',
      '-1102',
      '-2008',
      '-2014',
      '-2015',
    ],
    doubtful: repeated,
  },
  {
    venue: 'okx',
    clientIdField: 'clientId',
    clientIdTold: 'clientId',
    fee: 'on-top',
    params: {},
    path: '/asset/withdrawal',
    refusals: [
      '51000',
      '58203',
      '58207',
      '58350',
      '50102',
      '50103',
      '50105',
      '50111',
      '50113',
      '50114',
      '50119',
      '50120',
    ],
    doubtful: repeated,
  },
  {
    venue: 'bybit',
    clientIdField: 'requestId',
    // Its history does not promise to tell it.
    clientIdTold: undefined,
    fee: 'on-top',
    params: {},
    path: '/asset/withdraw/create',
    refusals: [
      '131001',
      '131002',
      '131004',
      '131079',
      '131097',
      '10002',
      '10003',
      '10004',
      '10005',
      '10010',
      '33004',
    ],
    doubtful: repeated,
  },
  {
    venue: 'bitget',
    clientIdField: 'clientOid',
    clientIdTold: 'clientOid',
    fee: 'within',
    params: {},
    path: '/wallet/withdrawal',
    refusals: [
      '40017',
      '40034',
      '43012',
      '47001',
      '47003',
      '40006',
      '40008',
      '40009',
      '40012',
      '40014',
      '40018',
    ],
    doubtful: repeated,
  },
]

export const walletCard = (venue: VenueId): WalletCard | undefined =>
  walletCards.find((card) => card.venue === venue)
