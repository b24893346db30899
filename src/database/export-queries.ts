// What each kind of file holds: its columns in order, and the rows that fill them, newest first.
import { sql, type RawBuilder } from 'kysely'
import type { Column, ExportFilter, ExportKind } from '../history/export-store.ts'
import { containing } from './like-pattern.ts'

type Query = {
  readonly columns: readonly Column[]
  readonly rows: (filter: ExportFilter, mode: 'paper' | 'live') => RawBuilder<unknown>
}

const text = (...names: readonly string[]): Column[] =>
  names.map((name) => ({ name, type: 'text' }))
const number = (...names: readonly string[]): Column[] =>
  names.map((name) => ({ name, type: 'number' }))
const time = (...names: readonly string[]): Column[] =>
  names.map((name) => ({ name, type: 'time' }))

/** Worths in USDT are estimates, kept as doubles came: past the eighth digit they say nothing. */
const estimated = (table: 'trades' | 'opportunities', ...names: readonly string[]) =>
  sql.join(
    names.map(
      (name) => sql`trim_scale(round(${sql.ref(`${table}.${name}`)}, 8)) as ${sql.ref(name)}`,
    ),
  )

const inTime = (column: string, { from, to }: ExportFilter) =>
  sql`${sql.ref(column)} >= ${from} and ${sql.ref(column)} < ${to}`

/** Of a trade or an opportunity, whose legs lie in `table` under `owner`. */
const throughLegs = (
  table: 'legs' | 'opportunity_legs',
  owner: 'trade' | 'opportunity',
  owners: 'trades' | 'opportunities',
  { venue, symbol, route }: ExportFilter,
) => sql`
  (${route ?? null}::text is null or ${sql.ref(`${owners}.route`)} = ${route ?? null})
  and (${venue ?? symbol ?? null}::text is null or exists (
    select from ${sql.table(table)} leg
    where leg.${sql.ref(owner)} = ${sql.ref(`${owners}.id`)}
      and (${venue ?? null}::text is null or leg.venue = ${venue ?? null})
      and (${symbol ?? null}::text is null or leg.symbol ilike ${containing(symbol ?? '')})))`

export const exportQueries: Readonly<Record<ExportKind, Query>> = {
  trades: {
    columns: [
      ...text('id', 'opportunity', 'approval', 'mode', 'kind', 'route', 'state', 'asset'),
      ...number('notional', 'notional_usdt', 'expected_net', 'realised_net', 'realised_usdt'),
      ...number('found_net'),
      ...text('left_over', 'reason', 'answered_by'),
      ...time('created_at', 'begun_at', 'finished_at'),
    ],
    rows: (filter, mode) => sql`
      select trades.*, ${estimated('trades', 'notional_usdt', 'realised_usdt')},
        approvals.answered_by, (
        select string_agg(trim_scale(amount) || ' ' || asset, '; ' order by seq)
        from residuals where residuals.trade = trades.id
      ) as left_over
      from trades left join approvals on approvals.id = trades.approval
      where trades.mode = ${mode} and ${inTime('trades.created_at', filter)}
        and ${throughLegs('legs', 'trade', 'trades', filter)}
      order by trades.created_at desc, trades.id desc`,
  },
  fills: {
    columns: [
      ...text('trade'),
      ...number('leg'),
      ...text('mode', 'route', 'venue', 'symbol', 'side', 'order_id'),
      ...number('filled', 'average_price', 'fee'),
      ...text('fee_asset'),
      ...number('spent'),
      ...text('spent_asset'),
      ...number('received'),
      ...text('received_asset'),
      ...time('sent_at', 'filled_at', 'booked_at'),
    ],
    rows: ({ venue, symbol, route, ...filter }, mode) => sql`
      select fills.*, trades.mode, trades.route, fills.leg + 1 as leg
      from fills join trades on trades.id = fills.trade
      where trades.mode = ${mode} and ${inTime('filled_at', filter)}
        and (${venue ?? null}::text is null or venue = ${venue ?? null})
        and (${symbol ?? null}::text is null or symbol ilike ${containing(symbol ?? '')})
        and (${route ?? null}::text is null or route = ${route ?? null})
      order by filled_at desc, venue, order_id`,
  },
  opportunities: {
    columns: [
      ...text('id', 'mode', 'kind', 'route', 'venues', 'asset'),
      ...number('notional', 'notional_usdt', 'gross', 'fees', 'net', 'net_percent', 'net_usdt'),
      ...number('net_at_top', 'leg_skew_ms'),
      ...text('identity', 'wallet'),
      ...time('first_seen_at', 'detected_at', 'ended_at'),
    ],
    rows: (filter, mode) => sql`
      select opportunities.*, array_to_string(venues, ' ') as venues,
        ${estimated('opportunities', 'notional_usdt', 'net_usdt')}
      from opportunities
      where mode = ${mode} and ${inTime('detected_at', filter)}
        and ${throughLegs('opportunity_legs', 'opportunity', 'opportunities', filter)}
      order by detected_at desc, id desc`,
  },
  gaps: {
    columns: [
      ...text('route'),
      ...time('minute'),
      ...number('samples', 'net_max', 'net_mean', 'open_ms'),
    ],
    rows: ({ route, ...filter }) => sql`
      select * from gaps
      where ${inTime('minute', filter)}
        and (${route ?? null}::text is null or route = ${route ?? null})
      order by minute desc, route`,
  },
  prices: {
    columns: [...text('symbol', 'venue'), ...time('minute'), ...number('bid', 'ask')],
    rows: ({ venue, symbol, ...filter }) => sql`
      select * from prices
      where symbol = ${symbol ?? ''} and ${inTime('minute', filter)}
        and (${venue ?? null}::text is null or venue = ${venue ?? null})
      order by minute desc, venue`,
  },
  audit: {
    columns: [
      ...number('seq'),
      ...time('at'),
      ...text('surface', 'account', 'person', 'role', 'chat', 'action', 'arguments'),
      ...text('outcome', 'detail'),
    ],
    rows: (filter) => sql`
      select *, arguments::text as arguments from audit
      where ${inTime('at', filter)} order by seq desc`,
  },
}
