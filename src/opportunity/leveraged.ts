// Leveraged and venue-made tokens: a BTC3L of one venue is not the BTC3L of another, and neither can be moved.

/** A suffix and those of the tokens issued beside it. */
const siblings: readonly (readonly string[])[] = [
  ['UP', 'DOWN'],
  ['LONG', 'SHORT'],
  ['BULL', 'BEAR', 'HALF', 'HEDGE'],
]
const factor = /^(.*?)(\d{1,2})([LS])$/
/** Shorter names end in a suffix by chance: TUP beside T, SUP beside S. */
const underlyingLettersMin = 3

/**
 * Which of `listed` are leveraged: the name ends in 3L, 5S, UP, BEAR … and what is left is listed too,
 * or a sibling with the opposite suffix is. JUP, SYRUP and H3RO3S have neither.
 */
export function leveragedTokens(listed: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>()
  for (const asset of listed) if (isLeveraged(asset, listed)) found.add(asset)
  return found
}

function isLeveraged(asset: string, listed: ReadonlySet<string>): boolean {
  const [, stem, times, way] = factor.exec(asset) ?? []
  if (stem !== undefined && stem !== '')
    return listed.has(stem) || listed.has(`${stem}${times}${way === 'L' ? 'S' : 'L'}`)
  for (const family of siblings) {
    const suffix = family.find((ending) => asset.endsWith(ending))
    if (suffix === undefined) continue
    const underlying = asset.slice(0, -suffix.length)
    const hasSibling = family.some((other) => other !== suffix && listed.has(underlying + other))
    if (hasSibling) return true
    if (underlying.length >= underlyingLettersMin && listed.has(underlying)) return true
  }
  return false
}
