// `balances`: what lies on each venue and what it is worth.
import { add, format, toNumber } from '../money.ts'
import type { Balance } from '../trade/trade-store.ts'
import { amountText, numberText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import { defineCommand } from './command.ts'
import { optional, text } from './option.ts'

type Worth = Balance & { readonly usdt: number | undefined }

const worthText = (usdt: number | undefined): string =>
  usdt === undefined ? 'unknown' : numberText(Math.round(usdt * 100) / 100)

const totalOf = (rows: readonly Worth[]): number =>
  rows.reduce((sum, { usdt }) => sum + (usdt ?? 0), 0)

export const balances = defineCommand({
  name: 'balances',
  summary: 'What lies on each venue and what it is worth in USDT',
  help: 'Free can be traded; reserved is held by trades in flight. Worth is what selling would bring at the newest executable prices; an asset without a price counts as nothing and says so.',
  role: 'viewer',
  options: {
    venue: optional(text('Only this venue', { suggests: 'venues' })),
  },
  positional: ['venue'],
  examples: ['balances', 'balances kucoin'],
  async run({ venue }, { trades, markets, labels }) {
    const [held, values] = await Promise.all([trades.balances(), markets.values()])
    const priced = held.map((balance): Worth => {
      const value = balance.asset === 'USDT' ? 1 : values.get(balance.asset)
      const amount = toNumber(add(balance.free, balance.reserved))
      return { ...balance, usdt: value === undefined ? undefined : amount * value }
    })
    const all = totalOf(priced)
    const venues = [...new Set(priced.map((row) => row.venue))].toSorted()
    const shown = venues.filter((id) => venue === undefined || id === venue.toLowerCase())
    const rowsOf = (id: string) =>
      priced
        .filter((row) => row.venue === id && (row.free !== 0n || row.reserved !== 0n))
        .toSorted((a, b) => (b.usdt ?? 0) - (a.usdt ?? 0))
    const shareOf = (id: string) => (all === 0 ? 0 : (totalOf(rowsOf(id)) / all) * 100)
    return {
      title:
        held.length === 0 ? 'No balances' : `${worthText(all)} USDT on ${venues.length} venues`,
      tone: 'neutral',
      badges: badgesOf(labels),
      ...(held.length === 0
        ? {
            text: 'No balance is known yet: paper balances are declared once the first sweep has seen the venues.',
          }
        : shown.length === 0
          ? { text: `Nothing is held on "${venue}"; balances are known for ${venues.join(', ')}.` }
          : {}),
      tables: shown.map((id) => ({
        columns: [id, 'free', 'reserved', 'worth USDT'],
        rows: [
          ...rowsOf(id).map((row) => [
            row.asset,
            amountText(row.free, 8),
            amountText(row.reserved, 8),
            worthText(row.usdt),
          ]),
          ['all', '', `${shareOf(id).toFixed(1)} % of all`, worthText(totalOf(rowsOf(id)))],
        ],
      })),
      json: {
        usdt: all,
        venues: shown.map((id) => ({
          venue: id,
          usdt: totalOf(rowsOf(id)),
          share_percent: shareOf(id),
          assets: rowsOf(id).map((row) => ({
            asset: row.asset,
            free: format(row.free),
            reserved: format(row.reserved),
            usdt: row.usdt ?? null,
          })),
        })),
      },
    }
  },
})
