// Waiting that ends: nothing in this folder waits for a server without a limit.

/** Settles as the promise does, or rejects once the time is over; the work itself is not stopped. */
export async function withDeadline<T>(
  promise: Promise<T>,
  msMax: number,
  message: string,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(message)), msMax)
  })
  // The loser of the race may still reject, and nobody would be left to hear it.
  promise.catch(() => undefined)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
