// One message tells a whole story: where it stands, and how it came there. Processes write what they
// know at their own pace, so the story's order is its own and not that of the outbox.
import { approvalStateText } from './approval-card.ts'
import type { Card } from './card.ts'
import { describe } from './describe.ts'
import type { Labels } from './labels.ts'
import type { Notification, Posted } from './notification.ts'
import { clockText } from './time-text.ts'

/** How far along a gap's story this is. */
function progressOf(notification: Notification): number {
  switch (notification.kind) {
    case 'alert':
    case 'status':
    case 'opportunity':
      return 0
    case 'approval':
      return notification.approval.state === 'asked' ? 1 : 2
    case 'trade':
      switch (notification.trade.state) {
        case 'approved':
          return 3
        case 'executing':
          return 4
        case 'settled':
        case 'exposed':
        case 'abandoned':
          return 5
      }
  }
}

/** A gap that was asked about again has left its former question behind. */
function ofNewestQuestion(story: readonly Posted[]): readonly Posted[] {
  const approvals = story.flatMap(({ notification }) =>
    notification.kind === 'approval' ? [notification.approval] : [],
  )
  const newest = approvals.toSorted((a, b) => a.askedAt.getTime() - b.askedAt.getTime()).at(-1)
  if (newest === undefined) return story
  return story.filter(({ notification }) => {
    if (notification.kind === 'approval') return notification.approval.id === newest.id
    return notification.kind !== 'trade' || notification.trade.approval === newest.id
  })
}

/** The post that says where the story stands; of two that say the same, the later. */
export function standOf(story: readonly Posted[]): Posted {
  const stand = ofNewestQuestion(story).reduce<Posted | undefined>(
    (best, posted) =>
      best === undefined || progressOf(posted.notification) >= progressOf(best.notification)
        ? posted
        : best,
    undefined,
  )
  if (stand === undefined) throw new Error('a story without a post cannot be told')
  return stand
}

/** Whether anybody can still do something about it: what is over has no buttons. */
function isOpen(notification: Notification): boolean {
  switch (notification.kind) {
    case 'alert':
    case 'status':
    case 'opportunity':
      return true
    case 'approval':
      return notification.approval.state === 'asked'
    case 'trade':
      return notification.trade.state === 'exposed'
  }
}

const isAlarm = ({ notification }: Posted): boolean =>
  notification.kind === 'alert' && notification.severity === 'P0'

/** What stands at the top says it again, and more. */
const isSaidIn = ({ notification }: Posted, text: string): boolean =>
  notification.kind === 'alert' && text !== '' && notification.text.startsWith(text)

const earlierMax = 5

/** What went before, one line each, the newest first. */
function earlierLines(story: readonly Posted[], stand: Posted): readonly string[] {
  const all = ofNewestQuestion(story)
  const newestAlarm = all.findLast(isAlarm)
  // An alarm that was told again, or with newer numbers, says all that the ones before it said.
  const before = all.filter(
    (posted) => posted !== stand && (!isAlarm(posted) || posted === newestAlarm),
  )
  const lines = before.toReversed().flatMap(({ at, notification }) => {
    switch (notification.kind) {
      case 'alert':
      case 'status':
        return isSaidIn(stand, notification.text) ? [] : [`${clockText(at)}: ${notification.text}`]
      case 'approval':
        return notification.approval.state === 'asked'
          ? []
          : [approvalStateText(notification.approval)]
      case 'opportunity':
      case 'trade':
        return []
    }
  })
  return [...new Set(lines)].slice(0, earlierMax)
}

/** The card of a story, oldest post first; at least one. Its `json` is the newest state's. */
export function describeStory(story: readonly Posted[], labels: Labels): Card {
  const stand = standOf(story)
  const { actions, menus, ...card } = describe(stand, labels)
  const text = [card.text, ...earlierLines(story, stand)].filter(Boolean).join('\n')
  return {
    ...card,
    ...(text === '' ? {} : { text }),
    ...(isOpen(stand.notification) && actions !== undefined ? { actions } : {}),
    ...(isOpen(stand.notification) && menus !== undefined ? { menus } : {}),
  }
}
