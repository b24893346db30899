// What a person gets who types something wrong, or whose disk is full: one clear line, and nothing lost.
import { existsSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { askDesk, arbdesk, discardHome, npmStart, processesOf } from './npm-desk.ts'
import { makeHome } from './started-desk.ts'

vi.setConfig({ testTimeout: 90_000 })

let home: string
beforeEach(() => {
  home = makeHome()
})
afterEach(() => discardHome(home))

/** How it ended, and everything it said. */
async function ended(desk: ReturnType<typeof npmStart>) {
  const code = await desk.ended
  return { code, output: desk.output(), errors: desk.errors() }
}

test.each([
  [['--fro', '45s'], /^arbdesk: there is no option "--fro"; npm start -- [^\n]+\n$/],
  [['--for', 'ever'], /^arbdesk: --for takes a time such as 45s, [^\n]+ not "ever"\n$/],
  [['--set', 'approval.mode=maybe'], /^arbdesk: --set approval.mode=maybe: [^\n]+\n$/],
  [['--set', 'aproval.mode=auto'], /^arbdesk: --set aproval.mode=auto: [^\n]+\n$/],
  [
    ['--set', 'approval.mode=maybe', 'sweep.period_ms=1', '--for', 'ever', '--json'],
    /^(arbdesk: --set [\w.]+=\w+: \S+ must be [^\n]+\n){2}arbdesk: --for [^\n]+\n$/,
  ],
])(
  'npm start -- %j is a line for each fault and exit 2, and nothing is started',
  async (args, line) => {
    const { code, output, errors } = await ended(npmStart(home, { args }))
    expect({ code, output }).toEqual({ code: 2, output: '' })
    expect(errors).toMatch(line)
    expect(existsSync(`${home}/desk.hold`)).toBe(false)
  },
)

test('every fault of the environment is told at once, by its name, and no secret with it', async () => {
  const env = {
    ARBDESK_MODE: 'lvie',
    ARBDESK_MARKET: 'replay:',
    ARBDESK_HTTP_PORT: '99999',
    ARBDESK_RLOES: 'sweep',
    DATABASE_URL: 'mysql://ann:hunter2@db/x',
    TELEGRAM_TOKEN: '123:hunter3',
    OKX_API_KEY: 'hunter4',
  }
  const { code, output, errors } = await ended(npmStart(home, { env }))
  expect({ code, output }).toEqual({ code: 2, output: '' })
  const lines = errors.trimEnd().split('\n')
  for (const name of Object.keys(env).filter((each) => each !== 'TELEGRAM_TOKEN'))
    expect(
      lines.filter((line) => line.startsWith(`arbdesk: ${name}`) || line.includes(name)),
      name,
    ).not.toEqual([])
  expect(lines.every((line) => line.startsWith('arbdesk: '))).toBe(true)
  expect(errors).not.toContain('hunter')
})

test.each([
  ['gate', /^arbdesk: ARBDESK_VENUES names gate, but the simulator has kucoin, [^\n]+\n$/],
  [',', /^arbdesk: ARBDESK_VENUES names no venue; [^\n]+\n$/],
])('ARBDESK_VENUES=%s on the simulator is one line and exit 2', async (venues, line) => {
  const run = await ended(npmStart(home, { env: { ARBDESK_VENUES: venues } }))
  expect(run).toEqual({ code: 2, output: '', errors: expect.stringMatching(line) as string })
  expect(existsSync(`${home}/desk.hold`)).toBe(false)
})

test.each([
  ['in /proc', () => '/proc/arbdesk'],
  ['that is a file', () => `${home}/file`],
  ['below a file', () => `${home}/file/desk`],
])('a home %s is one line and exit 1', async (_, place) => {
  writeFileSync(`${home}/file`, '')
  const { code, output, errors } = await ended(npmStart(place()))
  expect({ code, output }).toEqual({ code: 1, output: '' })
  expect(errors.replace(/E[A-Z]+/, 'CODE')).toBe(
    `arbdesk: ${place()} cannot be written (CODE): set ARBDESK_HOME to a folder of your own\n`,
  )
})

const deadRedis = 'Redis at 127.0.0.1:1 cannot be reached: connect ECONNREFUSED 127.0.0.1:1'

test.each([
  [
    'a Redis that is not there',
    { REDIS_URL: 'redis://ann:hush@127.0.0.1:1' },
    `${deadRedis}; see REDIS_URL`,
  ],
  [
    'a replay folder that is not there',
    { ARBDESK_MARKET: 'replay:/nowhere/at/all' },
    'the simulator cannot start: there is no folder /nowhere/at/all to replay; see ARBDESK_MARKET',
  ],
  [
    'a replay folder with nothing in it',
    { ARBDESK_MARKET: `replay:${import.meta.dirname}` },
    `the simulator cannot start: ${import.meta.dirname} holds no recording; put tickers-`,
  ],
])('%s is one line and exit 1, and nothing is left running', async (_, env, line) => {
  const args = ['--for', '20s', '--json']
  const { code, output, errors } = await ended(npmStart(home, { args, env }))
  expect({ code, output }, errors).toEqual({ code: 1, output: '' })
  const lines = errors.split('\n').filter((each) => each !== '' && !each.includes('"level":"info"'))
  expect(lines).toEqual([expect.stringContaining(`arbdesk: ${line}`)])
  expect(errors).not.toMatch(/hush|    at /)
  expect(processesOf(home)).toEqual([])
})

test('a wrong command line is exit 2 and one line that says how it goes', async () => {
  const unknown = await arbdesk(home, ['statsu', '--json'])
  expect(unknown).toMatchObject({ code: 2, output: '' })
  expect(unknown.errors).toMatch(/^There is no command "statsu"; did you mean status\?\n$/)
  const option = await arbdesk(home, ['trades', '--limit', 'many', '--json'])
  expect(option).toMatchObject({ code: 2, output: '' })
  expect(option.errors).toMatch(/^[^\n]*limit[^\n]*\n$/)
})

test('where no desk runs a command starts the database for itself, and its answer comes first', async () => {
  const { code, output } = await arbdesk(home, ['status', '--json'])
  expect(code).toBe(0)
  expect(output[0]).toBe('{')
  expect(JSON.parse(output)).toMatchObject({ running: false, paused: false })
  expect(processesOf(home)).toEqual([])
})

test('F11 a full disk is one line that says so, and what was stored before is still there', async () => {
  await askDesk(home, ['pause'])
  for (const kilobytes of [8, 500]) {
    // The size that a file may have stands in for the space that is left.
    const before = `ulimit -f ${kilobytes}`
    const { code, output, errors } = await ended(npmStart(home, { before }))
    expect({ code, output }, errors).toEqual({ code: 1, output: '' })
    expect(errors.trimEnd().split('\n').at(-1)).toMatch(
      /^arbdesk: .* disk .*is full.* free some space/,
    )
    expect(errors.split('\n').filter((line) => line.startsWith('arbdesk: '))).toHaveLength(1)
    expect(processesOf(home)).toEqual([])
  }
  expect(await askDesk(home, ['status'])).toMatchObject({ paused: true })
})
