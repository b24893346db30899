// PORT: alerts that a person must act on now. Each is told again until somebody acknowledges it.
import type { Notification, Posted } from './notification.ts'

export type UrgentAlert = {
  /** The number of the post that told it first; what people type to acknowledge it. */
  readonly id: number
  readonly subject: string
  /** As it was told last. */
  readonly text: string
  readonly firstToldAt: Date
  readonly lastToldAt: Date
  readonly times: number
  /** What can be done about it, by the last word on it. */
  readonly actions: NonNullable<Extract<Notification, { kind: 'alert' }>['actions']>
  readonly acked: { readonly at: Date; readonly by: string } | undefined
}

export type Acknowledged =
  /** Those that were open until now. */
  | { readonly outcome: 'acknowledged'; readonly alerts: readonly UrgentAlert[] }
  | { readonly outcome: 'known'; readonly alert: UrgentAlert }
  | { readonly outcome: 'none' }

export type UrgentAlertStore = {
  /**
   * Takes up a P0 alert of the outbox: a new one, or one more word on the open one of its subject. A
   * post taken up before changes nothing, and so does any other. With `calls` it waits for the webhook.
   */
  take(posted: Posted, how: { readonly repeatMs: number; readonly calls: boolean }): Promise<void>
  /** Longest waiting first. */
  listOpen(): Promise<readonly UrgentAlert[]>
  /** `id` may be any of an alert's posts, taken up or not yet. */
  acknowledge(id: number | 'all', by: string): Promise<Acknowledged>
  /** Posts what is open and due once more; returns how many posts that made. */
  repeatDue(repeatMs: number): Promise<number>
}

/** A post on its way to the webhook. */
export type AlertCall = {
  readonly seq: number
  /** Counted from 1. */
  readonly tries: number
  readonly posted: Posted
}

/** What waits for the webhook: of one alert the oldest goes first, and nothing else until it was heard. */
export type AlertCallStore = {
  /** Takes one that is due; nobody else gets it, nor another of its alert, for `leaseMs`. */
  next(leaseMs: number): Promise<AlertCall | undefined>
  heard(seq: number): Promise<void>
  /** It is tried again after `afterMs`, until it is a day old. */
  failed(seq: number, afterMs: number): Promise<void>
}

const gapMsMax = 30 * 60_000
/** What somebody has to decide is told again this often at least, for as long as nobody acknowledges it. */
export const decisionGapMsMax = 60_000
/** More that are due at once are told together: a phone that rings for each is put away. */
export const singleRepeatsMax = 3

/** How long until an alert that was told so many times is told again: longer each time, half an hour at most. */
export const repeatGapMs = (repeatMs: number, times: number): number =>
  Math.min(Math.max(gapMsMax, repeatMs), repeatMs * 2 ** Math.min(times - 1, 20))
