// Answers in the order they come, for one reader: it takes the next, or waits for it.

export type Mailbox<T> = {
  put(letter: T): void
  isEmpty(): boolean
  take(): Promise<T>
}

export function createMailbox<T>(): Mailbox<T> {
  const letters: T[] = []
  let wake: (() => void) | undefined
  return {
    put(letter) {
      letters.push(letter)
      wake?.()
      wake = undefined
    },
    isEmpty: () => letters.length === 0,
    async take() {
      while (letters.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      return letters.shift() as T
    },
  }
}
