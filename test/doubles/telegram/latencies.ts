// How long people waited: from the press's delivery to the end of the spinner and to the edited card.
import type { Press } from './state.ts'

export type Latency = {
  readonly press: Press
  /** From the delivery of the update to answerCallbackQuery; undefined while there was none. */
  readonly answeredMs: number | undefined
  /** From the delivery of the update to the first edit of the message. */
  readonly editedMs: number | undefined
}

export const latencyOf = (press: Press): Latency => {
  const since = (atMs: number | undefined) =>
    atMs === undefined || press.deliveredAtMs === undefined ? undefined : atMs - press.deliveredAtMs
  return { press, answeredMs: since(press.answeredAtMs), editedMs: since(press.editedAtMs) }
}
