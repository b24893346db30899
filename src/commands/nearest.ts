// "Did you mean …?": the known name closest to what was typed.

const lengthMax = 40

/** Edit distance in which two neighbours swapped count as one mistake. */
function distance(a: string, b: string): number {
  let twoUp: number[] = []
  let up = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min(
        (up[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (up[j - 1] as number) + change,
      )
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (twoUp[j - 2] as number) + 1)
      row.push(least)
    }
    twoUp = up
    up = row
  }
  return up[b.length] as number
}

/** Undefined when nothing known is close: a wild guess helps nobody. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const text = typed.toLowerCase().slice(0, lengthMax)
  if (text === '') return undefined
  const begun = known.filter((name) => name.startsWith(text))
  if (begun.length === 1) return begun[0]
  const mistakesMax = Math.max(1, Math.floor(text.length / 3))
  return known
    .map((name) => ({ name, mistakes: distance(text, name) }))
    .filter(({ mistakes }) => mistakes <= mistakesMax)
    .toSorted((a, b) => a.mistakes - b.mistakes)[0]?.name
}
