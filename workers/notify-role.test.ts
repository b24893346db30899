import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { openHttpListener, type HttpListener } from '../test/http-listener.ts'
import { openRoleBench, type RoleBench } from '../test/role-bench.ts'
import { leaveOpen } from '../test/past-trades.ts'
import { declare, grantTrade, openStores } from '../test/stores.ts'
import { crossOpportunity } from '../test/opportunities.ts'
import { openDatabase } from '../src/database/connect.ts'
import { openPostgresOutbox } from '../src/database/postgres-outbox.ts'
import { openPostgresUrgentAlertStore } from '../src/database/postgres-urgent-alert-store.ts'
import type { WebhookMessage } from '../src/notification/webhook-message.ts'
import { retryMs } from './alert-caller.ts'
import { notifyRole } from './notify-role.ts'

const path = '/services/T0K3N'
const patient = { timeout: 15_000, interval: 20 }

let webhook: HttpListener
let heartbeat: HttpListener
beforeEach(async () => {
  webhook = await openHttpListener()
  heartbeat = await openHttpListener()
  onTestFinished(() => webhook.close())
  onTestFinished(() => heartbeat.close())
})

async function openBench(overrides: Readonly<Record<string, string>> = {}): Promise<RoleBench> {
  const bench = await openRoleBench({
    overrides,
    environment: {
      ARBDESK_ALERT_WEBHOOK_URL: webhook.url + path,
      ARBDESK_HEARTBEAT_URL: heartbeat.url + path,
    },
    venuesUrl: () => undefined,
  })
  onTestFinished(bench.close)
  return bench
}

function openDesk({ databaseUrl }: RoleBench) {
  const { db, close } = openDatabase({ url: databaseUrl, name: 'test' })
  onTestFinished(close)
  const outbox = openPostgresOutbox(db)
  return {
    urgent: openPostgresUrgentAlertStore(db),
    alert: (subject: string, severity: 'P0' | 'P1' = 'P0') =>
      outbox.post({ kind: 'alert', severity, subject, text: 'a position is open' }),
    /** "P0 subject", in the order in which chats are told. */
    told: async () =>
      (await outbox.read(0, 1000)).flatMap(({ notification }) =>
        notification.kind === 'alert' ? [`${notification.severity} ${notification.subject}`] : [],
      ),
  }
}

const messages = (): readonly WebhookMessage[] =>
  webhook.heard.map(({ body }) => JSON.parse(body) as WebhookMessage)
const subjects = () => messages().map(({ subject }) => subject)

test('E17 with no chat at all a trade left open reaches the webhook, and a question expires', async () => {
  const bench = await openBench()
  const stores = openStores(bench.databaseUrl)
  onTestFinished(stores.cutOff)
  await bench.start(notifyRole).ready
  const asked = await stores.approvals.ask(crossOpportunity({ route: 'cross A/USDT a>b' }), 1)
  const trade = await grantTrade(stores, crossOpportunity({ route: 'cross B/USDT a>b' }))
  if (asked.outcome !== 'asked') throw new Error('not set up')
  await declare(stores, { 'kucoin USDT': '1000', 'binance BTC': '10' })
  await leaveOpen(stores, trade, 'the second leg was refused')
  await expect.poll(() => messages().length, patient).toBe(1)
  expect(webhook.heard[0]).toMatchObject({ method: 'POST', path })
  const [message] = messages()
  expect(message).toMatchObject({
    subject: `Trade ${trade} left an open position`,
    severity: 'P0',
    at: expect.stringMatching(/^20.*Z$/),
    mode: 'paper',
    market: 'simulator',
    content: message?.text,
    allowed_mentions: { parse: [] },
  })
  expect(message?.text).toMatch(/^\[PAPER\] \[SIMULATED MARKET\] \[P0\] Trade .*\n.*second leg/)
  await stores.approvals.expire()
  expect((await stores.approvals.find(asked.approval.id))?.state).toBe('expired')
})

test('only what is urgent is posted, and it is repeated with growing gaps until somebody acknowledges it', async () => {
  const bench = await openBench({ 'alerts.repeat_ms': '1000' })
  const desk = openDesk(bench)
  await bench.start(notifyRole).ready
  await desk.alert('news', 'P1')
  await desk.alert('a leg is open')
  await expect.poll(() => messages().length, patient).toBe(3)
  expect(new Set(subjects())).toEqual(new Set(['a leg is open']))
  expect(new Set(messages().map(({ id }) => id)).size).toBe(1)
  expect(messages()[2]?.text).toMatch(/Nobody has acknowledged it for .*; told 3 times/)
  // Repeats after 1 s and 2 s more, for whoever reads along in a chat as well.
  const toldAt = messages().map(({ at }) => Date.parse(at))
  const gaps = toldAt.slice(1).map((at, i) => at - (toldAt[i] ?? 0))
  expect(gaps[0]).toBeGreaterThanOrEqual(1000)
  expect(gaps[1]).toBeGreaterThanOrEqual(2000)
  expect(await desk.told()).toEqual(['P1 news', ...Array<string>(3).fill('P0 a leg is open')])
  await desk.urgent.acknowledge(Number(messages()[0]?.id), 'discord:ann')
  const count = messages().length
  await sleep(4500)
  expect(messages().length).toBe(count)
  expect(bench.complaints).toEqual([])
}, 40_000)

test('a webhook that fails is tried with patience, one request an alert, and said in the chats once', async () => {
  webhook.answer({ status: 503, afterMs: 300 })
  const bench = await openBench()
  const desk = openDesk(bench)
  await bench.start(notifyRole).ready
  await desk.alert('one')
  await expect.poll(() => webhook.heard.length, patient).toBeGreaterThan(0)
  await desk.alert('one')
  await expect.poll(desk.told, patient).toContain('P1 alert webhook')
  expect(webhook.openMost()).toBe(1)
  webhook.answer({ status: 204 })
  await expect.poll(desk.told, patient).toContain('P2 alert webhook')
  await expect.poll(() => subjects().slice(-2), patient).toEqual(['one', 'one'])
  expect((await desk.told()).filter((line) => line.includes('webhook'))).toHaveLength(2)
  expect([1, 2, 3, 7, 100].map((tries) => retryMs(tries))).toEqual([
    1000, 2000, 4000, 60_000, 60_000,
  ])
  expect(retryMs(1, 90_000)).toBe(90_000)
  const said = [...bench.complaints, ...(await desk.told())].join()
  expect(said).not.toContain('T0K3N')
}, 40_000)

test('many alerts at once are each heard, while one of them gets no answer', async () => {
  const bench = await openBench()
  const desk = openDesk(bench)
  webhook.answer('silence')
  await bench.start(notifyRole).ready
  await desk.alert('first')
  await expect.poll(() => webhook.heard.length, patient).toBe(1)
  webhook.answer({ status: 200 })
  for (let i = 0; i < 20; i++) await desk.alert(`alert ${i}`)
  await expect.poll(() => new Set(subjects()).size, patient).toBe(21)
  expect(subjects().length).toBe(21)
}, 40_000)

test('what a process did not get through is posted by the next, once it was heard not again', async () => {
  webhook.answer({ status: 500 })
  const bench = await openBench()
  const desk = openDesk(bench)
  const role = bench.start(notifyRole)
  await role.ready
  await desk.alert('before')
  await expect.poll(() => webhook.heard.length, patient).toBeGreaterThan(0)
  await role.stop()
  await desk.alert('between')
  webhook.answer({ status: 200 })
  const before = webhook.heard.length
  await Promise.all([bench.start(notifyRole).ready, bench.start(notifyRole).ready])
  await expect.poll(() => webhook.heard.length - before, patient).toBe(2)
  await sleep(1500)
  expect(subjects().slice(before).toSorted()).toEqual(['before', 'between'])
}, 40_000)

test('G9 somebody outside is pinged while the desk lives, and not while it does not', async () => {
  const bench = await openBench()
  const stores = openStores(bench.databaseUrl)
  onTestFinished(stores.cutOff)
  await bench.start(notifyRole).ready
  await sleep(6000)
  expect(heartbeat.heard).toEqual([])
  await stores.shards.declare(['cross:0'])
  await stores.shards.claim('cross:0', 'worker', 60_000)
  await stores.markets.saveStatuses([
    {
      venue: 'kucoin',
      state: 'up',
      reason: '',
      sweptAt: new Date(),
      markets: 1,
      sweepMs: 1,
    },
  ])
  await expect.poll(() => heartbeat.heard.length, patient).toBe(1)
  expect(heartbeat.heard[0]).toMatchObject({ method: 'GET', path, body: '' })
}, 40_000)
