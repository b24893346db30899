// History that could not be written waits for the database to come back.

/** Kept at most; what is older goes first. */
const rowsMaxDefault = 20_000

/**
 * Writes rows together with those that could not be written before. Throws what the write throws; the
 * rows are kept then.
 */
export function keepUnwritten<Row>(
  write: (rows: readonly Row[]) => Promise<void>,
  rowsMax = rowsMaxDefault,
): (rows: readonly Row[]) => Promise<void> {
  let left: readonly Row[] = []
  return async (rows) => {
    const due = [...left, ...rows]
    left = []
    if (due.length === 0) return
    try {
      await write(due)
    } catch (error) {
      // Another call may have failed meanwhile.
      left = [...due, ...left].slice(-rowsMax)
      throw error
    }
  }
}
