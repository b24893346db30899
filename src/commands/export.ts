// `export`: what was recorded, as a CSV file.
import {
  exportFilters,
  exportKinds,
  type ExportFilter,
  type ExportKind,
} from '../history/export-store.ts'
import { badgesOf } from '../notification/labels.ts'
import { timeText } from '../notification/time-text.ts'
import {
  badUsage,
  defineCommand,
  type Answer,
  type CommandContext,
  type Failure,
} from './command.ts'
import { csvHead, csvLine } from './csv.ts'
import { choice, duration, moment, optional, text, withDefault } from './option.ts'

const weekMs = 7 * 86_400_000
/** What every chat takes. */
const bytesMax = 8 * 1024 * 1024

type Wish = {
  readonly what: ExportKind
  readonly since: number
  readonly from: Date | undefined
  readonly to: Date | undefined
  readonly venue: string | undefined
  readonly symbol: string | undefined
  readonly route: string | undefined
}

/** A filter that means nothing for the kind is a mistake, not to be passed over in silence. */
function filterOf(wish: Wish, now: Date): ExportFilter | Failure {
  const { what, since, venue, symbol, route } = wish
  const asked = { venue: venue?.toLowerCase(), symbol, route }
  const useless = (['venue', 'symbol', 'route'] as const).find(
    (name) => asked[name] !== undefined && !exportFilters[what].includes(name),
  )
  if (useless !== undefined) return badUsage(`export ${what} cannot be filtered by ${useless}`)
  if (what === 'prices' && symbol === undefined)
    return badUsage('export prices needs a symbol: export prices --symbol BTC/USDT')
  const to = wish.to ?? now
  const from = wish.from ?? new Date(to.getTime() - since)
  if (from >= to)
    return badUsage(
      `export: ${timeText(from)} to ${timeText(to)} is no stretch of time; --from must be before --to, and before now`,
    )
  return {
    from,
    to,
    ...(asked.venue === undefined ? {} : { venue: asked.venue }),
    ...(symbol === undefined ? {} : { symbol: what === 'prices' ? symbol.toUpperCase() : symbol }),
    ...(route === undefined ? {} : { route }),
  }
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10).replaceAll('-', '')

type Written = { readonly csv: string; readonly rows: number; readonly isCut: boolean }

/** Stops at the line that would be too much. */
async function* write(
  what: ExportKind,
  filter: ExportFilter,
  { exports }: CommandContext,
): AsyncGenerator<string, Written, void> {
  const columns = exports.columns(what)
  const parts = [csvHead(columns)]
  let bytes = Buffer.byteLength(parts[0] ?? '')
  let rows = 0
  for await (const batch of exports.read(what, filter)) {
    for (const cells of batch) {
      const line = csvLine(cells, columns)
      bytes += Buffer.byteLength(line)
      if (bytes > bytesMax) return { csv: parts.join(''), rows, isCut: true }
      parts.push(line)
      rows++
    }
    yield `${rows.toLocaleString('en-US')} rows`
  }
  return { csv: parts.join(''), rows, isCut: false }
}

function answer(
  what: ExportKind,
  { from, to }: ExportFilter,
  { csv, rows, isCut }: Written,
  { labels }: CommandContext,
): Answer {
  const badges = badgesOf(labels)
  const many = rows.toLocaleString('en-US')
  const json = {
    what,
    from: from.toISOString(),
    to: to.toISOString(),
    rows,
    cut: isCut,
  }
  if (rows === 0)
    return {
      title: `No ${what} to export`,
      tone: 'neutral',
      badges,
      text: `None was recorded from ${timeText(from)} to ${timeText(to)}.`,
      isPrivate: what === 'audit',
      json: { ...json, file: null, csv },
    }
  const name = `arbdesk-${what}-${dayOf(from)}-${dayOf(to)}${isCut ? '-cut' : ''}.csv`
  return {
    title: `${many} rows of ${what}`,
    tone: isCut ? 'warning' : 'good',
    badges,
    text: isCut
      ? `CUT: a file may have 8 MB, so it holds the newest ${many} rows only. Ask for less time, or for one venue, symbol or route.`
      : `From ${timeText(from)} to ${timeText(to)}, newest first. A text that a spreadsheet would take for a formula begins with a '.`,
    file: { name, mediaType: 'text/csv', content: csv },
    isPrivate: what === 'audit',
    json: { ...json, file: name, csv },
  }
}

export const exportCommand = defineCommand({
  name: 'export',
  summary: 'What was recorded as a CSV file: trades, fills, gaps, prices …',
  help: 'Newest first, times in UTC, numbers with every digit. 8 MB at most; what does not fit is said. The audit is for operators. With --json the file is in the document, under "csv".',
  role: 'viewer',
  roleFor: ({ what }) => (what === 'audit' ? 'operator' : 'viewer'),
  options: {
    what: choice('What to export', exportKinds),
    since: withDefault(duration('How far back, such as 24h or 30d (7d if left out)'), weekMs),
    from: optional(moment('Not before this moment, such as 2025-11-20 or 2025-11-20 14:30')),
    to: optional(moment('Before this moment')),
    venue: optional(text('Only this venue', { suggests: 'venues' })),
    symbol: optional(text('Only this symbol or asset', { suggests: 'symbols' })),
    route: optional(text('Only this route', { suggests: 'routes' })),
  },
  positional: ['what', 'since'],
  examples: [
    'export trades',
    'export fills 30d --venue kucoin',
    'export prices 24h --symbol BTC/USDT',
    'export trades --from 2025-11-01 --to 2025-12-01',
  ],
  async *run(wish, context) {
    const filter = filterOf(wish, context.now())
    if ('outcome' in filter) return filter
    return answer(wish.what, filter, yield* write(wish.what, filter, context), context)
  },
})
