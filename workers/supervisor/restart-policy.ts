// When a part that ended by itself is started again, and when it is left alone.

export type RestartPolicy = {
  readonly restartsMax: number
  readonly withinMs: number
  readonly firstDelayMs: number
  readonly delayMsMax: number
}

export const restartPolicy: RestartPolicy = Object.freeze({
  restartsMax: 10,
  withinMs: 10 * 60_000,
  firstDelayMs: 250,
  delayMsMax: 15_000,
})

/**
 * The next pause, twice as long for each restart of the last `withinMs`; undefined: leave it down.
 *
 * @param restartedAt when it was restarted before, on the same clock as `nowMs`.
 */
export function restartDelayMs(
  policy: RestartPolicy,
  restartedAt: readonly number[],
  nowMs: number,
): number | undefined {
  const recent = restartedAt.filter((at) => nowMs - at < policy.withinMs).length
  if (recent >= policy.restartsMax) return undefined
  return Math.min(policy.firstDelayMs * 2 ** recent, policy.delayMsMax)
}
