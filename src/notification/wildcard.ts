// Patterns in which * stands for anything. No expression engine: the time a match takes is bounded by the
// lengths of both texts, whatever somebody types.

export const patternLengthMax = 120
export const starsMax = 10

/** Capitals and small letters are one: venues are written small, symbols in capitals. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.toLowerCase().split('*')
  const whole = text.toLowerCase()
  const tail = rest.pop()
  if (tail === undefined) return whole === head
  if (whole.length < head.length + tail.length) return false
  if (!whole.startsWith(head) || !whole.endsWith(tail)) return false
  const end = whole.length - tail.length
  let at = head.length
  for (const part of rest) {
    const found = whole.indexOf(part, at)
    if (found === -1 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
