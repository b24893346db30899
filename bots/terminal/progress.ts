// How far a command is, said only where somebody has waited for it.

// What takes no longer than this needs no word.
const quietMs = 1000

export type Progress = {
  readonly tell: (line: string) => void
  readonly end: () => void
}

/** Says the newest line after a second, `first` if there is none, and each later one at once. */
export function createProgress(first: string, say: (line: string) => void): Progress {
  let newest = first
  let speaks = false
  const timer = setTimeout(() => {
    speaks = true
    say(newest)
  }, quietMs)
  return {
    tell: (line) => {
      newest = line
      if (speaks) say(line)
    },
    end: () => clearTimeout(timer),
  }
}
