import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { ann, openTestDesk, type TestDesk } from '../../test/desk.ts'
import { approvalIn, notifications } from '../../test/notifications.ts'
import { crossOpportunity } from '../../test/opportunities.ts'
import { allCommands } from '../../src/commands/all-commands.ts'
import { readTickerDump } from '../../src/exchanges/ticker-dump.ts'
import type { Notification } from '../../src/notification/notification.ts'
import { runTerminal } from './terminal.ts'

let testDesk: TestDesk
beforeAll(async () => {
  testDesk = await openTestDesk()
})
afterAll(() => testDesk.close())

/** The terminal's position outlives it: what was posted until now counts as shown. */
async function catchUp() {
  const { outbox } = testDesk.runtime
  await outbox.moveTo('terminal', (await outbox.read(0, 10_000)).at(-1)?.seq ?? 0)
}
beforeEach(catchUp)

type Kind = { readonly tty: boolean; readonly json: boolean }

async function openTerminal({ tty, json }: Kind) {
  const input = Object.assign(new PassThrough(), { isTTY: tty })
  const output = Object.assign(new PassThrough(), { isTTY: tty, columns: 100 })
  let text = ''
  output.on('data', (chunk) => (text += String(chunk)))
  const stopping = new AbortController()
  const left: string[] = []
  const { outbox } = testDesk.runtime
  const running = runTerminal(
    {
      commands: allCommands,
      desk: testDesk.desk,
      actor: ann,
      outbox,
      hub: testDesk.runtime.queues,
      readTickerDump,
      keepFiles: ({ chart }) => Promise.resolve(chart === undefined ? [] : ['chart: here.png']),
      now: () => new Date(),
      input,
      output,
      json,
      warn: () => {},
      reportBug: (error) => {
        throw error
      },
      leave: () => void left.push('left'),
    },
    stopping.signal,
  )
  const stop = async () => {
    stopping.abort()
    await running
  }
  onTestFinished(stop)
  return { input, output, left, stop, text: () => stripVTControlCharacters(text) }
}

const post = (notification: Notification) => testDesk.desk.announce(notification)
const fresh = () => {
  const opportunity = crossOpportunity()
  const approval = {
    ...approvalIn({ state: 'asked' }),
    opportunity: opportunity.id,
    askedAt: new Date(),
    expiresAt: new Date(Date.now() + 60_000),
  }
  return { opportunity, approval }
}

test('with --json every notification is one JSON object on one line, and nothing else is printed', async () => {
  const { text, stop } = await openTerminal({ tty: true, json: true })
  for (const notification of Object.values(notifications)) await post(notification)
  await stop()
  const lines = text().trimEnd().split('\n')
  const told = lines.map((line) => JSON.parse(line) as { kind: string; subject?: string })
  expect(told.map(({ kind }) => kind)).toEqual([
    ...Object.values(notifications).map(({ kind }) => kind),
    'status',
  ])
  expect(told.at(-1)).toMatchObject({
    subject: 'summary',
    opportunities: 2,
    // All of them are of one trade, which was left open in the end.
    trades: { settled: 0, abandoned: 0, exposed: 1 },
  })
})

test('without a terminal, plain lines tell the story: a card first, then its news', async () => {
  const { text, stop } = await openTerminal({ tty: false, json: false })
  const { opportunity, approval } = fresh()
  await post({ kind: 'opportunity', opportunity, blocked: undefined })
  await post({ kind: 'approval', approval, opportunity })
  await stop()
  expect(text()).toContain('[PAPER] [SIMULATED MARKET] Gap +1.20 % BTC/USDT kucoin → binance')
  expect(text().match(/Identity: /g)).toHaveLength(1)
  expect(text()).toMatch(new RegExp(`> approve ${approval.id} [^>]*deny ${approval.id}`))
  expect(text()).not.toContain('arbdesk>')
  expect(text()).toMatch(/This run in short\n {2}1 gap offered\. 0 trades settled, [^\n]+\n$/)
})

test('after a restart, what became of trades is told; offers that are over are not', async () => {
  const { opportunity, approval } = fresh()
  await post({ kind: 'opportunity', opportunity, blocked: undefined })
  await post({ kind: 'approval', approval, opportunity })
  await post({
    kind: 'approval',
    approval: { ...approval, id: 'appr00000002', expiresAt: new Date() },
    opportunity,
  })
  await post(notifications['a trade settled'] as Notification)
  const { text, stop } = await openTerminal({ tty: false, json: true })
  await stop()
  const told = text()
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id)
  // The one that can still be answered comes after the gap it is about.
  expect(told).toEqual([opportunity.id, approval.id, 'trad00000001', expect.any(String)])
})

test('commands are read where somebody can type, and notifications leave what is typed whole', async () => {
  const { input, text } = await openTerminal({ tty: true, json: false })
  await expect.poll(text).toContain('Type a command')
  input.write('stat')
  await post({ kind: 'status', subject: 'Something happened', text: 'Meanwhile.' })
  await expect.poll(text).toContain('Something happened')
  await expect.poll(() => text().trimEnd().endsWith('arbdesk> stat')).toBe(true)
  input.write('us\r')
  await expect.poll(text).toContain('Open approvals: 0')
  input.write('aprove\r')
  await expect.poll(text).toContain('! There is no command "aprove"; did you mean approve?')
})

test('what takes more than looking is written down', async () => {
  const { input, text } = await openTerminal({ tty: true, json: false })
  input.write('status\rresume\r')
  await expect.poll(text).toContain('not paused')
  const list = () => testDesk.runtime.audit.list({ limit: 10 })
  await expect
    .poll(async () => (await list()).map(({ action, outcome }) => [action, outcome]))
    .toEqual([['resume', 'answered']])
})

test('Tab completes commands, options and open approvals', async () => {
  const { input, text } = await openTerminal({ tty: true, json: false })
  const asked = await testDesk.desk.approvals.ask(crossOpportunity(), 60_000)
  if (asked.outcome !== 'asked') throw new Error('not asked')
  input.write('appr\t')
  await expect.poll(() => text().endsWith('arbdesk> approv')).toBe(true)
  input.write('e ')
  input.write(`${asked.approval.id.slice(0, 3)}\t`)
  await expect.poll(() => text().endsWith(`approve ${asked.approval.id}`)).toBe(true)
  input.write('\r')
  await expect.poll(text).toContain(`Approved ${asked.approval.id}`)
})

test('Ctrl-C, quit and the end of input leave the desk', async () => {
  for (const way of ['\u0003', 'quit\r', 'exit\r', '\u0004']) {
    const { input, left, stop } = await openTerminal({ tty: true, json: false })
    input.write(way)
    await expect.poll(() => left, { message: JSON.stringify(way) }).toEqual(['left'])
    await stop()
  }
})

test('a reader that goes away is leaving, not a crash', async () => {
  const { output, left } = await openTerminal({ tty: false, json: true })
  output.destroy(new Error('EPIPE'))
  await post({ kind: 'status', subject: 'unread', text: '' })
  await expect.poll(() => left).toEqual(['left'])
})
