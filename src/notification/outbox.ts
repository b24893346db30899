// PORT: notifications on their way to people. Written in the database, delivered at least once.
import type { Notification, Posted } from './notification.ts'

/** Said on the hub when something was posted; an empty text. A hint: surfaces look by themselves too. */
export const outboxChannel = 'outbox'

export type Outbox = {
  post(notification: Notification): Promise<void>
  /** The number of the newest; 0 where nothing was ever posted. */
  newest(): Promise<number>
  /** In order, after `seq`. */
  read(afterSeq: number, limit: number): Promise<readonly Posted[]>
  /** What was posted about one thing from `sinceSeq` on, in order; of very much, the newest. */
  story(key: string, sinceSeq: number): Promise<readonly Posted[]>
  /** In order; numbers that are not there are left out. */
  find(seqs: readonly number[]): Promise<readonly Posted[]>
  /** Where one surface stands; survives restarts. A surface new to the desk starts at the newest. */
  position(surface: string): Promise<number>
  moveTo(surface: string, seq: number): Promise<void>
}
