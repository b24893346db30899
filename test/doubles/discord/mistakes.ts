// What was done wrong, by the bot or by this double. A test that passes has none of them.

export type Mistake = {
  readonly by: 'bot' | 'double'
  readonly method: string
  readonly path: string
  readonly reason: string
}

export type Mistakes = {
  readonly all: readonly Mistake[]
  readonly add: (mistake: Mistake) => void
  /** Hands all of them over and forgets them: for a test that provokes them. */
  readonly take: () => readonly Mistake[]
}

export function collectMistakes(): Mistakes {
  let all: Mistake[] = []
  return {
    get all() {
      return all
    },
    add(mistake) {
      all.push(mistake)
    },
    take() {
      const taken = all
      all = []
      return taken
    },
  }
}

export const mistakeText = ({ by, method, path, reason }: Mistake): string =>
  `${by}: ${method} ${path}: ${reason}`
