import { expect, test } from 'vitest'
import type { Notification } from '../../src/notification/notification.ts'
import { createReachability } from './reachability.ts'

function watch() {
  const told: string[] = []
  const closed = new Set<string>()
  let nowMs = 0
  const reachability = createReachability({
    surface: 'telegram',
    chats: {
      close: ({ chat }) => Promise.resolve(!closed.has(chat) && closed.add(chat) !== undefined),
      open: ({ chat }) => Promise.resolve(closed.delete(chat)),
    },
    announce(notification: Notification) {
      if (notification.kind === 'alert') told.push(`${notification.severity} ${notification.text}`)
      return Promise.resolve()
    },
    warn: () => {},
    nowMs: () => nowMs,
  })
  return { reachability, told, pass: (ms: number) => void (nowMs += ms) }
}

test('a short outage is nobody’s business, a long one is said once and its end as well', async () => {
  const { reachability, told, pass } = watch()
  reachability.failed('-1', 'Bad Gateway', true)
  pass(20_000)
  reachability.failed('-1', 'Bad Gateway', true)
  await reachability.worked('-1')
  expect(told).toEqual([])
  reachability.failed('-1', 'Bad Gateway', true)
  pass(31_000)
  reachability.failed('-1', 'Bad Gateway', false)
  expect(told).toEqual([])
  for (let i = 0; i < 5; i++) reachability.failed('-1', 'Bad Gateway', true)
  expect(told).toEqual(['P1 Messages wait for the telegram chat -1: Bad Gateway.'])
  await reachability.worked('-1')
  await reachability.worked('-1')
  expect(told.slice(1)).toEqual(['P2 The telegram chat -1 is reached again.'])
})

test('E12 a platform that says it will take nothing for long is said at once', () => {
  const { reachability, told } = watch()
  reachability.failed('-1', 'Too Many Requests', true, 300_000)
  expect(told).toEqual(['P1 Messages wait for the telegram chat -1: Too Many Requests.'])
})

test('E13 a chat that is closed is said once, also when another process knew of it', async () => {
  const { reachability, told } = watch()
  await reachability.closed('-1', 'kicked')
  await reachability.closed('-1', 'kicked')
  expect(told).toEqual(['P1 Nothing reaches the telegram chat -1: kicked.'])
  const next = watch()
  next.reachability.known('-2')
  next.reachability.failed('-2', 'kicked', true, 300_000)
  expect(next.told).toEqual([])
  await next.reachability.worked('-2')
  expect(next.told).toEqual(['P2 The telegram chat -2 is reached again.'])
})

test('what cannot be shown is said now and then, and never about itself', () => {
  const { reachability, told, pass } = watch()
  for (let i = 0; i < 9; i++) reachability.lost('-1', `card ${i}`, 'too long')
  reachability.lost('-1', 'undeliverable on telegram', 'too long')
  expect(told).toEqual(['P1 The telegram chat -1 could not be shown "card 0": too long.'])
  pass(10 * 60_000)
  reachability.lost('-1', 'undeliverable on telegram', 'too long')
  expect(told).toHaveLength(1)
  reachability.lost('-1', 'card 9', 'too long')
  expect(told).toHaveLength(2)
})
