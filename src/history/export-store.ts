// PORT: recorded rows as they are handed out in files.
import type { VenueId } from '../market/market.ts'

export const exportKinds = ['trades', 'fills', 'opportunities', 'gaps', 'prices', 'audit'] as const
export type ExportKind = (typeof exportKinds)[number]

/** A number may come as decimal text, so that no digit of an amount is lost. */
export type Cell = string | number | Date | null
export type Column = { readonly name: string; readonly type: 'text' | 'number' | 'time' }

export type ExportFilter = {
  readonly from: Date
  /** Outside. */
  readonly to: Date
  readonly venue?: VenueId
  /** Part of a symbol; of prices, the whole of it. */
  readonly symbol?: string
  readonly route?: string
}

/** What of the filter means anything for a kind; the rest must be left out. */
export const exportFilters: Readonly<
  Record<ExportKind, readonly ('venue' | 'symbol' | 'route')[]>
> = {
  trades: ['venue', 'symbol', 'route'],
  fills: ['venue', 'symbol', 'route'],
  opportunities: ['venue', 'symbol', 'route'],
  gaps: ['route'],
  prices: ['venue', 'symbol'],
  audit: [],
}

export type ExportStore = {
  columns(kind: ExportKind): readonly Column[]
  /** Newest first, in batches of cells under the columns. Whoever stops reading stops it. */
  read(kind: ExportKind, filter: ExportFilter): AsyncIterable<readonly (readonly Cell[])[]>
}
