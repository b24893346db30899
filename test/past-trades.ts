// Trades as the desk leaves them: settled, open, or come to nothing. The real store writes them, commit by
// commit, and only the venues are left out; past ones are dated back.
import { openDatabase, type Database } from '../src/database/connect.ts'
import { cost, parseDecimal, price, format, type BaseAmount } from '../src/money.ts'
import type { Opportunity } from '../src/opportunity/opportunity.ts'
import { defaultSettings } from '../src/settings/settings.ts'
import type { Execution, Fill } from '../src/trade/engine/execution.ts'
import { outcomeOf } from '../src/trade/engine/trade-view.ts'
import { executionOf } from '../workers/execution-of.ts'
import { driveByHand, intentsOf, plannedFill, type DrivenExecution } from './driven-execution.ts'
import { crossOpportunity } from './opportunities.ts'
import { grantTrade, type TestStores } from './stores.ts'

type Desk = Pick<TestStores, 'trades' | 'executions'>

/** What it brought in its own asset and what it left over, such as "1.5". */
export type Wish = { readonly net: string; readonly residual?: Readonly<Record<string, string>> }

async function claimTrade({ trades, executions }: Desk, id: string): Promise<DrivenExecution> {
  const trade = await trades.find(id)
  if (trade === undefined) throw new Error(`there is no trade ${id}`)
  return driveByHand(executions, executionOf(trade, defaultSettings('other'), 0))
}

/** A granted trade whose orders are on their way. */
export async function beginTrade(
  desk: Desk,
  id: string,
  at: Date = new Date(),
): Promise<DrivenExecution> {
  const driven = await claimTrade(desk, id)
  await driven.enter('preflight', 'legs')
  await driven.send(intentsOf(driven.current(), at), at)
  await driven.acknowledge()
  return driven
}

/** A granted trade of which nothing was sent. */
export async function abandonTrade(desk: Desk, id: string, reason: string): Promise<void> {
  const { go } = await claimTrade(desk, id)
  await go({ state: 'aborted', reason })
}

/** A granted trade whose last leg the venue refused, so that a person must look. */
export async function leaveOpen(desk: Desk, id: string, reason: string): Promise<void> {
  const driven = await beginTrade(desk, id)
  const at = new Date()
  const { legs } = driven.current()
  const nothing = Object.fromEntries(legs.map(({ step }) => [step, []]))
  await driven.print({ ...nothing, 0: [plannedFill(driven.current(), 0, at)] }, at)
  await expose(driven, reason, at)
}

async function expose({ enter, go }: DrivenExecution, reason: string, at: Date): Promise<void> {
  await enter('imbalanced')
  await go({ state: 'exposed', reason, exposedAt: at })
}

/** Every leg is filled as planned, but for the last where something else is wished for. */
export async function fillTrade(driven: DrivenExecution, at: Date, wish?: Wish): Promise<void> {
  const execution = driven.current()
  const last = execution.plan.length - 1
  const fills: Record<number, readonly Fill[]> = Object.fromEntries(
    execution.plan.map((_, step) => [step, [plannedFill(execution, step, at)]]),
  )
  if (wish !== undefined) fills[last] = wishedFills(execution, fills, wish)
  await driven.print(fills, at)
  if (wish !== undefined) expectOutcome(driven.current(), wish)
}

/** A granted trade that is over, every leg filled as planned. */
export async function settleTrade(desk: Desk, id: string): Promise<void> {
  const driven = await beginTrade(desk, id)
  await fillTrade(driven, new Date())
  await driven.enter('settling', 'done')
}

/**
 * How much the last leg sells, and for how much, to bring what is wished. A coin that was not traded
 * comes as a rebate.
 */
function wishedFills(
  execution: Execution,
  fills: Readonly<Record<number, readonly Fill[]>>,
  { net, residual = {} }: Wish,
): readonly Fill[] {
  const step = execution.plan.length - 1
  const leg = execution.plan[step]
  const whole = fills[step]?.[0]
  if (leg === undefined || whole === undefined || leg.side !== 'sell')
    throw new Error('the last leg sells')
  const before = execution.legs.filter((one) => one.step !== step)
  const brought = outcomeOf({
    ...execution,
    legs: before.map((one) => ({ ...one, fills: fills[one.step] ?? [] })),
  })
  const has = brought.residual.find(({ asset }) => asset === leg.base)?.amount ?? 0n
  const rebates = Object.entries(residual)
    .filter(([asset]) => asset !== leg.base)
    .map(([asset, amount], n): Fill => {
      const fee = { asset, amount: -parseDecimal(amount) }
      return { ...whole, tradeId: `${whole.tradeId}-${n}`, amount: one, fee }
    })
  const amount = has - parseDecimal(residual[leg.base] ?? '0') - BigInt(rebates.length)
  const paid = cost(whole.price, one, 'down') * BigInt(rebates.length)
  const notional = parseDecimal(net) - brought.realisedNet + whole.fee.amount - paid
  // Rounded up, so that what is paid, which is rounded down, is exact for less than a whole coin.
  const at = (notional * 10n ** 18n + amount - 1n) / amount
  return [{ ...whole, amount: amount as BaseAmount, price: price(format(at)) }, ...rebates]
}

/** The least that can be traded. */
const one = 1n as BaseAmount

function expectOutcome(execution: Execution, { net, residual = {} }: Wish): void {
  const outcome = outcomeOf(execution)
  const left = Object.fromEntries(
    outcome.residual.map(({ asset, amount }) => [asset, format(amount)]),
  )
  const isSame =
    outcome.realisedNet === parseDecimal(net) &&
    Object.keys(left).length === Object.keys(residual).length &&
    Object.entries(residual).every(([asset, amount]) => left[asset] === amount)
  if (!isSame)
    throw new Error(`it brought ${format(outcome.realisedNet)} and left ${JSON.stringify(left)}`)
}

export type PastTrade = Wish & {
  readonly endedAt: Date
  readonly state?: 'settled' | 'exposed'
  readonly opportunity?: Partial<Opportunity>
  /** From the answer to the last fill. */
  readonly filledAfterMs?: number
}

type Stores = Desk & Pick<TestStores, 'approvals'>

async function answerAt(db: Database, id: string, at: Date): Promise<void> {
  await db
    .updateTable('approvals')
    .set({
      asked_at: new Date(at.getTime() - 4_000),
      expires_at: new Date(at.getTime() + 56_000),
      closed_at: at,
    })
    .where('trade', '=', id)
    .execute()
  await db.updateTable('trades').set({ created_at: at }).where('id', '=', id).execute()
}

async function make(db: Database, stores: Stores, past: PastTrade): Promise<string> {
  const { endedAt, filledAfterMs = 500 } = past
  const opportunity = crossOpportunity(past.opportunity)
  await stores.trades.declareBalances(
    opportunity.venues.flatMap((venue) =>
      ['USDT', 'BTC', 'ETH'].map((asset) => ({ venue, asset, free: parseDecimal('1000000') })),
    ),
  )
  const id = await grantTrade(stores, opportunity)
  const answeredAt = new Date(endedAt.getTime() - filledAfterMs)
  await answerAt(db, id, answeredAt)
  const driven = await beginTrade(stores, id, answeredAt)
  await fillTrade(driven, endedAt, past)
  if (past.state === 'exposed') await expose(driven, 'a leg was not filled', endedAt)
  else await driven.enter('settling', 'done')
  await db.updateTable('trades').set({ finished_at: endedAt }).where('id', '=', id).execute()
  return id
}

/** Makes them one after the other and dates each back; returns their ids in that order. */
export async function makePastTrades(
  url: string,
  stores: Stores,
  pasts: readonly PastTrade[],
): Promise<readonly string[]> {
  const { db, close } = openDatabase({ url, name: 'test' })
  const ids: string[] = []
  for (const past of pasts) ids.push(await make(db, stores, past))
  await close()
  return ids
}
