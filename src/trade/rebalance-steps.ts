// Flows of worth as steps to the last digit: lots and minimums kept, fees paid from what is there, and
// each step only once what it spends has arrived.
import {
  add,
  baseAmount,
  bought,
  cost,
  decimalOf,
  floorToStep,
  parseDecimal,
  portion,
  price,
  quoteAmount,
  smaller,
  subtract,
  toNumber,
  type BaseAmount,
  type QuoteAmount,
} from '../money.ts'
import type { Model, Way } from './rebalance-model.ts'
import {
  settlement,
  type Conversion,
  type RebalanceInput,
  type RebalanceStep,
} from './rebalance.ts'
import type { TransferLink } from './transfer-link.ts'

/** Less worth than this is what is left of a rounding, in USDT. */
const flowMinUsdt = 0.01
/** Withdrawals are written with so many digits behind the point by every venue. */
const transferStep = parseDecimal('0.00000001')

type Wanted = { readonly way: Way; readonly amount: bigint }

/** What one step would do with so much to spend; undefined where it can do nothing. */
type Taken = { readonly step: RebalanceStep; readonly amount: bigint }

export type Balances = ReadonlyMap<string, bigint>
export const balanceKey = (venue: string, asset: string): string => `${venue} ${asset}`

/** Rounded down to nine digits, which is finer than anybody's prices are known. */
const amountOf = (worth: number, value: number): bigint =>
  parseDecimal(decimalOf(Number((worth / value).toPrecision(9))))

function sell(
  { market, bid, ask }: Conversion,
  wanted: bigint,
  available: bigint,
): Taken | undefined {
  const amount = floorToStep(smaller(wanted, available) as BaseAmount, market.amountStep)
  const at = price(decimalOf(bid))
  const notional = cost(at, amount, 'down')
  if (amount <= 0n || amount < market.amountMin || notional < market.notionalMin) return undefined
  const received = subtract(notional, portion(notional, market.takerFee.rate, 'up'))
  const step: RebalanceStep = {
    kind: 'convert',
    venue: market.venue,
    symbol: market.symbol,
    side: 'sell',
    spent: { asset: market.base, amount },
    received: { asset: market.quote, amount: received },
    feeRate: toNumber(market.takerFee.rate),
    costUsdt: (toNumber(amount) * (bid + ask)) / 2 - toNumber(received),
  }
  return { step, amount }
}

/** `wanted` is what is to be owned in the end, so a fee taken from it is bought as well. */
function buy(
  { market, bid, ask }: Conversion,
  wanted: bigint,
  available: bigint,
): Taken | undefined {
  const at = price(decimalOf(ask))
  const { rate, paidIn } = market.takerFee
  const inQuote = paidIn === 'quote'
  const funds = subtract(available, inQuote ? portion(available, rate, 'up') : 0n) as QuoteAmount
  const gross = add(wanted, inQuote ? 0n : portion(wanted, rate, 'up')) as BaseAmount
  const amount = floorToStep(smaller(gross, bought(at, funds)), market.amountStep)
  const notional = cost(at, amount, 'up')
  if (amount <= 0n || amount < market.amountMin || notional < market.notionalMin) return undefined
  const spent = add(notional, inQuote ? portion(notional, rate, 'up') : quoteAmount('0'))
  if (spent > available) return undefined
  const received = subtract(amount, inQuote ? baseAmount('0') : portion(amount, rate, 'up'))
  const step: RebalanceStep = {
    kind: 'convert',
    venue: market.venue,
    symbol: market.symbol,
    side: 'buy',
    spent: { asset: market.quote, amount: spent },
    received: { asset: market.base, amount: received },
    feeRate: toNumber(rate),
    costUsdt: toNumber(spent) - (toNumber(received) * (bid + ask)) / 2,
  }
  return { step, amount: received }
}

function send(
  link: TransferLink,
  valueUsdt: number,
  wanted: bigint,
  available: bigint,
): Taken | undefined {
  const received = floorToStep(smaller(wanted, subtract(available, link.fee)), transferStep)
  if (received <= 0n || received < link.min) return undefined
  const step: RebalanceStep = {
    kind: 'transfer',
    link,
    sent: add(received, link.fee),
    received,
    costUsdt: toNumber(link.fee) * valueUsdt,
  }
  return { step, amount: received }
}

const moneyOf = (step: RebalanceStep) =>
  step.kind === 'convert'
    ? {
        spentAt: balanceKey(step.venue, step.spent.asset),
        spent: step.spent.amount,
        gotAt: balanceKey(step.venue, step.received.asset),
        got: step.received.amount,
      }
    : {
        spentAt: balanceKey(step.link.from, step.link.asset),
        spent: step.sent,
        gotAt: balanceKey(step.link.to, step.link.asset),
        got: step.received,
      }

/** What is there once the steps are done. */
export function balancesAfter(before: Balances, steps: readonly RebalanceStep[]): Balances {
  const after = new Map(before)
  for (const step of steps) {
    const { spentAt, spent, gotAt, got } = moneyOf(step)
    after.set(spentAt, (after.get(spentAt) ?? 0n) - spent)
    after.set(gotAt, (after.get(gotAt) ?? 0n) + got)
  }
  return after
}

/** Minutes from the first click to the last credit, where each step waits for what pays for it. */
export function minutesOf(steps: readonly RebalanceStep[]): number | undefined {
  const readyAt = new Map<string, number>()
  let last = 0
  for (const step of steps) {
    const { spentAt, gotAt } = moneyOf(step)
    const arrival = step.kind === 'transfer' ? step.link.arrival : { minutes: 0 }
    if (arrival === undefined) return undefined
    const at = (readyAt.get(spentAt) ?? 0) + arrival.minutes
    readyAt.set(gotAt, Math.max(at, readyAt.get(gotAt) ?? 0))
    last = Math.max(last, at)
  }
  return last
}

/** The coin that a way's amount is counted in. */
const coinOf = ({ by }: Way): string =>
  by.kind === 'transfer' ? by.link.asset : by.conversion.market.base

function wantedOf({ ways }: Model, flows: Float64Array, input: RebalanceInput): Wanted[] {
  const order = ({ way: { by } }: Wanted) =>
    by.kind === 'transfer' ? 1 : by.side === 'sell' ? 0 : 2
  return ways
    .flatMap((way, i): Wanted[] => {
      const flow = flows[i] as number
      const value = input.valueUsdt.get(coinOf(way))
      if (flow < flowMinUsdt || value === undefined) return []
      return [{ way, amount: amountOf(flow, value) }]
    })
    .toSorted((a, b) => order(a) - order(b))
}

function take(
  { way, amount }: Wanted,
  available: bigint,
  input: RebalanceInput,
): Taken | undefined {
  if (available <= 0n) return undefined
  if (way.by.kind === 'transfer')
    return send(way.by.link, input.valueUsdt.get(way.by.link.asset) ?? 0, amount, available)
  return way.by.side === 'sell'
    ? sell(way.by.conversion, amount, available)
    : buy(way.by.conversion, amount, available)
}

/** Where a way's money is taken from. */
function sourceOf({ by: way }: Way): string {
  if (way.kind === 'transfer') return balanceKey(way.link.from, way.link.asset)
  const { venue, base } = way.conversion.market
  return balanceKey(venue, way.side === 'sell' ? base : settlement)
}

/** What must stay: what trades reserved, and a band's lower end as far as it is there. */
const floorsOf = ({ bands }: RebalanceInput): Balances =>
  new Map(
    bands.map(({ venue, asset, amount, reserved, low }) => {
      const kept = smaller(amount, low)
      return [balanceKey(venue, asset), kept > reserved ? kept : reserved]
    }),
  )

export const balancesOf = ({ bands }: RebalanceInput): Balances =>
  new Map(bands.map(({ venue, asset, amount }) => [balanceKey(venue, asset), amount]))

const shareOf = (taken: Taken | undefined, { amount }: Wanted): number =>
  taken === undefined ? 0 : Number(taken.amount) / Number(amount)
/** Lots and digits are rounded down: that much is still all of it. */
const wholeShare = 0.995

/**
 * Whatever can be done in full is done first, conversions to USDT before transfers and those before
 * purchases; where nothing can, the one that comes nearest, with less. What cannot be done is left out.
 */
export function stepsOf(
  model: Model,
  flows: Float64Array,
  input: RebalanceInput,
): readonly RebalanceStep[] {
  const floors = floorsOf(input)
  const steps: RebalanceStep[] = []
  let balances = balancesOf(input)
  let left = wantedOf(model, flows, input)
  while (left.length > 0) {
    const now = balances
    const tried = left.map((wanted) => {
      const at = sourceOf(wanted.way)
      const taken = take(wanted, (now.get(at) ?? 0n) - (floors.get(at) ?? 0n), input)
      return { wanted, taken, share: shareOf(taken, wanted) }
    })
    const best =
      tried.find(({ share }) => share >= wholeShare) ??
      tried.reduce((most, one) => (one.share > most.share ? one : most))
    if (best.taken === undefined) break
    steps.push(best.taken.step)
    balances = balancesAfter(balances, [best.taken.step])
    left = left.filter((wanted) => wanted !== best.wanted)
  }
  return steps
}
