// People type a piece of an id. Ids begin with the time, so the end is what tells two of a minute apart.

export type Match<T> =
  | { readonly outcome: 'found'; readonly item: T }
  /** The first few of those that are meant, and how many there are. */
  | {
      readonly outcome: 'ambiguous'
      readonly ids: readonly string[]
      readonly items: readonly T[]
      readonly count: number
    }
  | { readonly outcome: 'none' }

const shownMax = 5

/** A whole id, or the beginning or the end of one alone. Case does not matter, nor a leading #. */
export function findById<T extends { readonly id: string }>(
  items: readonly T[],
  typed: string,
): Match<T> {
  const wanted = typed.replace(/^#/, '').toLowerCase()
  if (wanted === '') return { outcome: 'none' }
  const exact = items.find(({ id }) => id.toLowerCase() === wanted)
  if (exact !== undefined) return { outcome: 'found', item: exact }
  const meant = items.filter(({ id }) => {
    const known = id.toLowerCase()
    return known.startsWith(wanted) || known.endsWith(wanted)
  })
  const [only, second] = meant
  if (only === undefined) return { outcome: 'none' }
  if (second === undefined) return { outcome: 'found', item: only }
  const shown = meant.slice(0, shownMax)
  return {
    outcome: 'ambiguous',
    ids: shown.map(({ id }) => id),
    items: shown,
    count: meant.length,
  }
}

/** "k3" fits 7 trades: a, b, c, d, e and 2 more; type more of the one you mean. */
export function ambiguousText<T extends { readonly id: string }>(
  typed: string,
  { items, count }: Extract<Match<T>, { outcome: 'ambiguous' }>,
  what: string,
  nameOf: (item: T) => string = ({ id }) => id,
): string {
  const more = count > items.length ? ` and ${count - items.length} more` : ''
  return `"${typed}" fits ${count} ${what}: ${items.map(nameOf).join(', ')}${more}; type more of the one you mean`
}
