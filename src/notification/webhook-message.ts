// An alert as a webhook takes it: Slack reads `text`, Discord `content`, programs the rest.
import { badgesOf, type Labels } from './labels.ts'
import type { Notification, Posted } from './notification.ts'
import { plainLine, plainLines } from './plain-text.ts'

export type WebhookMessage = {
  readonly text: string
  readonly content: string
  /** Discord: nobody is called by what stands in a text. */
  readonly allowed_mentions: { readonly parse: readonly never[] }
  readonly subject: string
  readonly severity: string
  readonly at: string
  readonly mode: string
  readonly market: string
  /** What "ack" takes. */
  readonly id: string
}

type Alert = Extract<Notification, { kind: 'alert' }>

/** What Discord takes at most. */
const contentMax = 2000

/** Slack's calls to people and links begin with <; nothing of ours needs one. */
const safe = (text: string): string => text.replaceAll('<', '‹')

/** Cut between letters, however many units each of them has. */
const cut = (text: string, max: number): string => {
  if (text.length <= max) return text
  const [...letters] = text.slice(0, max - 1)
  if (/^[\uD800-\uDFFF]$/.test(letters.at(-1) ?? '')) letters.pop()
  return `${letters.join('')}…`
}

export function webhookMessage({ seq, at, notification }: Posted, labels: Labels): WebhookMessage {
  if (notification.kind !== 'alert') throw new Error(`post ${seq} is no alert`)
  return messageOf(notification, String(notification.repeats?.[0] ?? seq), at, labels)
}

/** `id`: what "ack" takes; empty where nobody can acknowledge it. */
export function messageOf(
  { severity, subject, text }: Pick<Alert, 'severity' | 'subject' | 'text'>,
  id: string,
  at: Date,
  labels: Labels,
): WebhookMessage {
  const badges = [...badgesOf(labels), severity].map((badge) => `[${badge}]`).join(' ')
  const title = plainLine(subject)
  const lines = [
    `${badges} ${title}`,
    ...plainLines(text),
    ...(id === '' ? [] : [`"ack ${id}" in a chat ends the repeats.`]),
  ]
  const whole = cut(safe(lines.join('\n')), contentMax)
  return {
    text: whole,
    content: whole,
    allowed_mentions: { parse: [] },
    subject: title,
    severity,
    at: at.toISOString(),
    mode: labels.mode,
    market: labels.market,
    id,
  }
}
