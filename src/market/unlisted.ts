// Assets that no market of any venue knows: misspelt, or traded elsewhere.
import type { Market } from './market.ts'

export function unlistedOf(
  assets: readonly string[],
  markets: readonly Pick<Market, 'base' | 'quote'>[],
): readonly string[] {
  const known = new Set(markets.flatMap(({ base, quote }) => [base, quote]))
  return assets.filter((asset) => !known.has(asset))
}
