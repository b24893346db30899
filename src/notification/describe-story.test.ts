import fc from 'fast-check'
import { expect, test } from 'vitest'
import { notifications } from '../../test/notifications.ts'
import { describeStory, standOf } from './describe-story.ts'
import type { Notification, Posted } from './notification.ts'

const labels = { mode: 'paper', market: 'simulator' } as const
const start = new Date('2025-11-20T12:00:00.000Z').getTime()

const storyOf = (...names: string[]): readonly Posted[] =>
  names.map((name, i) => ({
    seq: i + 1,
    at: new Date(start + i * 1000),
    key: 'story',
    notification: notifications[name] as Notification,
  }))
const whole = [
  'a gap that is asked about',
  'an approval asked',
  'an approval granted',
  'a trade executing',
  'a trade settled',
]
const buttons = (story: readonly Posted[]) =>
  (describeStory(story, labels).actions ?? []).map(({ command }) => command)

test('a question has its buttons, and an answer takes them away', () => {
  expect(buttons(storyOf(...whole.slice(0, 2)))).toEqual(
    expect.arrayContaining(['approve', 'deny', 'why']),
  )
  for (const end of ['granted', 'refused', 'expired', 'superseded'])
    expect(buttons(storyOf('an approval asked', `an approval ${end}`))).toEqual([])
  expect(buttons(storyOf(...whole))).toEqual([])
})

test('a settled trade says who answered, where and when, and realised against expected', () => {
  const { title, text } = describeStory(storyOf(...whole), labels)
  expect(title).toContain('settled')
  expect(text).toMatch(/Approved by .*ann.* at 12:00:05 UTC/)
  expect(text).toMatch(/Realised \+1\.1558\d* USDT; \+1\.2 USDT expected/)
})

test('E3 a gap that was gone at the click says both numbers', () => {
  const { text } = describeStory(storyOf(...whole.slice(0, 3), 'a trade abandoned'), labels)
  expect(text).toContain('+1.2 USDT expected, -0.01 USDT found')
  expect(text).toMatch(/Approved by .*ann/)
})

test('posts that arrive in any order tell the same story', () => {
  const ordered = describeStory(storyOf(...whole), labels)
  fc.assert(
    fc.property(fc.shuffledSubarray(whole, { minLength: whole.length }), (names) => {
      const shuffled = describeStory(storyOf(...names), labels)
      expect(shuffled.title).toBe(ordered.title)
      expect(shuffled.text).toBe(ordered.text)
      expect(shuffled.actions).toBeUndefined()
    }),
  )
})

test('a question that is asked again leaves the former one behind', () => {
  const story = storyOf('an approval asked', 'an approval superseded', 'an approval asked')
  const again = story.map((posted, i) => {
    const { notification } = posted
    if (i < 2 || notification.kind !== 'approval') return posted
    const approval = {
      ...notification.approval,
      id: 'appr00000002',
      askedAt: new Date(start + 10_000),
      state: 'asked' as const,
    }
    return { ...posted, notification: { ...notification, approval } }
  })
  const card = describeStory(again, labels)
  expect(card.title).toContain('Approve appr00000002?')
  expect(card.text).not.toContain('Closed')
  expect(standOf(again).seq).toBe(3)
})

test('an alert that goes on lists what it said before, newest first and not without end', () => {
  const story = Array.from({ length: 9 }, (_, i): Posted => ({
    seq: i,
    at: new Date(start + i * 1000),
    key: 'alert venue kucoin',
    notification: {
      kind: 'alert',
      severity: 'P1',
      subject: 'venue kucoin',
      text: `news ${i}`,
    },
  }))
  const { text } = describeStory(story, labels)
  expect(text?.split('\n')).toEqual([
    'news 8',
    '12:00:07 UTC: news 7',
    '12:00:06 UTC: news 6',
    '12:00:05 UTC: news 5',
    '12:00:04 UTC: news 4',
    '12:00:03 UTC: news 3',
  ])
})
