// Work that is done again and again and never twice at once.

/** Runs `task` each `ms` until the returned function is called; a round that comes too early is left out. */
export function every(
  ms: number,
  task: () => Promise<void>,
  onError: (error: unknown) => void,
): () => void {
  let running = false
  const timer = setInterval(() => {
    if (running) return
    running = true
    task()
      .catch(onError)
      .finally(() => (running = false))
  }, ms)
  return () => clearInterval(timer)
}
