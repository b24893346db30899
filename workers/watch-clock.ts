// This machine's clock beside one that never jumps: after a suspend or a step of time everything that was
// read is older than it seems.
import { every } from './every.ts'

const lookEveryMs = 1000
const jumpMsMax = 1000

/** Calls `onJump` with how far the clock went ahead (or back, below zero); returns how to stop. */
export function watchClock({
  wallMs,
  elapsedMs,
  onJump,
  everyMs = lookEveryMs,
}: {
  readonly wallMs: () => number
  readonly elapsedMs: () => number
  readonly onJump: (jumpMs: number) => void
  readonly everyMs?: number
}): () => void {
  const offset = () => wallMs() - elapsedMs()
  let before = offset()
  return every(
    everyMs,
    async () => {
      const jumpMs = offset() - before
      before = offset()
      if (Math.abs(jumpMs) > jumpMsMax) onJump(Math.round(jumpMs))
    },
    () => undefined,
  )
}
