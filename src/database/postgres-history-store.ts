// The history port on PostgreSQL. Every write is one statement for up to a thousand rows.
import { sql, type RawBuilder } from 'kysely'
import type {
  BookRow,
  GapRow,
  HistoryStore,
  PriceRow,
  RefusalRow,
} from '../history/history-store.ts'
import { decimalOf } from '../money.ts'
import { refusalReasons, type RefusalReason } from '../opportunity/refusal.ts'
import { msAgo } from './clock.ts'
import { retryUndone, type Database } from './connect.ts'
import { createDayPartitions, type Partitioned } from './day-partitions.ts'
import { gapHours, gapStats } from './gap-rows.ts'
import { literally } from './like-pattern.ts'

const batchRows = 1000
const dayMs = 86_400_000
const aheadDays = 2

const isReason = (reason: string): reason is RefusalReason =>
  refusalReasons.some((known) => known === reason)

const minutesOf = (rows: readonly { readonly minute: Date }[]) => rows.map(({ minute }) => minute)
const routesOf = (rows: readonly { readonly route: string }[]) => rows.map(({ route }) => route)

/** numeric[][] as text, for unnest would flatten an array of arrays. */
const levelsText = (levels: BookRow['bids']): string =>
  `{${levels.map(([at, size]) => `{${decimalOf(at)},${decimalOf(size)}}`).join(',')}}`

// Rows are sorted before they are written: two writers that meet on a key then meet in one order.
const insertPrices = (rows: readonly PriceRow[]) => sql`
  insert into prices (symbol, venue, minute, bid, ask)
  select distinct on (symbol, venue, minute) symbol, venue, minute, bid, ask
  from unnest(${rows.map(({ symbol }) => symbol)}::text[], ${rows.map(({ venue }) => venue)}::text[],
    ${minutesOf(rows)}::timestamptz[], ${rows.map(({ bid }) => decimalOf(bid))}::numeric[],
    ${rows.map(({ ask }) => decimalOf(ask))}::numeric[])
    with ordinality row (symbol, venue, minute, bid, ask, place)
  order by symbol, venue, minute, place desc
  on conflict (symbol, venue, minute) do update set bid = excluded.bid, ask = excluded.ask`

const insertGaps = (rows: readonly GapRow[]) => sql`
  insert into gaps (route, minute, samples, net_max, net_mean, open_ms)
  select route, minute, sum(samples), max(net_max), coalesce(sum(net_mean * samples) / nullif(sum(samples), 0), 0),
    least(60000, sum(open_ms))
  from unnest(${routesOf(rows)}::text[], ${minutesOf(rows)}::timestamptz[],
    ${rows.map(({ samples }) => samples)}::integer[], ${rows.map(({ netMax }) => netMax)}::float8[],
    ${rows.map(({ netMean }) => netMean)}::float8[],
    ${rows.map(({ openMs }) => Math.round(openMs))}::integer[])
    row (route, minute, samples, net_max, net_mean, open_ms)
  group by route, minute
  order by route, minute
  on conflict (route, minute) do update set
    samples = gaps.samples + excluded.samples,
    net_max = greatest(gaps.net_max, excluded.net_max),
    net_mean = coalesce((gaps.net_mean * gaps.samples + excluded.net_mean * excluded.samples)
      / nullif(gaps.samples + excluded.samples, 0), 0),
    open_ms = least(60000, gaps.open_ms + excluded.open_ms)`

const insertRefusals = (rows: readonly RefusalRow[]) => sql`
  insert into refusals (route, minute, reason, count, detail)
  select route, minute, reason, sum(count), (array_agg(detail order by place desc))[1]
  from unnest(${routesOf(rows)}::text[], ${minutesOf(rows)}::timestamptz[],
    ${rows.map(({ reason }) => reason)}::text[], ${rows.map(({ count }) => count)}::bigint[],
    ${rows.map(({ detail }) => detail)}::text[])
    with ordinality row (route, minute, reason, count, detail, place)
  group by route, minute, reason
  order by route, minute, reason
  on conflict (route, minute, reason) do update set
    count = refusals.count + excluded.count, detail = excluded.detail`

const insertBooks = (rows: readonly BookRow[]) => sql`
  insert into books (symbol, venue, at, bids, asks)
  select symbol, venue, at, bids::numeric[], asks::numeric[]
  from unnest(${rows.map(({ symbol }) => symbol)}::text[], ${rows.map(({ venue }) => venue)}::text[],
    ${rows.map(({ at }) => at)}::timestamptz[],
    ${rows.map(({ bids }) => levelsText(bids))}::text[],
    ${rows.map(({ asks }) => levelsText(asks))}::text[])
    row (symbol, venue, at, bids, asks)
  order by symbol, venue, at
  on conflict do nothing`

/** As routeName() writes them: "cycle kucoin USDT>ETH>BTC", "cross BTC/USDT kucoin>binance". */
const routesThrough = (venue: string): readonly string[] => {
  const literal = literally(venue)
  return [`cycle ${literal} %`, `cross % ${literal}>%`, `cross %>${literal}`]
}

async function latestPricesOf(
  db: Database,
  symbols: readonly string[],
): Promise<readonly PriceRow[]> {
  // Hops from venue to venue along the index instead of reading every minute of a month.
  const { rows } = await sql<{
    symbol: string
    venue: string
    minute: Date
    bid: string
    ask: string
  }>`
    with recursive venues as (
      select symbol, (select p.venue from prices p where p.symbol = asked.symbol
        order by p.venue limit 1) as venue
      from unnest(${[...symbols]}::text[]) asked (symbol)
      union all
      select v.symbol, (select p.venue from prices p
        where p.symbol = v.symbol and p.venue > v.venue order by p.venue limit 1)
      from venues v where v.venue is not null
    )
    select venues.symbol, venues.venue, newest.minute, newest.bid, newest.ask
    from venues cross join lateral (
      select minute, bid, ask from prices p
      where p.symbol = venues.symbol and p.venue = venues.venue
      order by p.minute desc limit 1
    ) newest
    order by venues.symbol, venues.venue`.execute(db)
  return rows.map(({ bid, ask, ...row }) => ({ ...row, bid: Number(bid), ask: Number(ask) }))
}

export function openPostgresHistoryStore(db: Database): HistoryStore {
  const partitions = createDayPartitions(db)

  async function add<Row>(
    table: Partitioned,
    rows: readonly Row[],
    timeOf: (row: Row) => Date,
    insert: (batch: readonly Row[]) => RawBuilder<unknown>,
  ): Promise<void> {
    await partitions.ensure(table, rows.map(timeOf))
    for (let from = 0; from < rows.length; from += batchRows) {
      const statement = insert(rows.slice(from, from + batchRows))
      await retryUndone(() => statement.execute(db))
    }
  }

  return {
    addPrices: (rows) => add('prices', rows, ({ minute }) => minute, insertPrices),
    addGaps: (rows) => add('gaps', rows, ({ minute }) => minute, insertGaps),
    addRefusals: (rows) => add('refusals', rows, ({ minute }) => minute, insertRefusals),
    addBooks: (rows) => add('books', rows, ({ at }) => at, insertBooks),
    async prices(venue, symbol, sinceMs) {
      const rows = await db
        .selectFrom('prices')
        .select(['minute', 'bid', 'ask'])
        .where('venue', '=', venue)
        .where('symbol', '=', symbol)
        .where('minute', '>=', msAgo(sinceMs))
        .orderBy('minute')
        .execute()
      return rows.map(({ minute, bid, ask }) => ({
        venue,
        symbol,
        minute,
        bid: Number(bid),
        ask: Number(ask),
      }))
    },
    latestPrices: (symbol) => latestPricesOf(db, [symbol]),
    latestPricesOf: (symbols) => latestPricesOf(db, symbols),
    async gaps(route, sinceMs) {
      const rows = await db
        .selectFrom('gaps')
        .selectAll()
        .where('route', '=', route)
        .where('minute', '>=', msAgo(sinceMs))
        .orderBy('minute')
        .execute()
      return rows.map((row) => ({
        route,
        minute: row.minute,
        samples: row.samples,
        netMax: row.net_max,
        netMean: row.net_mean,
        openMs: row.open_ms,
      }))
    },
    gapStats: (filter) => gapStats(db, filter),
    gapHours: (routes, sinceMs) => gapHours(db, routes, sinceMs),
    async lastBook(venue, symbol) {
      const row = await db
        .selectFrom('books')
        .selectAll()
        .where('venue', '=', venue)
        .where('symbol', '=', symbol)
        .orderBy('at', 'desc')
        .executeTakeFirst()
      return (
        row && {
          venue,
          symbol,
          at: row.at,
          bids: row.bids.map(([at, size]) => [Number(at), Number(size)] as const),
          asks: row.asks.map(([at, size]) => [Number(at), Number(size)] as const),
        }
      )
    },
    async openShares() {
      const { rows } = await sql<{ route: string; share: number }>`
        select route, least(1, sum(open_ms) / 3600000.0)::float8 as share from gaps
        where open_ms > 0 and minute > statement_timestamp() - interval '1 hour'
        group by route`.execute(db)
      return new Map(rows.map(({ route, share }) => [route, share]))
    },
    async refusals({ route, venue, sinceMs }) {
      const wanted = sql`minute >= ${msAgo(sinceMs)}
        and (${route ?? null}::text is null or route = ${route ?? null})
        and (${venue ?? null}::text is null or route like any (${routesThrough(venue ?? '')}))`
      const { rows } = await sql<{ reason: string; count: number; detail: string }>`
        select total.reason, total.count, newest.detail
        from (
          select reason, sum(count)::bigint as count, max(minute) as minute
          from refusals where ${wanted} group by reason
        ) total cross join lateral (
          select detail from refusals where ${wanted}
            and minute = total.minute and reason = total.reason limit 1
        ) newest
        order by total.count desc, total.reason`.execute(db)
      return rows.flatMap(({ reason, count, detail }) =>
        isReason(reason) ? [{ reason, count, detail }] : [],
      )
    },
    async prune(keepDays) {
      const nowMs = Date.now()
      const keep: Record<Partitioned, number> = { ...keepDays, refusals: keepDays.gaps }
      let dropped = 0
      for (const table of ['prices', 'books', 'gaps', 'refusals'] as const) {
        const ahead = Array.from(
          { length: aheadDays + 1 },
          (_, day) => new Date(nowMs + day * dayMs),
        )
        await partitions.ensure(table, ahead)
        dropped += await partitions.dropBefore(table, new Date(nowMs - keep[table] * dayMs))
      }
      return dropped
    },
  }
}
