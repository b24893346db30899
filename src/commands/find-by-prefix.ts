// People type the beginning of an id; it must mean one thing.

export type Match<T> =
  | { readonly outcome: 'found'; readonly item: T }
  | { readonly outcome: 'ambiguous'; readonly ids: readonly string[] }
  | { readonly outcome: 'none' }

const shownMax = 5

/** The whole id wins over a prefix of others. Case does not matter, nor a leading #. */
export function findByPrefix<T extends { readonly id: string }>(
  items: readonly T[],
  typed: string,
): Match<T> {
  const wanted = typed.replace(/^#/, '').toLowerCase()
  const exact = items.find(({ id }) => id.toLowerCase() === wanted)
  if (exact !== undefined) return { outcome: 'found', item: exact }
  const begun = items.filter(({ id }) => id.toLowerCase().startsWith(wanted))
  const [only, second] = begun
  if (only === undefined || wanted === '') return { outcome: 'none' }
  if (second !== undefined)
    return { outcome: 'ambiguous', ids: begun.slice(0, shownMax).map(({ id }) => id) }
  return { outcome: 'found', item: only }
}
