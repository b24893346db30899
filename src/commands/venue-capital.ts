// How much of all capital lies on each venue, and how much of it the venue lets nobody withdraw.
import type { VenueAsset } from '../market/asset.ts'
import type { CardTable } from '../notification/card.ts'
import { totalOf, worthText, type Worth } from './worth.ts'

export type VenueCapital = {
  readonly venue: string
  readonly usdt: number
  /** Of all capital. */
  readonly percent: number
  /** What cannot be withdrawn now; undefined where the venue tells of nothing that is held there. */
  readonly lockedUsdt: number | undefined
}

function lockedUsdtOf(rows: readonly Worth[], assets: readonly VenueAsset[]): number | undefined {
  const told = rows.flatMap((row) => {
    const known = assets.find(({ venue, asset }) => venue === row.venue && asset === row.asset)
    return known === undefined || known.withdraw === 'unknown' ? [] : [{ row, known }]
  })
  if (told.length === 0) return undefined
  return totalOf(told.filter(({ known }) => known.withdraw === 'shut').map(({ row }) => row))
}

/** Most first. */
export function capitalOf(
  held: readonly Worth[],
  venues: readonly string[],
  assets: readonly VenueAsset[],
): readonly VenueCapital[] {
  const all = totalOf(held)
  return venues
    .map((venue): VenueCapital => {
      const rows = held.filter((row) => row.venue === venue)
      const usdt = totalOf(rows)
      const percent = all === 0 ? 0 : (usdt / all) * 100
      return { venue, usdt, percent, lockedUsdt: lockedUsdtOf(rows, assets) }
    })
    .toSorted((a, b) => b.usdt - a.usdt)
}

function withdrawalText(lockedUsdt: number | undefined): string {
  if (lockedUsdt === undefined) return 'not told'
  return lockedUsdt === 0 ? 'open' : `${worthText(lockedUsdt)} USDT shut in`
}

export const capitalTable = (capital: readonly VenueCapital[], percentMax: number): CardTable => ({
  columns: ['venue', 'worth USDT', 'of all', `most ${percentMax.toFixed(0)} %`, 'withdrawals'],
  rows: capital.map(({ venue, usdt, percent, lockedUsdt }) => [
    venue,
    worthText(usdt),
    `${percent.toFixed(1)} %`,
    percent > percentMax ? 'OVER' : 'within',
    withdrawalText(lockedUsdt),
  ]),
})

export const capitalJson = (capital: readonly VenueCapital[], percentMax: number) =>
  capital.map(({ venue, usdt, percent, lockedUsdt }) => ({
    venue,
    usdt,
    share_percent: percent,
    share_percent_max: percentMax,
    over: percent > percentMax,
    withdrawals_shut_usdt: lockedUsdt ?? null,
  }))
