// ccxt's market and currency structures as ours. Rules that reach an order are exact from here on.
import type { CurrencyInterface, MarketInterface } from 'ccxt'
import type { AssetNetwork, Gate, VenueAsset } from '../market/asset.ts'
import type { Market, TakerFee } from '../market/market.ts'
import { spotSymbol } from '../market/ticker.ts'
import {
  baseAmount,
  decimalOf,
  parseDecimal,
  portion,
  price,
  quoteAmount,
  rate,
  ratio,
  type Rate,
} from '../money.ts'
import { decimalPlacesMode, tickSizeMode } from './ccxt-library.ts'
import type { KnownExchange } from './known-exchanges.ts'

/** Fee of a market about which nobody says anything. */
const defaultTakerFee = rate('0.002')

/** Beyond these a number is a venue's mistake, and one odd market must not take its whole list away. */
const decimalsMax = 18
const largest = 1e18

const isSound = (value: unknown): value is number =>
  typeof value === 'number' && value >= 10 ** -decimalsMax && value <= largest

/** A positive double as the decimal the venue wrote, else "0": no rule is known then. */
const textOf = (value: unknown): string => (isSound(value) ? decimalOf(value) : '0')

/** ccxt states a step as the step itself or as a count of decimals, by venue. */
function stepText(precision: unknown, mode: number | undefined): string {
  if (mode === tickSizeMode) return textOf(precision)
  const decimals = Number.isInteger(precision) ? Number(precision) : Number.NaN
  if (mode === decimalPlacesMode && Math.abs(decimals) <= decimalsMax) return `1e${-decimals}`
  return '0'
}

/**
 * Never zero. `tier` is what the account pays where others pay the venue's usual fee: a market that costs
 * more than usual, as new coins do on KuCoin, costs as many times more in every tier.
 */
export function takerFeeOf(known: KnownExchange | undefined, told: unknown, tier?: Rate): TakerFee {
  const everybody = feeOfEverybody(known, told)
  if (tier === undefined) return everybody
  const usual = known?.takerFee ?? everybody.rate
  const isDear = everybody.source === 'market' && usual > 0n && everybody.rate > usual
  const own = isDear ? portion(tier, ratio(everybody.rate, usual), 'up') : tier
  return { ...everybody, rate: own, source: 'account' }
}

function feeOfEverybody(known: KnownExchange | undefined, told: unknown): TakerFee {
  const paidIn = known?.feePaidIn ?? 'received'
  const own = known?.feeInMarketList === true ? rate(textOf(told)) : rate('0')
  if (own > 0n && own < rate('1')) return { rate: own, source: 'market', paidIn }
  if (known !== undefined && known.takerFee > 0n)
    return { rate: known.takerFee, source: 'venue', paidIn }
  return { rate: defaultTakerFee, source: 'default', paidIn }
}

/** Undefined for anything that is no spot market of two different assets. */
export function readMarket(
  known: KnownExchange,
  market: MarketInterface,
  precisionMode: number | undefined,
  tier?: Rate,
): Market | undefined {
  const { symbol, base, quote, precision, limits } = market
  if (market.spot !== true || !spotSymbol.test(symbol) || base === quote) return undefined
  return {
    venue: known.venue,
    symbol,
    base,
    quote,
    priceStep: price(stepText(precision.price, precisionMode)),
    amountStep: baseAmount(stepText(precision.amount, precisionMode)),
    amountMin: baseAmount(textOf(limits.amount?.min)),
    notionalMin: quoteAmount(textOf(limits.cost?.min)),
    takerFee: takerFeeOf(known, market.taker, tier),
    // Undefined means that the venue does not say, and a market it lists it trades.
    active: market.active !== false,
  }
}

const gateOf = (open: unknown): Gate =>
  open === true ? 'open' : open === false ? 'shut' : 'unknown'

/** One open way is enough; all shut is shut. */
function gateOfAll(told: unknown, gates: readonly Gate[]): Gate {
  if (typeof told === 'boolean') return gateOf(told)
  if (gates.includes('open')) return 'open'
  return gates.length > 0 && gates.every((gate) => gate === 'shut') ? 'shut' : 'unknown'
}

const contractFields = [
  'contractAddress',
  'contract',
  'contract_address',
  'contractAddr',
  'ctAddr',
  'addr',
]

/** ccxt leaves the contract in the venue's own row, under the venue's own name for it. */
function contractOf(row: unknown): string | undefined {
  if (typeof row !== 'object' || row === null) return undefined
  for (const field of contractFields) {
    const value = (row as Record<string, unknown>)[field]
    if (typeof value === 'string' && value.trim().length > 2) return value.trim().toLowerCase()
  }
  return undefined
}

type CcxtNetwork = NonNullable<CurrencyInterface['networks']>[string]

/** Fields in which venues state a share of the amount that a withdrawal costs besides its flat fee. */
const shareFields = ['withdrawFeeRate', 'extraWithdrawFee', 'transactFeeRateWithdraw']
const confirmationFields = [
  'confirms',
  'minConfirm',
  'depositConfirm',
  'confirmation',
  'minDepArrivalConfirm',
]

const countIn = (row: unknown, fields: readonly string[]): number | undefined => {
  if (typeof row !== 'object' || row === null) return undefined
  return (
    fields
      .map((field) => (row as Record<string, unknown>)[field])
      // `Number` of an object from outside calls what that object names its own conversion.
      .map((value) =>
        typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN,
      )
      .find((count) => Number.isFinite(count) && count > 0)
  )
}

/** What a withdrawal costs and how long it takes. A fee that depends on the amount is no flat fee. */
function termsOf({ fee, limits, info }: CcxtNetwork): Partial<AssetNetwork> {
  const least: unknown = limits?.withdraw?.min
  const confirmations = countIn(info, confirmationFields)
  const arrivalMinutes = countIn(info, ['estimatedArrivalTime'])
  const isFlat = (fee === 0 || isSound(fee)) && countIn(info, shareFields) === undefined
  return {
    ...(isFlat && { withdrawFee: parseDecimal(decimalOf(fee)) }),
    ...(isSound(least) && { withdrawMin: parseDecimal(decimalOf(least)) }),
    ...(confirmations !== undefined && { confirmations: Math.ceil(confirmations) }),
    ...(arrivalMinutes !== undefined && { arrivalMinutes }),
  }
}

/** Undefined when the venue tells no more than that the asset exists. */
export function readAsset(
  known: KnownExchange,
  currency: CurrencyInterface,
): VenueAsset | undefined {
  const networks = Object.entries(currency.networks ?? {}).map(([network, facts]): AssetNetwork => {
    const contract = contractOf(facts.info)
    return {
      network,
      deposit: gateOf(facts.deposit),
      withdraw: gateOf(facts.withdraw),
      ...(contract !== undefined && { contract }),
      ...termsOf(facts),
    }
  })
  const { deposit, withdraw, name } = currency
  if (networks.length === 0 && typeof deposit !== 'boolean' && typeof withdraw !== 'boolean')
    return undefined
  return {
    venue: known.venue,
    asset: currency.code,
    ...(typeof name === 'string' && name !== '' && { name }),
    deposit: gateOfAll(
      deposit,
      networks.map((one) => one.deposit),
    ),
    withdraw: gateOfAll(
      withdraw,
      networks.map((one) => one.withdraw),
    ),
    networks,
  }
}
