import { expect, test } from 'vitest'
import { allCommands } from '../src/commands/all-commands.ts'
import {
  defineBareCommand,
  failed,
  surfaces,
  type Actor,
  type Command,
  type Surface,
} from '../src/commands/command.ts'
import { includesRole, roles, type Role } from '../src/approval/role.ts'
import { createDispatch, readyCall, type Call, type DispatchWiring } from './dispatch.ts'
import { wordsOf } from './parse-line.ts'

const actorWith = (role: Role, surface: Surface = 'terminal'): Actor => ({
  name: 'ann',
  role,
  surface,
})

function callOf(line: string, actor: Actor = actorWith('admin')): Call {
  const cut = wordsOf(line)
  if (cut.outcome !== 'ok') throw new Error(cut.message)
  const [command = '', ...words] = cut.words
  return { actor, command, arguments: words }
}

function dispatchOver(commands: readonly Command[], changes: Partial<DispatchWiring> = {}) {
  const bugs: unknown[] = []
  const dispatch = createDispatch({
    commands,
    desk: undefined,
    readTickerDump: () => Promise.resolve({ outcome: 'unreadable', detail: 'no folder' }),
    now: () => new Date(0),
    reportBug: (error) => void bugs.push(error),
    ...changes,
  })
  return { dispatch, bugs }
}

/** The least role for each use of each command: the whole table of who may do what. */
const table: Readonly<Record<string, Role>> = {
  help: 'viewer',
  'help approve': 'viewer',
  start: 'viewer',
  status: 'viewer',
  health: 'viewer',
  version: 'viewer',
  venues: 'viewer',
  opportunities: 'viewer',
  why: 'viewer',
  approve: 'trader',
  'approve k3f9': 'trader',
  deny: 'trader',
  'deny k3f9': 'trader',
  trades: 'viewer',
  'trade k3f9': 'viewer',
  resolve: 'viewer',
  'resolve k3f9': 'viewer',
  'resolve k3f9 hedge': 'trader',
  'resolve k3f9 reverse': 'trader',
  'resolve k3f9 proceed': 'trader',
  'resolve k3f9 hold': 'trader',
  'resolve k3f9 retry': 'trader',
  'resolve k3f9 accept': 'operator',
  balances: 'viewer',
  inventory: 'viewer',
  rebalance: 'viewer',
  'rebalance send 1': 'operator',
  transfers: 'viewer',
  'transfers absent k3f9': 'operator',
  approvals: 'viewer',
  'approvals recent': 'viewer',
  'risk reset drawdown RESET': 'operator',
  risk: 'viewer',
  profit: 'viewer',
  daily: 'viewer',
  weekly: 'viewer',
  monthly: 'viewer',
  'performance venue 7d': 'viewer',
  'prices BTC/USDT': 'viewer',
  gaps: 'viewer',
  'export trades': 'viewer',
  'export audit': 'operator',
  'chart prices BTC/USDT': 'viewer',
  settings: 'viewer',
  'settings history': 'viewer',
  'settings set desk.paused true': 'admin',
  'settings undo': 'admin',
  mode: 'viewer',
  'mode ask': 'operator',
  'mode alert': 'operator',
  'mode auto': 'admin',
  notifications: 'viewer',
  'notifications preset all': 'operator',
  'notifications leave': 'operator',
  pause: 'trader',
  resume: 'operator',
  mandates: 'viewer',
  'mandates add 15m 100 cross ETH/USDT kucoin>binance': 'trader',
  'mandates revoke --mandate k3f9': 'trader',
  kill: 'trader',
  'kill release RELEASE': 'operator',
  ack: 'trader',
  'ack all': 'trader',
  alert: 'trader',
  'alert add BTC/USDT above 0.5 for 10s': 'trader',
  'alert remove k3f9': 'trader',
  watchlist: 'viewer',
  'watchlist add BTC/USDT': 'operator',
  'watchlist block BTC/USDT kucoin': 'operator',
  'watchlist remove BTC/USDT': 'operator',
  limits: 'viewer',
  'limits unlock': 'trader',
  'limits set ann 50': 'admin',
  operators: 'operator',
  'operators set discord:1 trader': 'admin',
  'operators remove discord:1': 'admin',
  audit: 'operator',
  logs: 'operator',
  'notifications mute 2h cross ETH/USDT kucoin>binance': 'trader',
  'notifications set opportunity silent': 'operator',
  'scan folder': 'operator',
  commands: 'viewer',
}

test('the table of roles is whole: every command, every role, every surface', () => {
  const covered = new Set(Object.keys(table).map((line) => line.split(' ')[0]))
  expect(covered).toEqual(new Set(allCommands.map(({ name }) => name)))
  for (const [line, needed] of Object.entries(table))
    for (const role of roles)
      for (const surface of surfaces) {
        const ready = readyCall(allCommands, callOf(line, actorWith(role, surface)))
        const command = allCommands.find(({ name }) => name === line.split(' ')[0]) as Command
        const wanted = !command.surfaces.includes(surface)
          ? 'bad-usage'
          : includesRole(role, needed)
            ? 'prepared'
            : 'forbidden'
        expect(ready.outcome, `${line} by ${role} on ${surface}`).toBe(wanted)
      }
})

test('every example that help shows is a line the desk understands', () => {
  for (const { examples } of allCommands)
    for (const example of examples) {
      const line = example.replace(' --json', '')
      expect(readyCall(allCommands, callOf(line)), example).toMatchObject({ outcome: 'prepared' })
    }
})

test('a wrong line is answered with one clear line', async () => {
  const { dispatch } = dispatchOver(allCommands)
  const messages: Record<string, string> = {
    'aprove k3f9': 'There is no command "aprove"; did you mean approve?',
    'withdraw all': 'There is no command "withdraw"; "help" lists them',
    'scan --tikers x': 'scan has no option "tikers"; did you mean tickers?',
    'pause --now': 'pause has no option "now"; it takes none',
    'trades --limit 500':
      'trades: limit must be at most 50, not "500". How many to a page (10 if left out)',
    'trades --limit': 'trades: --limit needs a value',
    scan: 'scan: tickers is missing. The folder to read',
    'mode foo': 'mode: mode must be one of ask, auto, alert, not "foo". The mode to change to',
    'opportunities --since soon':
      'opportunities: since must be a time such as 90s, 15m, 2h or 7d, not "soon". How far back, such as 15m, 2h or 7d (1h if left out)',
    'scan x --__proto__ y': 'scan has no option "__proto__"; it takes tickers, fee, raw, venues',
    'scan x --constructor': 'scan has no option "constructor"; it takes tickers, fee, raw, venues',
  }
  for (const [line, message] of Object.entries(messages))
    expect(await dispatch(callOf(line)), line).toEqual({ outcome: 'bad-usage', message })
})

test('a slash before the name, as chats have it, is no mistake', async () => {
  const { dispatch } = dispatchOver(allCommands)
  expect(await dispatch(callOf('/help'))).toMatchObject({ outcome: 'answered' })
  expect(await dispatch(callOf('help /approve'))).toMatchObject({ outcome: 'answered' })
})

test('arguments that a chat has named and typed read like typed words', async () => {
  const { dispatch } = dispatchOver(allCommands)
  const call = { actor: actorWith('admin'), command: 'help' }
  expect(await dispatch({ ...call, arguments: new Map([['command', 'why']]) })).toMatchObject({
    outcome: 'answered',
    card: { title: 'why [route]' },
  })
  expect(await dispatch({ ...call, arguments: new Map([['nonsense', 1]]) })).toMatchObject({
    outcome: 'bad-usage',
  })
})

const about = {
  summary: 'A command for tests',
  help: 'It does what its test says.',
  role: 'viewer',
  options: {},
  examples: ['probe'],
} as const
const probe = (run: Parameters<typeof defineBareCommand>[0]['run'], urgent = false): Command =>
  defineBareCommand({ ...about, name: 'probe', urgent, run })
const card = { title: 'done', tone: 'good', badges: [], json: {} } as const

test('a fault of ours is one line for people and a stack for the log', async () => {
  const { dispatch, bugs } = dispatchOver([
    probe(() => Promise.reject(new TypeError('secret.password is undefined'))),
  ])
  expect(await dispatch(callOf('probe'))).toEqual({
    outcome: 'bug',
    message: 'probe failed on a fault of the desk; the log has it',
  })
  expect(bugs).toHaveLength(1)
})

test('a fault of the world is said, without its addresses, and is no bug', async () => {
  const refused = Object.assign(
    new Error('connect to postgres://ann:hunter2@db:5432/arbdesk refused\nmore'),
    { code: 'ECONNREFUSED' },
  )
  const { dispatch, bugs } = dispatchOver([probe(() => Promise.reject(refused))])
  expect(await dispatch(callOf('probe'))).toEqual({
    outcome: 'failed',
    message: 'probe could not be done: connect to (address) refused',
  })
  expect(bugs).toEqual([])
})

test('a long command says how far it is and then answers', async () => {
  const { dispatch } = dispatchOver([
    probe(async function* () {
      yield 'half way'
      return card
    }),
  ])
  const steps: string[] = []
  const reply = await dispatch({
    ...callOf('probe'),
    progress: (step) => void steps.push(step),
  })
  expect(steps).toEqual(['half way'])
  expect(reply).toEqual({ outcome: 'answered', card })
})

test('what a command could not do is an answer, not a card', async () => {
  const { dispatch } = dispatchOver([probe(() => Promise.resolve(failed('too late')))])
  expect(await dispatch(callOf('probe'))).toEqual({ outcome: 'failed', message: 'too late' })
})

test('a flood is held back, person by person, and stopping is never held back', async () => {
  const stop = defineBareCommand({
    ...about,
    name: 'stop',
    urgent: true,
    run: () => Promise.resolve(card),
  })
  const { dispatch } = dispatchOver([probe(() => Promise.resolve(card)), stop])
  const ask = (line: string, actor?: Actor) => dispatch(callOf(line, actor))
  const replies = await Promise.all(Array.from({ length: 20 }, () => ask('probe')))
  expect(replies.filter(({ outcome }) => outcome === 'busy')).toHaveLength(5)
  expect(await ask('probe')).toEqual({
    outcome: 'busy',
    message: 'Too many commands at once; wait 1 s',
  })
  expect(await ask('stop')).toMatchObject({ outcome: 'answered' })
  expect(await ask('probe', actorWith('admin', 'discord'))).toMatchObject({ outcome: 'answered' })
})
