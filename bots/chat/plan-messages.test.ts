import { expect, test } from 'vitest'
import { gap, notifications } from '../../test/notifications.ts'
import type { KnownChat } from '../../src/notification/chat-store.ts'
import type { ChatMessage } from '../../src/notification/message-store.ts'
import type { Notification, Posted } from '../../src/notification/notification.ts'
import { defaultPreferences, withPreset } from '../../src/notification/preferences.ts'
import { planMessages, type ChatSituation } from './plan-messages.ts'

const now = new Date('2025-11-20T12:00:00.000Z')
const chat: KnownChat = {
  surface: 'telegram',
  chat: '-1',
  account: undefined,
  preferences: defaultPreferences,
  closed: undefined,
}
const alone: ChatSituation = { chat, messages: [], singles: 0, digest: undefined }
const postedAs = (name: string, seq: number, key = gap.id): Posted => ({
  seq,
  at: now,
  key,
  notification: notifications[name] as Notification,
})
const alert = (severity: 'P0' | 'P1' | 'P2', seq: number): Posted => ({
  seq,
  at: now,
  key: 'alert venue kucoin',
  notification: { kind: 'alert', severity, subject: 'venue kucoin', text: 'news' },
})
const message = (changes: Partial<ChatMessage> = {}): ChatMessage => ({
  surface: 'telegram',
  chat: '-1',
  key: gap.id,
  id: 'm1',
  story: gap.id,
  since: 0,
  kind: 'approval',
  isSilent: false,
  wanted: 1,
  shown: 1,
  message: '77',
  digest: undefined,
  dueAt: now,
  createdAt: now,
  ...changes,
})
const set = (changes: Partial<KnownChat['preferences']>): ChatSituation => ({
  ...alone,
  chat: { ...chat, preferences: { ...defaultPreferences, ...changes } },
})
const off = (kind: string): ChatSituation =>
  set({ levels: { ...defaultPreferences.levels, [kind]: 'off' } })

test('a gap that is asked about waits a moment for its question, which goes at once', () => {
  const [held] = planMessages(postedAs('a gap that is asked about', 1), alone, now)
  expect(held).toMatchObject({ key: gap.id, kind: 'opportunity', afterMs: 1000 })
  const asked = planMessages(
    postedAs('an approval asked', 2),
    { ...alone, messages: [message({ message: undefined, shown: 0 })] },
    now,
  )
  expect(asked).toMatchObject([{ key: gap.id, kind: 'approval', isSilent: false, afterMs: 0 }])
})

test('what a chat shows goes on telling its story, whatever the chat prefers', () => {
  const situation = { ...off('trade'), messages: [message()] }
  expect(planMessages(postedAs('a trade settled', 9), off('trade'), now)).toEqual([])
  expect(planMessages(postedAs('a trade settled', 9), situation, now)).toMatchObject([
    { key: gap.id, wanted: 9, kind: 'trade' },
  ])
})

test('the sixth gap of a minute and those after it are told together', () => {
  const told = postedAs('a gap that is only told', 20, 'oppo00000002')
  expect(planMessages(told, { ...alone, singles: 4 }, now)).toMatchObject([{ digest: undefined }])
  expect(planMessages(told, { ...alone, singles: 5 }, now)).toMatchObject([
    { key: 'oppo00000002', digest: 'digest 20' },
    { key: 'digest 20', since: 20, isSilent: true, afterMs: 60_000 },
  ])
  const digest = { key: 'digest 20', since: 20, dueMs: 12_000 }
  expect(planMessages({ ...told, seq: 21 }, { ...alone, singles: 9, digest }, now)).toMatchObject([
    { digest: 'digest 20' },
    { key: 'digest 20', since: 20, wanted: 21, afterMs: 12_000 },
  ])
})

test('questions are never told together, nor is anything with the preset "all"', () => {
  const flood = { ...alone, singles: 50 }
  expect(planMessages(postedAs('an approval asked', 2), flood, now)).toMatchObject([
    { digest: undefined, afterMs: 0 },
  ])
  const all = { ...flood, chat: { ...chat, preferences: withPreset(defaultPreferences, 'all') } }
  expect(planMessages(postedAs('a gap that is only told', 20), all, now)).toMatchObject([
    { digest: undefined },
  ])
})

test('a gap out of a digest that is asked about gets its own message', () => {
  const situation = { ...alone, messages: [message({ digest: 'digest 1', message: undefined })] }
  expect(planMessages(postedAs('an approval asked', 2), situation, now)).toMatchObject([
    { digest: undefined, kind: 'approval' },
  ])
})

test('an alert that comes again within minutes edits its message; later it is a new one', () => {
  const before = message({ key: 'alert venue kucoin 5', story: 'alert venue kucoin', since: 5 })
  const situation = { ...alone, messages: [before] }
  expect(planMessages(alert('P2', 9), situation, now)).toMatchObject([
    { key: 'alert venue kucoin 5', since: 5, wanted: 9 },
  ])
  const later = new Date(now.getTime() + 5 * 60_000)
  expect(planMessages(alert('P1', 9), situation, later)).toMatchObject([
    { key: 'alert venue kucoin 9', since: 9 },
  ])
})

test('an alert that is shown is shown as over, also where such news are off', () => {
  const before = message({ key: 'alert venue kucoin 5', story: 'alert venue kucoin', since: 5 })
  const later = new Date(now.getTime() + 3_600_000)
  expect(planMessages(alert('P2', 9), off('p2'), later)).toEqual([])
  const situation = { ...off('p2'), messages: [before] }
  expect(planMessages(alert('P2', 9), situation, later)).toMatchObject([
    { key: 'alert venue kucoin 5', wanted: 9 },
  ])
})

test('a P0 alert is a new message each time, so that it rings each time', () => {
  const before = message({ key: 'alert venue kucoin 5', story: 'alert venue kucoin', since: 5 })
  expect(planMessages(alert('P0', 9), { ...alone, messages: [before] }, now)).toMatchObject([
    { key: 'alert venue kucoin 9', isSilent: false },
  ])
})

test('a chat that nothing reaches keeps what matters and forgets the rest', () => {
  const closed = { ...alone, chat: { ...chat, closed: { at: now, because: 'kicked' } } }
  expect(planMessages(postedAs('a gap that is only told', 1), closed, now)).toEqual([])
  expect(planMessages(alert('P2', 1), closed, now)).toEqual([])
  expect(planMessages(alert('P0', 1), closed, now)).toHaveLength(1)
  expect(planMessages(postedAs('a trade settled', 1), closed, now)).toHaveLength(1)
})

test('what one chat asked to be told is told there alone, each time anew, whatever its kind is set to', () => {
  const to = { surface: 'telegram', chat: '-1' } as const
  const asked = { ...alert('P1', 8), notification: { ...alert('P1', 8).notification, to } as const }
  const known = [message({ key: 'alert venue kucoin 5', story: 'alert venue kucoin', since: 5 })]
  const situation = { ...off('p1'), messages: known }
  expect(planMessages(asked, situation, now)).toMatchObject([
    { key: 'alert venue kucoin 8', isSilent: false },
  ])
  for (const other of [
    { ...chat, chat: '-2' },
    { ...chat, surface: 'discord' as const },
  ])
    expect(planMessages(asked, { ...alone, chat: other }, now)).toEqual([])
})

test('newer numbers edit the newest copy of an alert, and its end edits every one, without a sound', () => {
  const copies = [3, 5, 9].map((since) =>
    message({ key: `alert venue kucoin ${since}`, story: 'alert venue kucoin', since, kind: 'p0' }),
  )
  const old = new Date(now.getTime() - 25 * 3_600_000)
  const shown = {
    ...alone,
    messages: [...copies, message({ ...copies[0], since: 1, createdAt: old })],
  }
  const said = (severity: 'P0' | 'P2', more: object): Posted => ({
    ...alert(severity, 12),
    notification: { kind: 'alert', severity, subject: 'venue kucoin', text: 'news', ...more },
  })
  expect(planMessages(said('P0', { renews: true }), shown, now)).toMatchObject([
    { key: 'alert venue kucoin 9', since: 9, wanted: 12, isSilent: true, kind: 'p0' },
  ])
  const ended = planMessages(said('P2', { ends: 'discord:ann' }), shown, now)
  expect(ended.map(({ since, isSilent }) => [since, isSilent])).toEqual([
    [9, true],
    [5, true],
    [3, true],
  ])
  // Where nothing is shown there is nothing to renew and nothing that ends.
  expect(planMessages(said('P0', { renews: true }), alone, now)).toEqual([])
  expect(planMessages(said('P2', { ends: 'desk' }), alone, now)).toEqual([])
})
