// The profit port on PostgreSQL. Amounts are added up there, exactly; profit.ts says what they are worth.
import { sql, type RawBuilder } from 'kysely'
import type { Grouping, ProfitStore, Results, Span } from '../history/profit-store.ts'
import { parseDecimal } from '../money.ts'
import { profitOf, sumByAsset } from '../trade/profit.ts'
import type { Database } from './connect.ts'
import { endedAndChange } from './profit-rows.ts'

/** One figure about one group: a count, a mean, or so much of an asset and what one of it is worth. */
type Figure = {
  readonly key: string
  readonly what:
    | 'trades'
    | 'wins'
    | 'losses'
    | 'exposed'
    | 'filled_ms'
    | 'arbitrage'
    | 'inventory'
    | 'expected'
    | 'fee'
  readonly asset: string | null
  readonly amount: string | null
  readonly usdt: string | null
}

const within = ({ from, to }: Span) => sql`finished_at >= ${from} and finished_at < ${to}`

/** The CTE `cell` (key, trade): which trades count under which key. */
function cellsOf(grouping: Grouping): RawBuilder<unknown> {
  switch (grouping) {
    case 'route':
      return sql`select route, id from ended`
    case 'pair':
      return sql`select distinct symbol, trade from legs where trade in (select id from ended)`
    case 'venue':
      return sql`select distinct venue, trade from legs where trade in (select id from ended)`
    case 'coin':
      return sql`
        select distinct coin, trade
        from legs join ended on trade = id cross join lateral (values (base), (quote)) one (coin)
        where coin <> asset`
  }
}

/** All in one statement: a trade that ends meanwhile is in every figure or in none. */
const figures = (
  mode: 'paper' | 'live',
  span: Span,
  cells: RawBuilder<unknown>,
): RawBuilder<Figure> => sql<Figure>`
  with ${endedAndChange(mode, within(span))}, cell (key, trade) as (
    ${cells}
  ), worth as (
    select trade, sum(amount * case when asset = 'USDT' then 1 else coalesce(usdt, 0) end) as usdt
    from change left join asset_values using (asset)
    group by trade
  ), filled as (
    select trade, max(filled_at) as at from fills where trade in (select id from ended)
    group by trade
  ), count as (
    select key, count(*) as trades, count(*) filter (where worth.usdt > 0) as wins,
      count(*) filter (where worth.usdt < 0) as losses,
      count(*) filter (where ended.state = 'exposed') as exposed,
      avg(greatest(0, extract(epoch from filled.at - approvals.closed_at) * 1000)) as filled_ms
    from cell join ended on ended.id = cell.trade join worth on worth.trade = cell.trade
      left join filled on filled.trade = cell.trade
      left join approvals on approvals.id = ended.approval
    group by key
  ), flow as (
    select key, case ended.state when 'exposed' then 'inventory' else 'arbitrage' end as what,
      change.asset, amount
    from cell join change using (trade) join ended on ended.id = trade
    union all
    select key, 'expected', ended.asset, expected_net from cell join ended on ended.id = trade
    union all
    select key, 'fee', fee_asset, fee from cell join fills using (trade)
  )
  select key, what, null as asset, amount, null as usdt
  from count cross join lateral (values ('trades', trades::numeric), ('wins', wins),
    ('losses', losses), ('exposed', exposed), ('filled_ms', filled_ms)) figure (what, amount)
  union all
  select key, what, asset, sum(amount), usdt from flow left join asset_values using (asset)
  group by key, what, asset, usdt
  order by key, what, asset`

/** What moving coins between our own accounts cost: no trade's, and paid by all of them. A trade's own is in what it brought. */
const transferCosts = (
  mode: 'paper' | 'live',
  spans: readonly Span[],
): RawBuilder<Figure> => sql<Figure>`
  select place::text as key, 'arbitrage' as what, asset, -sum(amount) as amount, usdt
  from unnest(${spans.map(({ from }) => from)}::timestamptz[],
      ${spans.map(({ to }) => to)}::timestamptz[]) with ordinality span (since, till, place)
    join ledger on at >= since and at < till
    left join asset_values using (asset)
  where mode = ${mode} and account = 'transfer-cost' and trade is null
  group by place, asset, usdt`

function resultsOf(all: readonly Figure[]): Results {
  const values = new Map(
    all.flatMap(({ asset, usdt }) =>
      asset === null || usdt === null ? [] : [[asset, Number(usdt)] as const],
    ),
  )
  const number = (what: Figure['what']): number | undefined => {
    const amount = all.find((figure) => figure.what === what)?.amount ?? null
    return amount === null ? undefined : Number(amount)
  }
  const amounts = (what: Figure['what']) =>
    sumByAsset(
      all
        .filter((figure) => figure.what === what)
        .map(({ asset, amount }) => ({ asset: asset ?? '', amount: parseDecimal(amount ?? '0') })),
    )
  const arbitrage = amounts('arbitrage')
  const inventory = amounts('inventory')
  const changes = sumByAsset(
    [...arbitrage, ...inventory].toSorted((a, b) => (a.asset < b.asset ? -1 : 1)),
  )
  const expectedAmounts = amounts('expected')
  const feeAmounts = amounts('fee')
  return {
    trades: number('trades') ?? 0,
    wins: number('wins') ?? 0,
    losses: number('losses') ?? 0,
    exposed: number('exposed') ?? 0,
    profit: profitOf(changes, values),
    changes,
    arbitrage,
    inventory,
    settledProfit: profitOf(arbitrage, values),
    expected: profitOf(expectedAmounts, values),
    fees: profitOf(feeAmounts, values),
    expectedAmounts,
    feeAmounts,
    answerToFilledMs: number('filled_ms'),
  }
}

const steps = { day: '1 day', week: '7 days', month: '1 month' } as const

/** A span that holds all of these. */
const around = (spans: readonly Span[]): Span => ({
  from: new Date(Math.min(...spans.map(({ from }) => from.getTime()))),
  to: new Date(Math.max(...spans.map(({ to }) => to.getTime()))),
})

export function openPostgresProfitStore(
  db: Database,
  { mode }: { readonly mode: 'paper' | 'live' },
): ProfitStore {
  return {
    async spans(unit, count, zone, now) {
      const step = sql`${steps[unit]}::interval`
      const last = sql`date_trunc(${unit}, ${now}::timestamptz at time zone ${zone})`
      const { rows } = await sql<Span>`
        select local at time zone ${zone} as from, (local + ${step}) at time zone ${zone} as to
        from generate_series(${last} - ${count - 1} * ${step}, ${last}, ${step}) local
        order by local`.execute(db)
      return rows
    },
    async results(spans) {
      if (spans.length === 0) return []
      const { rows } = await figures(
        mode,
        around(spans),
        sql`
          select place::text, id
          from unnest(${spans.map(({ from }) => from)}::timestamptz[],
            ${spans.map(({ to }) => to)}::timestamptz[]) with ordinality span (since, till, place)
          join ended on finished_at >= since and finished_at < till`,
      ).execute(db)
      const costs = await transferCosts(mode, spans).execute(db)
      const byPlace = Map.groupBy([...rows, ...costs.rows], ({ key }) => key)
      return spans.map((_, i) => resultsOf(byPlace.get(String(i + 1)) ?? []))
    },
    async resultsBy(grouping, span) {
      const { rows } = await figures(mode, span, cellsOf(grouping)).execute(db)
      return Array.from(
        Map.groupBy(rows, ({ key }) => key),
        ([key, all]) => ({ key, ...resultsOf(all) }),
      ).toSorted((a, b) => b.profit.usdt - a.profit.usdt)
    },
    async beyondHolding() {
      const { rows } = await sql<{ asset: string; amount: string }>`
        select asset, sum(amount) as amount
        from (
          select asset, free + reserved as amount from balances where mode = ${mode}
          union all
          select asset, amount from ledger where mode = ${mode} and account = 'in-transit'
          union all
          select asset, -amount from deposits where mode = ${mode}
        ) moved
        group by asset having sum(amount) <> 0 order by asset`.execute(db)
      return rows.map(({ asset, amount }) => ({ asset, amount: parseDecimal(amount) }))
    },
    async underWay() {
      // What a transfer cost is in no balance.
      const { rows } = await sql<{ trade: string; asset: string; amount: string }>`
        select trade, ledger.asset, sum(amount) as amount
        from trades join ledger on trade = trades.id
        where trades.mode = ${mode} and state in ('approved', 'executing')
          and account <> 'transfer-cost'
        group by trade, ledger.asset order by ledger.asset`.execute(db)
      return {
        trades: new Set(rows.map(({ trade }) => trade)).size,
        changes: sumByAsset(
          rows.map(({ asset, amount }) => ({ asset, amount: parseDecimal(amount) })),
        ),
      }
    },
    async curve(span) {
      const { rows } = await sql<{ at: Date; usdt: string }>`
        with ${endedAndChange(mode, within(span))}
        select max(finished_at) as at,
          sum(amount * case when change.asset = 'USDT' then 1 else coalesce(usdt, 0) end) as usdt
        from change join ended on ended.id = trade
          left join asset_values on asset_values.asset = change.asset
        where ended.state = 'settled'
        group by date_trunc('hour', finished_at)
        order by at`.execute(db)
      return rows.map(({ at, usdt }) => ({ at, usdt: Number(usdt) }))
    },
  }
}
