// PORT: notifications on their way to people. Written in the database, delivered at least once.
import type { Notification, Posted } from './notification.ts'

/** Said on the hub when something was posted; an empty text. A hint: surfaces look by themselves too. */
export const outboxChannel = 'outbox'

export type Outbox = {
  post(notification: Notification): Promise<void>
  /** In order, after `seq`. */
  read(afterSeq: number, limit: number): Promise<readonly Posted[]>
  /** Where one surface stands; survives restarts. A surface new to the desk starts at the newest. */
  position(surface: string): Promise<number>
  moveTo(surface: string, seq: number): Promise<void>
}
