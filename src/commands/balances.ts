// `balances`: what lies on each venue and what it is worth.
import { add, format } from '../money.ts'
import { amountText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { defineCommand } from './command.ts'
import { inTransitJson, inTransitLines } from './in-transit.ts'
import { standingJson, standingLines, standingTable } from './standings.ts'
import { optional, text } from './option.ts'
import { caveatsOf, readWorth, totalOf, worthCell, worthText, type Worth } from './worth.ts'

const withheldLines = (rows: readonly Worth[]): readonly string[] =>
  rows.flatMap(({ venue, asset, withheld = 0n }) =>
    withheld === 0n
      ? []
      : [
          `${amountText(withheld, 8)} ${asset} on ${venue} is not given out: an order of somebody else holds it, or it is not there.`,
        ],
  )

export const balances = defineCommand({
  name: 'balances',
  summary: 'What lies on each venue and what it is worth in USDT',
  help: 'Free can be traded; reserved is held by trades in flight. Worth is what selling would bring at the last prices known, and an old price is said to be one. What no venue ever priced is shown, and left out of the totals by name.',
  role: 'viewer',
  options: {
    venue: optional(text('Only this venue', { suggests: 'venues' })),
  },
  positional: ['venue'],
  examples: ['balances', 'balances kucoin'],
  async run({ venue }, context) {
    const { labels, reconciling, transfers, now } = context
    const [{ held: priced, venues }, accounts, moving] = await Promise.all([
      readWorth(context),
      reconciling.standings(),
      transfers.inTransit(),
    ])
    const all = totalOf(priced)
    const shown = venues.filter((id) => venue === undefined || id === venue.toLowerCase())
    const rowsOf = (id: string) =>
      priced.filter((row) => row.venue === id).toSorted((a, b) => (b.usdt ?? 0) - (a.usdt ?? 0))
    const shareOf = (id: string) => (all === 0 ? 0 : (totalOf(rowsOf(id)) / all) * 100)
    const standings = accounts.filter((one) => shown.includes(one.venue))
    const standing = standingTable(standings, now())
    const caveats = [
      ...inTransitLines(moving),
      ...standingLines(standings),
      ...withheldLines(shown.flatMap(rowsOf)),
      ...caveatsOf(shown.flatMap(rowsOf)),
    ]
    const missing =
      venues.length === 0
        ? 'No balance is known yet: paper balances are declared once the first sweep has seen the venues.'
        : shown.length === 0
          ? `Nothing is held on "${venue}"; balances are known for ${venues.join(', ')}.`
          : undefined
    const lines = missing === undefined ? caveats : [missing]
    return {
      title:
        venues.length === 0 ? 'No balances' : `${worthText(all)} USDT on ${venues.length} venues`,
      tone: caveats.length === 0 ? 'neutral' : 'warning',
      badges: badgesOf(labels),
      ...(lines.length === 0 ? {} : { text: lines.join('\n') }),
      tables: [
        ...(standing === undefined ? [] : [standing]),
        ...shown.map((id) => ({
          columns: [id, 'free', 'reserved', 'worth USDT'],
          rows: [
            ...rowsOf(id).map((row) => [
              row.asset,
              amountText(row.free, 8),
              amountText(row.reserved, 8),
              worthCell(row),
            ]),
            ['all', '', `${shareOf(id).toFixed(1)} % of all`, worthText(totalOf(rowsOf(id)))],
          ],
        })),
      ],
      json: {
        usdt: all,
        in_transit: inTransitJson(moving),
        venues: shown.map((id) => ({
          venue: id,
          usdt: totalOf(rowsOf(id)),
          share_percent: shareOf(id),
          assets: rowsOf(id).map((row) => ({
            asset: row.asset,
            free: format(row.free),
            reserved: format(row.reserved),
            withheld: format(row.withheld ?? 0n),
            usdt: row.usdt ?? null,
            price_age_ms: row.usdt === undefined ? null : row.priceAgeMs,
          })),
        })),
        accounts: standingJson(standings),
        left_out: priced
          .filter(({ usdt }) => usdt === undefined)
          .map((row) => ({
            venue: row.venue,
            asset: row.asset,
            amount: format(add(row.free, row.reserved)),
          })),
      },
    }
  },
})
