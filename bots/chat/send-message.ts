// One message on its way to one chat: what it shows is read as late as possible, its buttons are made,
// and whatever the platform says is written down before anything else is done.
import type { Command } from '../../src/commands/command.ts'
import type { Card } from '../../src/notification/card.ts'
import { describeStory, standOf } from '../../src/notification/describe-story.ts'
import { digestCard } from '../../src/notification/digest-card.ts'
import type { Labels } from '../../src/notification/labels.ts'
import type { ChatMessage, MessageStore } from '../../src/notification/message-store.ts'
import type { Posted } from '../../src/notification/notification.ts'
import type { Outbox } from '../../src/notification/outbox.ts'
import { mustArrive } from '../../src/notification/routing.ts'
import { storyLivesMs, viewOf } from './buttons.ts'
import { digestMs } from './plan-messages.ts'
import type { Delivery, Platform, View } from './platform.ts'

/** What this process has shown lately: an edit that changes nothing is none. */
export type ShownCards = {
  has(message: ChatMessage, card: Card): boolean
  add(message: ChatMessage, card: Card): void
}

// Stories that still change are fewer than this.
const shownMax = 500

export function createShownCards(): ShownCards {
  const shown = new Map<string, string>()
  const nameOf = ({ chat, key, message }: ChatMessage) => JSON.stringify([chat, key, message])
  // Its `json` is for scripts and has the time of each post.
  const lookOf = (card: Card) => JSON.stringify({ ...card, json: undefined })
  return {
    has: (message, card) => shown.get(nameOf(message)) === lookOf(card),
    add(message, card) {
      shown.delete(nameOf(message))
      shown.set(nameOf(message), lookOf(card))
      if (shown.size > shownMax) shown.delete(shown.keys().next().value as string)
    },
  }
}

export type SendWiring = {
  readonly platform: Platform
  readonly messages: MessageStore
  readonly outbox: Pick<Outbox, 'story' | 'find'>
  readonly commands: readonly Command[]
  readonly labels: Labels
  readonly now: () => Date
  readonly reportBug: (error: unknown, what: string) => void
  readonly cards: ShownCards
}

/** What became of one try, for the queue. */
export type Tried =
  /** Nothing to do: it is shown, on its way elsewhere, or not worth showing any more. */
  | { readonly outcome: 'nothing' }
  /** `message` as it stands now: it may want more already. */
  | { readonly outcome: 'shown'; readonly message: ChatMessage | undefined }
  /** `isUnsure`: perhaps it is shown already. */
  | {
      readonly outcome: 'again'
      readonly afterMs: number
      readonly detail: string
      readonly isUnsure: boolean
    }
  /** The platform takes nothing for this chat for a while. */
  | { readonly outcome: 'held'; readonly afterMs: number; readonly detail: string }
  | { readonly outcome: 'moved'; readonly chat: string }
  | { readonly outcome: 'closed'; readonly detail: string }
  /** Not even its bare words were taken; it is given up. */
  | { readonly outcome: 'lost'; readonly detail: string; readonly title: string }

type Told = { readonly card: Card; readonly version: number }

/** A gap that nobody can act on any more is no news, unless it is shown already. */
function isPast(stand: Posted, now: Date): boolean {
  const { notification, at } = stand
  const ageMs = now.getTime() - at.getTime()
  switch (notification.kind) {
    case 'opportunity':
      return ageMs > 2 * digestMs
    case 'approval':
      switch (notification.approval.state) {
        case 'asked':
          return now >= notification.approval.expiresAt
        case 'granted':
          return false
        case 'refused':
        case 'expired':
        case 'superseded':
          return true
      }
    // What became of money is told however late.
    case 'trade':
      return false
    case 'alert':
      return notification.severity !== 'P0' && ageMs > 24 * 3_600_000
    case 'status':
      return ageMs > 3_600_000
  }
}

const isDigest = (message: ChatMessage): boolean => message.key.startsWith('digest ')

/** Undefined when there is nothing to show any more. */
async function tell(wiring: SendWiring, message: ChatMessage): Promise<Told | undefined> {
  const { outbox, messages, labels, now } = wiring
  if (isDigest(message)) {
    const posts = await outbox.find(await messages.digested(message))
    const fresh = posts.filter((posted) => !isPast(posted, now()))
    const card = digestCard(fresh, digestMs, labels)
    return card && { card, version: message.wanted }
  }
  const posts = await outbox.story(message.story, message.since)
  const newest = posts.at(-1)
  if (newest === undefined) return undefined
  if (message.message === undefined && isPast(standOf(posts), now())) return undefined
  return { card: describeStory(posts, labels), version: newest.seq }
}

/** The words alone, for a platform that does not take the whole card. */
const bare = ({ card, buttons }: View): View => ({
  card: {
    title: card.title.slice(0, 200),
    tone: card.tone,
    badges: card.badges,
    text: (card.text ?? '').slice(0, 1000),
    json: card.json,
  },
  buttons: buttons.slice(0, 5),
  menus: [],
})

async function ask(
  { platform, reportBug }: SendWiring,
  { chat, isSilent, message }: ChatMessage,
  id: string,
  view: View,
): Promise<Delivery> {
  try {
    return message === undefined
      ? await platform.send(chat, view, { id, isSilent })
      : await platform.edit(chat, message, view)
  } catch (error) {
    reportBug(error, `${platform.surface} message`)
    return { outcome: 'rejected', detail: 'a fault of the desk; the log has it' }
  }
}

/** An answer that was lost: edits are made again, new messages where that does no harm or is worth it. */
async function afterUnknown(
  { platform, messages }: SendWiring,
  message: ChatMessage,
  version: number,
  detail: string,
): Promise<Tried> {
  const isNew = message.message === undefined
  if (isNew && !platform.knowsRepeats && !mustArrive(message.kind)) {
    await messages.giveUp(message, version)
    return { outcome: 'nothing' }
  }
  await messages.failed(message, 'perhaps')
  return { outcome: 'again', afterMs: 1000, detail, isUnsure: isNew && !platform.knowsRepeats }
}

async function afterDelivery(
  wiring: SendWiring,
  message: ChatMessage,
  { card, version }: Told,
  delivery: Delivery,
): Promise<Tried> {
  const { messages, cards } = wiring
  switch (delivery.outcome) {
    case 'sent': {
      const shown = await messages.sent(message, version, delivery.message)
      // After several tries nobody knows which of them is seen.
      if (shown !== undefined && shown.shown === version) cards.add(shown, card)
      if (isDigest(message)) await messages.toldTogether(message)
      return { outcome: 'shown', message: shown }
    }
    case 'later':
      await messages.failed(message, 'no')
      return { outcome: 'held', afterMs: delivery.afterMs, detail: delivery.detail }
    case 'unknown':
      return afterUnknown(wiring, message, version, delivery.detail)
    case 'gone':
      if (message.message === undefined) break
      await messages.gone(message)
      return { outcome: 'again', afterMs: 0, detail: delivery.detail, isUnsure: false }
    case 'moved':
      await messages.failed(message, 'no')
      return { outcome: 'moved', chat: delivery.chat }
    case 'closed':
      await messages.failed(message, 'no')
      return { outcome: 'closed', detail: delivery.detail }
    case 'rejected':
      break
  }
  await messages.giveUp(message, version)
  return { outcome: 'lost', detail: delivery.detail, title: card.title }
}

/**
 * Shows one message as it should be now. Throws when the database is away before anything was sent;
 * once the platform has answered, it is written down with `insist`, which tries until it succeeds.
 */
export async function sendMessage(
  wiring: SendWiring,
  message: ChatMessage,
  insist: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Tried> {
  const { messages, commands, cards } = wiring
  const told = await tell(wiring, message)
  if (told === undefined) {
    await messages.giveUp(message, message.wanted)
    if (isDigest(message)) await messages.toldTogether(message)
    return { outcome: 'nothing' }
  }
  if (message.message !== undefined && cards.has(message, told.card))
    return { outcome: 'shown', message: await messages.same(message, told.version) }
  const { view, offers } = viewOf(told.card, { commands, livesMs: storyLivesMs })
  const begun = await messages.begin(message, told.version, offers)
  if (begun.outcome === 'shown') return { outcome: 'nothing' }
  if (begun.outcome === 'busy')
    return { outcome: 'again', afterMs: 1000, detail: 'another process sends it', isUnsure: false }
  // Between the reading and the beginning another hand may have sent it.
  const now: ChatMessage = { ...message, message: begun.message }
  const delivery = await ask(wiring, now, begun.id, view)
  const again =
    delivery.outcome === 'rejected' ? await ask(wiring, now, begun.id, bare(view)) : delivery
  return insist(() => afterDelivery(wiring, now, told, again))
}
