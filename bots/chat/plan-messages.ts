// What one post of the outbox means for one chat: which messages it makes or changes there. Pure.
import type { KnownChat } from '../../src/notification/chat-store.ts'
import type { ChatMessage, WantedMessage } from '../../src/notification/message-store.ts'
import type { Posted } from '../../src/notification/notification.ts'
import { kindOf, levelFor, rankOf } from '../../src/notification/routing.ts'

/** A digest that still collects. */
export type OpenDigest = { readonly key: string; readonly since: number; readonly dueMs: number }

export type ChatSituation = {
  readonly chat: KnownChat
  /** What this chat shows, or will, of the post's story. */
  readonly messages: readonly ChatMessage[]
  /** Gaps told one by one in the last minute. */
  readonly singles: number
  readonly digest: OpenDigest | undefined
}

/** A gap that is asked about is told by its question, which follows at once. */
const heldMs = 1000
export const digestMs = 60_000
/** How old and how many the copies of an alert are that are still edited: their buttons live so long. */
const copyMsMax = 24 * 3_600_000
const copiesMax = 40
/** The same alert within this time is the same message. */
const sameAlertMs = 5 * 60_000

const placeOf = ({ surface, chat }: KnownChat) => ({ surface, chat })

/** One message for the whole life of a gap. */
function planGap(posted: Posted, situation: ChatSituation, now: Date): readonly WantedMessage[] {
  const { chat, singles, digest } = situation
  const { notification, key, seq } = posted
  const level = levelFor(notification, chat.preferences, now)
  const known = situation.messages.find((message) => message.key === key)
  const isTold = notification.kind === 'opportunity' && notification.blocked !== undefined
  const message: WantedMessage = {
    ...placeOf(chat),
    key,
    story: key,
    since: 0,
    kind: kindOf(notification),
    isSilent: level !== 'on',
    wanted: seq,
    digest: undefined,
    afterMs: notification.kind === 'opportunity' && !isTold ? heldMs : 0,
  }
  // Whatever is shown goes on telling its story, also to a chat that would not have begun it.
  if (known !== undefined)
    return [{ ...message, digest: isTold ? known.digest : undefined, afterMs: 0 }]
  if (level === 'off') return []
  const { singles: singlesMax } = chat.preferences
  if (!isTold || singlesMax === null || singles < singlesMax) return [message]
  const into = digest ?? { key: `digest ${seq}`, since: seq, dueMs: digestMs }
  return [
    { ...message, digest: into.key },
    {
      ...message,
      key: into.key,
      story: into.key,
      since: into.since,
      isSilent: true,
      afterMs: Math.max(0, into.dueMs),
    },
  ]
}

type Alert = Extract<Posted['notification'], { kind: 'alert' }>

/** Newer numbers, or the end, of what is shown already. */
const isAboutShown = ({ renews, ends }: Alert): boolean => renews === true || ends !== undefined

/** Renewed is the newest copy alone; that it is over is said on each, for each has buttons. */
function planEdits(
  { notification, key, seq }: Posted,
  { chat, messages }: ChatSituation,
  now: Date,
): readonly WantedMessage[] {
  const shown = messages
    .filter(({ createdAt }) => now.getTime() - createdAt.getTime() < copyMsMax)
    .toSorted((a, b) => b.since - a.since)
    .slice(0, notification.kind === 'alert' && notification.renews === true ? 1 : copiesMax)
  return shown.map((message) => ({
    ...placeOf(chat),
    key: message.key,
    story: key,
    since: message.since,
    kind: message.kind,
    isSilent: true,
    wanted: seq,
    digest: undefined,
    afterMs: 0,
  }))
}

/** Alerts and news: one message for what comes again and again, a new one for what rings anew. */
function planNews(posted: Posted, situation: ChatSituation, now: Date): readonly WantedMessage[] {
  const { chat, messages } = situation
  const { notification, key, seq } = posted
  const kind = kindOf(notification)
  const to = notification.kind === 'alert' ? notification.to : undefined
  if (to !== undefined && (to.surface !== chat.surface || to.chat !== chat.chat)) return []
  const level = levelFor(notification, chat.preferences, now)
  const last = messages.reduce<ChatMessage | undefined>(
    (newest, message) => (newest === undefined || message.since > newest.since ? message : newest),
    undefined,
  )
  if (notification.kind === 'alert' && isAboutShown(notification))
    return planEdits(posted, situation, now)
  // What rings, and what somebody asked to be told, rings each time.
  const mayGoOn = rankOf(kind) > 0 && to === undefined
  // What is shown as wrong is shown as mended, also where good news are not wanted.
  const isOff = level === 'off'
  const ageMs = last === undefined ? Infinity : now.getTime() - last.createdAt.getTime()
  const goesOn = last !== undefined && mayGoOn && (isOff || ageMs < sameAlertMs)
  if (isOff && !goesOn) return []
  return [
    {
      ...placeOf(chat),
      key: goesOn ? last.key : `${key} ${seq}`,
      story: key,
      since: goesOn ? last.since : seq,
      // That something urgent is over is as urgent as it was: until then people read "act now".
      kind: goesOn && rankOf(last.kind) < rankOf(kind) ? last.kind : kind,
      isSilent: level !== 'on',
      wanted: seq,
      digest: undefined,
      afterMs: 0,
    },
  ]
}

/** What a chat that nothing reaches may want once it is reached again. */
const isWorthKeeping = (posted: Posted): boolean =>
  rankOf(kindOf(posted.notification)) <= rankOf('p1')

export function planMessages(
  posted: Posted,
  situation: ChatSituation,
  now: Date,
): readonly WantedMessage[] {
  if (situation.chat.closed !== undefined && !isWorthKeeping(posted)) return []
  switch (posted.notification.kind) {
    case 'opportunity':
    case 'approval':
    case 'trade':
      return planGap(posted, situation, now)
    case 'alert':
    case 'status':
      return planNews(posted, situation, now)
  }
}
