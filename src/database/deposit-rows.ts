// Money that is declared rather than traded: what an account begins with, and what is paid in or out of
// it later. Every change of a balance that no trade made has its row here, with who made it.
import { sql, type Transaction } from 'kysely'
import { format, parseDecimal } from '../money.ts'
import type { VenueId } from '../market/market.ts'
import type { Declaration, Deposit, Redeclared } from '../trade/deposit.ts'
import type { Flow } from '../trade/reconcile/difference.ts'
import type { Move } from '../trade/reservation.ts'
import { depositEntry } from '../trade/ledger.ts'
import { moveBalances } from './balance-rows.ts'
import { writeLedger } from './ledger-rows.ts'
import type { Tables } from './tables.ts'

type Mode = 'paper' | 'live'
type Trx = Transaction<Tables>
type Source = 'usual' | 'declared'

/** Two desks that start at once must not both find a venue empty. */
export const takeTurns = (trx: Trx) =>
  sql`select pg_advisory_xact_lock(hashtextextended('arbdesk balances', 0))`.execute(trx)

async function writeDeposits(
  trx: Trx,
  mode: Mode,
  deposits: readonly Deposit[],
  source: Source,
  by: string,
): Promise<void> {
  const real = deposits.filter(({ amount }) => amount !== 0n)
  const { rows } = await sql<{ seq: number; venue: string; asset: string; amount: string }>`
    insert into deposits (mode, venue, asset, amount, source, made_by)
    select ${mode}, venue, asset, amount, ${source}, ${by}
    from unnest(${real.map(({ venue }) => venue)}::text[], ${real.map(({ asset }) => asset)}::text[],
      ${real.map(({ amount }) => format(amount))}::numeric[]) deposit (venue, asset, amount)
    returning seq, venue, asset, amount`.execute(trx)
  await writeLedger(
    trx,
    mode,
    rows.map((row) => depositEntry({ ...row, amount: parseDecimal(row.amount) })),
  )
  await moveBalances(
    trx,
    mode,
    deposits.map(({ venue, asset, amount }) => ({ venue, asset, free: amount, reserved: 0n })),
  )
}

/** Money that moved at the venue itself. One that is booked already moves nothing; returns the others. */
export async function writeFlows(
  trx: Trx,
  mode: Mode,
  venue: VenueId,
  flows: readonly Flow[],
  by: string,
): Promise<readonly Flow[]> {
  const { rows } = await sql<{
    seq: number
    asset: string
    amount: string
    flow_key: string | null
  }>`
    insert into deposits (mode, venue, asset, amount, source, flow, flow_key, made_by)
    select ${mode}, ${venue}, asset, amount, 'external', flow, flow_key, ${by}
    from unnest(${flows.map(({ asset }) => asset)}::text[],
      ${flows.map(({ amount }) => format(amount))}::numeric[],
      ${flows.map(({ kind }) => kind)}::text[],
      ${flows.map(({ key }) => key ?? null)}::text[]) moved (asset, amount, flow, flow_key)
    on conflict do nothing
    returning seq, asset, amount, flow_key`.execute(trx)
  const booked = rows.map((row) => ({ ...row, venue, amount: parseDecimal(row.amount) }))
  await writeLedger(trx, mode, booked.map(depositEntry))
  const moves = booked.map(({ asset, amount }) => ({ venue, asset, free: amount, reserved: 0n }))
  await moveBalances(trx, mode, sumMoves(moves), 'fact')
  return flows.filter(
    ({ key }) => key === undefined || rows.some(({ flow_key }) => flow_key === key),
  )
}

/** One a balance. */
const sumMoves = (moves: readonly Move[]): readonly Move[] =>
  [...Map.groupBy(moves, ({ asset }) => asset).values()].map((same) =>
    same.reduce((sum, move) => ({ ...sum, free: sum.free + move.free })),
  )

/** For venues that have no balance yet; answers which they were. */
export async function declareBalances(
  trx: Trx,
  mode: Mode,
  balances: readonly { readonly venue: VenueId; readonly asset: string; readonly free: bigint }[],
): Promise<readonly VenueId[]> {
  await takeTurns(trx)
  const known = await trx
    .selectFrom('balances')
    .select('venue')
    .distinct()
    .where('mode', '=', mode)
    .execute()
  const fresh = balances.filter(({ venue }) => !known.some((row) => row.venue === venue))
  if (fresh.length === 0) return []
  const deposits = fresh.map(({ venue, asset, free }) => ({ venue, asset, amount: free }))
  await writeDeposits(trx, mode, deposits, 'usual', 'desk')
  return [...new Set(fresh.map(({ venue }) => venue))]
}

type Paid = Deposit & { readonly usual: bigint; readonly isUsual: boolean; readonly free: bigint }

/** What was paid in so far, all of it and the usual part of it, and what of it is free now. */
async function paidIn(trx: Trx, mode: Mode): Promise<readonly Paid[]> {
  const { rows } = await sql<{
    venue: string
    asset: string
    amount: string
    usual: string
    is_usual: boolean
    free: string
  }>`
    select venue, asset, coalesce(sum(amount), 0) as amount,
      coalesce(sum(amount) filter (where source = 'usual'), 0) as usual,
      bool_or(coalesce(bool_or(source = 'usual'), false)) over (partition by venue) as is_usual,
      coalesce(max(free), 0) as free
    from (select * from deposits where mode = ${mode}) deposit
      full join (select venue, asset, free from balances where mode = ${mode}) balance
      using (venue, asset)
    group by venue, asset order by venue, asset`.execute(trx)
  return rows.map((row) => ({
    venue: row.venue,
    asset: row.asset,
    amount: parseDecimal(row.amount),
    usual: parseDecimal(row.usual),
    isUsual: row.is_usual,
    free: parseDecimal(row.free),
  }))
}

/** What was to be paid in by this declaration: a venue left out has its usual money, if it ever had. */
function targetOf(
  { venue, asset, amount, usual, isUsual }: Paid,
  { declared }: Declaration,
): bigint {
  const assets = declared.get(venue)
  if (assets !== undefined) return assets.get(asset) ?? 0n
  return isUsual ? usual : amount
}

/** Pays in and out what the declaration and the rows so far differ by, all or nothing. */
export async function redeclareBalances(
  trx: Trx,
  mode: Mode,
  declaration: Declaration,
): Promise<Redeclared> {
  await takeTurns(trx)
  const { declared, venues, by } = declaration
  const paid = await paidIn(trx, mode)
  const nothing = { amount: 0n, usual: 0n, isUsual: false, free: 0n }
  const added = Array.from(declared, ([venue, assets]) =>
    Array.from(assets.keys(), (asset): Paid => ({ venue, asset, ...nothing })),
  )
    .flat()
    .filter((one) => !paid.some(({ venue, asset }) => venue === one.venue && asset === one.asset))
  const changes = [...paid, ...added]
    .filter(({ venue }) => venues?.includes(venue) ?? true)
    .map((one) => ({ ...one, change: targetOf(one, declaration) - one.amount }))
  const short = changes.find(({ free, change }) => free + change < 0n)
  if (short !== undefined) {
    const { venue, asset, free, change } = short
    return { outcome: 'short', venue, asset, free, wanted: -change }
  }
  const deposits = changes
    .filter(({ change, venue }) => change !== 0n || declared.has(venue))
    .map(({ venue, asset, change }) => ({ venue, asset, amount: change }))
  await writeDeposits(trx, mode, deposits, 'declared', by)
  return { outcome: 'done', deposits: deposits.filter(({ amount }) => amount !== 0n) }
}
