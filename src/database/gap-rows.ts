// What recorded gaps add up to. Only gaps that passed every filter are recorded, a row a route and minute.
import { sql } from 'kysely'
import type { GapHour, GapStats } from '../history/history-store.ts'
import { msAgo } from './clock.ts'
import type { Database } from './connect.ts'
import { containing } from './like-pattern.ts'

type StatsRow = {
  readonly route: string
  readonly minutes: number
  readonly samples: number
  readonly percentiles: readonly [number, number, number]
  readonly best: number
  readonly open_ms: number
  readonly openings: number
}

/** Longest open first. Openings in neighbouring minutes cannot be told apart and count as one. */
export async function gapStats(
  db: Database,
  filter: {
    readonly sinceMs: number
    readonly route?: string
    readonly part?: string
    readonly limit: number
  },
): Promise<readonly GapStats[]> {
  const { sinceMs, route, part, limit } = filter
  const { rows } = await sql<StatsRow>`
    with seen as (
      select *, minute - interval '1 minute' * row_number()
        over (partition by route, open_ms > 0 order by minute) as opening
      from gaps
      where minute >= ${msAgo(sinceMs)}
        and (${route ?? null}::text is null or route = ${route ?? null})
        and (${part ?? null}::text is null or route ilike ${containing(part ?? '')})
    )
    select route, count(*) as minutes, sum(samples)::float8 as samples,
      percentile_cont(array[0.5, 0.9, 0.99]) within group (order by net_max) as percentiles,
      max(net_max) as best, sum(open_ms)::float8 as open_ms,
      count(distinct opening) filter (where open_ms > 0) as openings
    from seen group by route
    order by sum(open_ms) desc, max(net_max) desc, route
    limit ${limit}`.execute(db)
  return rows.map((row) => ({
    route: row.route,
    minutes: row.minutes,
    samples: row.samples,
    p50: row.percentiles[0],
    p90: row.percentiles[1],
    p99: row.percentiles[2],
    best: row.best,
    openMs: row.open_ms,
    openings: row.openings,
  }))
}

export async function gapHours(
  db: Database,
  routes: readonly string[],
  sinceMs: number,
): Promise<readonly GapHour[]> {
  const { rows } = await sql<{ route: string; hour: number; best: number; open_ms: number }>`
    select route, extract(hour from minute at time zone 'UTC')::integer as hour,
      max(net_max) as best, sum(open_ms)::float8 as open_ms
    from gaps where minute >= ${msAgo(sinceMs)} and route = any (${routes})
    group by route, hour order by route, hour`.execute(db)
  return rows.map(({ route, hour, best, open_ms: openMs }) => ({
    route,
    hourUtc: hour,
    best,
    openMs,
  }))
}
