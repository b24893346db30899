import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { openTestDesk } from '../test/desk.ts'
import { openHttpListener, type HttpListener } from '../test/http-listener.ts'
import type { Notification } from '../src/notification/notification.ts'
import type { WebhookMessage } from '../src/notification/webhook-message.ts'
import { secret } from '../src/secret.ts'
import { readPulse, type Pulse } from './desk-pulse.ts'
import { beatEveryMs, createHeartbeat } from './heartbeat.ts'
import { createStallAlarm, stalledMsMin } from './stall-alarm.ts'

const well: Pulse = { outcome: 'well' }
const still: Pulse = { outcome: 'ill', database: true, because: 'the last sweep was 4 min ago' }
const away: Pulse = { outcome: 'ill', database: false, because: 'the database does not answer' }
const labels = { mode: 'paper', market: 'live' } as const

let nowMs = 0
beforeEach(() => {
  nowMs = 0
})

function openAlarm(isHeard = true) {
  const told: string[] = []
  const called: WebhookMessage[] = []
  const announce = async (notification: Notification) => {
    if (notification.kind === 'alert') told.push(`${notification.severity} ${notification.text}`)
  }
  const call = async (message: WebhookMessage) => {
    called.push(message)
    return isHeard
  }
  const alarm = createStallAlarm({ labels, announce, call, nowMs: () => nowMs })
  const note = async (pulse: Pulse, forMs: number) => {
    for (const untilMs = nowMs + forMs; nowMs <= untilMs; nowMs += 5000) await alarm.note(pulse)
  }
  return { told, called, note }
}

test('G9 a desk that stands still for minutes is told once as urgent, and once that it works again', async () => {
  const { told, called, note } = openAlarm()
  await note(well, 10_000)
  await note(still, stalledMsMin - 10_000)
  expect(told).toEqual([])
  await note(still, 600_000)
  expect(told).toEqual(['P0 For 3 min: the last sweep was 4 min ago.'])
  await note(well, 60_000)
  expect(told[1]).toMatch(/^P2 It works again, after 1\d min\.$/)
  expect([told.length, called]).toEqual([2, []])
})

test('G9 without its database the desk says so on the webhook itself, once it was heard', async () => {
  const { told, called, note } = openAlarm()
  await note(well, 0)
  await note(away, stalledMsMin + 60_000)
  expect(called).toMatchObject([
    {
      severity: 'P0',
      subject: 'The desk stands still',
      text: '[PAPER] [P0] The desk stands still\nFor 3 min: the database does not answer.',
    },
  ])
  expect(told).toEqual([])
  await note(well, 0)
  expect(told).toHaveLength(1)
  const deaf = openAlarm(false)
  await deaf.note(well, 0)
  await deaf.note(away, stalledMsMin + 30_000)
  expect(deaf.called.length).toBeGreaterThan(2)
})

test('a desk that has yet to begin, or pauses for a moment, is no desk that stands still', async () => {
  const { told, called, note } = openAlarm()
  await note(still, 10 * stalledMsMin)
  for (let i = 0; i < 10; i++) {
    await note(well, 0)
    await note(away, 60_000)
  }
  expect([told, called]).toEqual([[], []])
})

async function listen(): Promise<HttpListener> {
  const listener = await openHttpListener()
  onTestFinished(() => listener.close())
  return listener
}

test('G9 the heartbeat is one ping a minute, none while the desk is ill, and again once it is well', async () => {
  const { url, heard } = await listen()
  const said: string[] = []
  const say = (line: string) => void said.push(line)
  const heartbeat = createHeartbeat(secret(url), {
    log: { warn: say, info: say },
    nowMs: () => nowMs,
  })
  const beat = async (pulse: Pulse, forMs: number) => {
    for (const untilMs = nowMs + forMs; nowMs < untilMs; nowMs += 5000) await heartbeat.beat(pulse)
    return heard.length
  }
  expect(await beat(well, 5 * beatEveryMs)).toBe(5)
  expect(await beat(still, 5 * beatEveryMs)).toBe(5)
  // It does not wait for the minute to be full: silence was an alarm already.
  expect(await beat(well, 5000)).toBe(6)
  expect(said).toEqual([])
})

test('a ping that is not heard is sent again soon, and complained of once', async () => {
  const listener = await listen()
  listener.answer({ status: 500 })
  const said: string[] = []
  const say = (line: string) => void said.push(line)
  const heartbeat = createHeartbeat(secret(listener.url), {
    log: { warn: say, info: say },
    nowMs: () => nowMs,
  })
  for (; nowMs < 30_000; nowMs += 5000) await heartbeat.beat(well)
  expect(listener.heard).toHaveLength(3)
  listener.answer({ status: 200 })
  for (; nowMs < 60_000; nowMs += 5000) await heartbeat.beat(well)
  expect(said).toEqual(['the heartbeat is not heard', 'the heartbeat is heard again'])
})

test('the pulse is what sweeps, shards and the database say, and never an error', async () => {
  const testDesk = await openTestDesk()
  onTestFinished(() => testDesk.close())
  const { runtime } = testDesk
  const { markets, shards } = runtime
  const read = () => readPulse(runtime)
  expect(await read()).toMatchObject({ because: expect.stringContaining('no process sweeps') })
  const venue = { venue: 'kucoin', state: 'up', reason: '', markets: 1, sweepMs: 1 } as const
  await markets.saveStatuses([{ ...venue, sweptAt: new Date() }])
  await shards.declare(['cross:0', 'cross:1'])
  await shards.claim('cross:0', 'worker', 60_000)
  expect(await read()).toMatchObject({ because: 'no living worker runs cross:1' })
  await shards.claim('cross:1', 'worker', 60_000)
  expect(await read()).toEqual(well)
  await markets.saveStatuses([
    { ...venue, state: 'degraded', reason: 'HTTP 503', sweptAt: new Date() },
  ])
  expect(await read()).toMatchObject({ because: expect.stringContaining('no venue answers') })
  await runtime.close()
  expect(await read()).toEqual(away)
})
