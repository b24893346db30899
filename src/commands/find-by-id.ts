// People type a piece of an id. Ids begin with the time, so the end is what tells two of a minute apart.

export type Match<T> =
  | { readonly outcome: 'found'; readonly item: T }
  | { readonly outcome: 'ambiguous'; readonly ids: readonly string[] }
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
  if (second !== undefined)
    return { outcome: 'ambiguous', ids: meant.slice(0, shownMax).map(({ id }) => id) }
  return { outcome: 'found', item: only }
}
