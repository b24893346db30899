// What a key may do, as the venue itself reports it: a key that can withdraw is not traded with.
import type { VenueId } from '../market/market.ts'
import { fieldOf, parseExactJson, rowsOf, textOf, type Json } from './exact-json.ts'
import type { OrderWire } from './order-wire.ts'
import type { Ask, OrderCard } from './orders/order-card.ts'

/** 'unknown': the venue answered, but did not say. */
export type KeyPower = 'trade-only' | 'can-withdraw' | 'no-trade' | 'unknown'

type Question = {
  readonly ask: Ask
  /** The right to withdraw, where the venue's own page has it. */
  readonly withdrawBox: string
  /** From what the venue answered with; undefined: it does not say. */
  readonly read: (
    value: Json,
  ) => { readonly withdraws: boolean; readonly trades: boolean } | undefined
}

const wordsOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '')

const textsOf = (json: Json | undefined): readonly string[] | undefined =>
  rowsOf(json)?.filter((each) => typeof each === 'string')

const get = (api: Ask['api'], path: string): Ask => ({ method: 'GET', api, path, params: {} })

const questions: Readonly<Partial<Record<VenueId, Question>>> = {
  binance: {
    ask: get('sapi', 'account/apiRestrictions'),
    withdrawBox: '"Enable Withdrawals" under API Management',
    read(value) {
      const withdraws = fieldOf(value, 'enableWithdrawals')
      const trades = fieldOf(value, 'enableSpotAndMarginTrading')
      if (typeof withdraws !== 'boolean' || typeof trades !== 'boolean') return undefined
      return { withdraws, trades }
    },
  },
  bybit: {
    ask: get('private', 'v5/user/query-api'),
    withdrawBox: '"Withdrawal" under Account & Security, API Management',
    read(value) {
      const permissions = fieldOf(value, 'permissions')
      const wallet = textsOf(fieldOf(permissions, 'Wallet'))
      const spot = textsOf(fieldOf(permissions, 'Spot'))
      if (wallet === undefined || spot === undefined) return undefined
      const isReadOnly = textOf(value, 'readOnly') === '1'
      return { withdraws: wallet.includes('Withdraw'), trades: !isReadOnly && spot.length > 0 }
    },
  },
  okx: {
    ask: get('private', 'account/config'),
    withdrawBox: '"Withdraw" under API, Permissions',
    read(value) {
      const words = wordsOf(textOf(rowsOf(value)?.[0], 'perm'))
      if (words.length === 0) return undefined
      return { withdraws: words.includes('withdraw'), trades: words.includes('trade') }
    },
  },
  kucoin: {
    ask: get('private', 'user/api-key'),
    withdrawBox: '"Withdrawal" and "Transfer" under API Management',
    read(value) {
      const words = wordsOf(textOf(value, 'permission'))
      if (words.length === 0) return undefined
      return {
        // "Transfer" included withdrawing on keys that were made before the two were parted.
        withdraws: words.some((word) => word.startsWith('withdraw') || word === 'transfer'),
        trades: words.includes('spot') || words.includes('trade'),
      }
    },
  },
  bitget: {
    ask: get(['private', 'spot'], 'v2/spot/account/info'),
    withdrawBox: '"Withdraw" under API Keys',
    read(value) {
      const words = textsOf(fieldOf(value, 'authorities'))
      if (words === undefined || words.length === 0) return undefined
      return {
        withdraws: words.some((word) => word === 'wwow' || word.startsWith('withdraw')),
        trades: words.includes('stow') || words.includes('trade'),
      }
    },
  },
}

/** Pure: what one whole answer of a venue says about the key. */
export function keyPowerOf(card: OrderCard, answer: Json | undefined): KeyPower {
  const verdict = answer === undefined ? undefined : card.verdictOf(answer)
  if (verdict?.outcome !== 'ok') return 'unknown'
  const said = questions[card.venue]?.read(verdict.value)
  if (said === undefined) return 'unknown'
  if (said.withdraws) return 'can-withdraw'
  return said.trades ? 'trade-only' : 'no-trade'
}

/** Why nothing may be traded with such a key, and what to do about it; undefined: it may. */
export function powerFault(venue: VenueId, power: KeyPower): string | undefined {
  switch (power) {
    case 'can-withdraw':
      return `its key can withdraw: at ${venue}, clear ${questions[venue]?.withdrawBox ?? 'the right to withdraw'}, or make a key that may only read and trade`
    case 'no-trade':
      return `its key may not trade: at ${venue}, give it the right to trade spot, and none to withdraw`
    case 'trade-only':
    case 'unknown':
      return undefined
  }
}

/** 'silent': the venue did not answer, so it is worth asking again. */
export async function readKeyPower(card: OrderCard, wire: OrderWire): Promise<KeyPower | 'silent'> {
  const question = questions[card.venue]
  if (question === undefined) return 'unknown'
  const end = await wire.send(() => question.ask)
  if (end.outcome === 'silence' || end.status >= 500 || end.status === 429) return 'silent'
  return keyPowerOf(card, parseExactJson(end.body))
}
