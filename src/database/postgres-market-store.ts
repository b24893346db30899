// The market port on PostgreSQL. What replaces a whole set does so in one transaction: a reader sees the
// old set or the new one.
import { sql, type Transaction } from 'kysely'
import type { AssetNetwork, VenueAsset } from '../market/asset.ts'
import type { Market } from '../market/market.ts'
import {
  listedBecause,
  type MarketStore,
  type VenueReport,
  type WatchlistEntry,
} from '../market/market-store.ts'
import { baseAmount, decimalOf, format, parseDecimal, price, quoteAmount, rate } from '../money.ts'
import { msAgo } from './clock.ts'
import { transact, type Database } from './connect.ts'
import type { MarketColumns, NetworkRow, Tables } from './tables.ts'

type Trx = Transaction<Tables>

/** Older values say nothing about what an asset brings now. */
const valueAgeMsMax = 10 * 60_000

const marketOf = (row: MarketColumns): Market => ({
  venue: row.venue,
  symbol: row.symbol,
  base: row.base,
  quote: row.quote,
  priceStep: price(row.price_step),
  amountStep: baseAmount(row.amount_step),
  amountMin: baseAmount(row.amount_min),
  notionalMin: quoteAmount(row.notional_min),
  takerFee: { rate: rate(row.fee_rate), source: row.fee_source, paidIn: row.fee_paid_in },
  active: row.active,
})

const networkRowOf = ({ withdrawFee, withdrawMin, ...network }: AssetNetwork): NetworkRow => ({
  ...network,
  ...(withdrawFee !== undefined && { withdrawFee: format(withdrawFee) }),
  ...(withdrawMin !== undefined && { withdrawMin: format(withdrawMin) }),
})

/** Rows written before venues were asked for their terms have none. */
const networkOf = ({ withdrawFee, withdrawMin, ...network }: NetworkRow): AssetNetwork => ({
  ...network,
  ...(withdrawFee !== undefined && { withdrawFee: parseDecimal(withdrawFee) }),
  ...(withdrawMin !== undefined && { withdrawMin: parseDecimal(withdrawMin) }),
})

/** Two writers of one set take turns, for neither sees the rows the other is about to insert. */
const takeTurns = (trx: Trx, set: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`arbdesk ${set}`}, 0))`.execute(trx)

async function replaceMarkets(trx: Trx, venue: string, markets: readonly Market[]): Promise<void> {
  await trx.deleteFrom('markets').where('venue', '=', venue).execute()
  await sql`
    insert into markets (venue, symbol, base, quote, price_step, amount_step, amount_min,
      notional_min, fee_rate, fee_source, fee_paid_in, active)
    select ${venue}, * from unnest(
      ${markets.map((market) => market.symbol)}::text[],
      ${markets.map((market) => market.base)}::text[],
      ${markets.map((market) => market.quote)}::text[],
      ${markets.map((market) => format(market.priceStep))}::numeric[],
      ${markets.map((market) => format(market.amountStep))}::numeric[],
      ${markets.map((market) => format(market.amountMin))}::numeric[],
      ${markets.map((market) => format(market.notionalMin))}::numeric[],
      ${markets.map((market) => format(market.takerFee.rate))}::numeric[],
      ${markets.map((market) => market.takerFee.source)}::text[],
      ${markets.map((market) => market.takerFee.paidIn)}::text[],
      ${markets.map((market) => market.active)}::boolean[])`.execute(trx)
}

async function replaceAssets(
  trx: Trx,
  venue: string,
  assets: readonly VenueAsset[],
): Promise<void> {
  await trx.deleteFrom('assets').where('venue', '=', venue).execute()
  await sql`
    insert into assets (venue, asset, name, deposit, withdraw, networks)
    select ${venue}, asset, name, deposit, withdraw, networks::jsonb from unnest(
      ${assets.map(({ asset }) => asset)}::text[],
      ${assets.map(({ name }) => name ?? null)}::text[],
      ${assets.map(({ deposit }) => deposit)}::text[],
      ${assets.map(({ withdraw }) => withdraw)}::text[],
      ${assets.map(({ networks }) => JSON.stringify(networks.map(networkRowOf)))}::text[])
      row (asset, name, deposit, withdraw, networks)`.execute(trx)
}

async function replaceWatchlist(
  trx: Trx,
  entries: readonly Omit<WatchlistEntry, 'listedAt'>[],
): Promise<void> {
  const keys = sql`
    ${entries.map(({ shard }) => shard)}::text[],
    ${entries.map(({ venue }) => venue)}::text[],
    ${entries.map(({ symbol }) => symbol)}::text[]`
  await sql`
    delete from watchlist where (shard, venue, symbol) not in (select * from unnest(${keys}))`.execute(
    trx,
  )
  await sql`
    insert into watchlist (shard, venue, symbol, rank, score_usdt, volume_usdt, frozen_ms,
      because)
    select * from unnest(${keys},
      ${entries.map(({ rank }) => rank)}::integer[],
      ${entries.map(({ score }) => decimalOf(score))}::numeric[],
      ${entries.map(({ facts: { volumeUsdt } }) =>
        volumeUsdt === undefined ? null : decimalOf(volumeUsdt),
      )}::numeric[],
      ${entries.map(({ facts }) => facts.frozenMs)}::float8[],
      ${entries.map(({ because }) => because ?? 'near')}::text[])
    on conflict (shard, venue, symbol) do update set rank = excluded.rank,
      score_usdt = excluded.score_usdt, volume_usdt = excluded.volume_usdt,
      frozen_ms = excluded.frozen_ms, because = excluded.because`.execute(trx)
}

async function replaceStatuses(trx: Trx, reports: readonly VenueReport[]): Promise<void> {
  const venues = reports.map(({ venue }) => venue)
  await sql`delete from venue_statuses where venue <> all(${venues}::text[])`.execute(trx)
  await sql`
    insert into venue_statuses (venue, state, reason, swept_at, markets, sweep_ms)
    select * from unnest(${venues}::text[],
      ${reports.map(({ state }) => state)}::text[],
      ${reports.map(({ reason }) => reason)}::text[],
      ${reports.map(({ sweptAt }) => sweptAt ?? null)}::timestamptz[],
      ${reports.map(({ markets }) => markets)}::integer[],
      ${reports.map(({ sweepMs }) => sweepMs)}::float8[])
    on conflict (venue) do update set state = excluded.state, reason = excluded.reason,
      swept_at = greatest(excluded.swept_at, venue_statuses.swept_at),
      markets = excluded.markets, sweep_ms = excluded.sweep_ms,
      changed_at = clock_timestamp()`.execute(trx)
}

export function openPostgresMarketStore(db: Database): MarketStore {
  return {
    saveListing: (venue, markets, assets) =>
      transact(db, async (trx) => {
        await takeTurns(trx, `listing ${venue}`)
        await replaceMarkets(trx, venue, markets)
        await replaceAssets(trx, venue, assets)
      }),
    async markets(venues) {
      const rows = await db
        .selectFrom('markets')
        .selectAll()
        .$if(venues !== undefined, (all) =>
          all.where('venue', '=', sql<string>`any(${[...(venues ?? [])]}::text[])`),
        )
        .orderBy('venue')
        .orderBy('symbol')
        .execute()
      return rows.map((row) => marketOf(row))
    },
    async assets() {
      const rows = await db
        .selectFrom('assets')
        .selectAll()
        .orderBy('venue')
        .orderBy('asset')
        .execute()
      return rows.map(({ name, networks, ...row }) => ({
        ...row,
        ...(name !== null && { name }),
        networks: networks.map(networkOf),
      }))
    },
    saveWatchlist: (entries) =>
      transact(db, async (trx) => {
        await takeTurns(trx, 'watchlist')
        await replaceWatchlist(trx, entries)
      }),
    async watchlist(shard) {
      const rows = await db
        .selectFrom('watchlist')
        .selectAll()
        .$if(shard !== undefined, (all) => all.where('shard', '=', shard ?? ''))
        .orderBy('shard')
        .orderBy('rank')
        .orderBy('venue')
        .execute()
      return rows.map((row) => ({
        shard: row.shard,
        venue: row.venue,
        symbol: row.symbol,
        rank: row.rank,
        score: Number(row.score_usdt),
        facts: {
          volumeUsdt: row.volume_usdt === null ? undefined : Number(row.volume_usdt),
          frozenMs: row.frozen_ms,
        },
        because: listedBecause.find((because) => because === row.because) ?? 'near',
        listedAt: row.listed_at,
      }))
    },
    saveStatuses: (reports) =>
      transact(db, async (trx) => {
        await takeTurns(trx, 'venue statuses')
        await replaceStatuses(trx, reports)
      }),
    async statuses() {
      const rows = await db.selectFrom('venue_statuses').selectAll().orderBy('venue').execute()
      return rows.map((row) => ({
        venue: row.venue,
        state: row.state,
        reason: row.reason,
        sweptAt: row.swept_at ?? undefined,
        markets: row.markets,
        sweepMs: row.sweep_ms,
        checkedAt: row.changed_at,
      }))
    },
    saveValues: (values) =>
      transact(db, async (trx) => {
        await takeTurns(trx, 'values')
        await sql`
          insert into asset_values (asset, usdt)
          select * from unnest(${[...values.keys()]}::text[],
            ${Array.from(values.values(), decimalOf)}::numeric[])
          on conflict (asset) do update set usdt = excluded.usdt, valued_at = clock_timestamp()`.execute(
          trx,
        )
      }),
    async values() {
      const rows = await db
        .selectFrom('asset_values')
        .select(['asset', 'usdt'])
        .where('valued_at', '>', msAgo(valueAgeMsMax))
        .execute()
      return new Map(rows.map(({ asset, usdt }) => [asset, Number(usdt)]))
    },
    async lastValues() {
      const rows = await db.selectFrom('asset_values').selectAll().execute()
      return new Map(
        rows.map(({ asset, usdt, valued_at }) => [asset, { usdt: Number(usdt), at: valued_at }]),
      )
    },
  }
}
