import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { ann, openTestDesk } from '../../test/desk.ts'
import { sampleChart } from '../../src/charts/sample-charts.ts'
import { allCommands } from '../../src/commands/all-commands.ts'
import { defineBareCommand, failed } from '../../src/commands/command.ts'
import { ConfigError } from '../../src/config.ts'
import { readTickerDump } from '../../src/exchanges/ticker-dump.ts'
import { runOneShot, type OneShotWiring } from './one-shot.ts'

function textSink() {
  let text = ''
  const sink = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  return { sink, text: () => text }
}

async function run(line: string, changes: Partial<OneShotWiring> = {}) {
  const output = textSink()
  const errors = textSink()
  const code = await runOneShot(
    line.split(' '),
    {
      commands: allCommands,
      actor: ann,
      output: output.sink,
      errors: errors.sink,
      look: { width: 100, color: false },
      now: () => new Date(),
      readTickerDump,
      keepFiles: ({ chart }) => Promise.resolve(chart === undefined ? [] : ['chart: here.png']),
      openDesk: () => Promise.reject(new Error('this command must not start a desk')),
      ...changes,
    },
    new AbortController().signal,
  )
  return { code, output: output.text(), errors: errors.text() }
}

test('the registry is printed as one JSON document and nothing else', async () => {
  const { code, output, errors } = await run('commands --json')
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  expect(output.startsWith('[')).toBe(true)
  const listed = JSON.parse(output) as { name: string; options: object[]; surfaces: string[] }[]
  expect(listed.map(({ name }) => name)).toEqual(allCommands.map(({ name }) => name))
  expect(listed.find(({ name }) => name === 'approve')).toEqual({
    name: 'approve',
    summary: 'Let the desk trade an opportunity',
    role: 'trader',
    options: [
      {
        name: 'approval',
        type: 'string',
        help: 'The id on the card',
        required: false,
        suggests: 'approvals',
      },
      {
        name: 'size',
        type: 'string',
        help: 'How much of the shown size',
        required: false,
        choices: ['full', 'half', 'quarter'],
      },
      {
        name: 'confirm',
        type: 'string',
        help: 'SUSPICIOUS, typed to the letter, where a gap is',
        required: false,
      },
    ],
    surfaces: ['discord', 'telegram', 'terminal'],
    needs_desk: true,
  })
})

test('help comes with every command, and is what no words at all give', async () => {
  expect((await run('approve --help')).output).toContain('approve k3f9')
  expect((await run('help')).output).toContain('opportunities')
})

test('a wrong line is exit 2 with one line on standard error, before any desk is started', async () => {
  for (const line of [
    'aprove',
    'trades --limit 999',
    'scan',
    'scan --tikers x',
    'mode foo --json',
  ]) {
    const { code, output, errors } = await run(line)
    expect({ code, output }, line).toEqual({ code: 2, output: '' })
    expect(errors, line).toMatch(/^[^\n]+\n$/)
  }
})

test('what cannot be done is exit 1 with one line on standard error', async () => {
  const scanned = await run('scan /nowhere --json')
  expect(scanned).toMatchObject({ code: 1, output: '' })
  expect(scanned.errors).toMatch(/^cannot read the folder [^\n]+\n$/)
  const away = { openDesk: () => Promise.reject(new Error('the database\ndoes not answer')) }
  expect(await run('status', away)).toEqual({
    code: 1,
    output: '',
    errors: 'the database does not answer\n',
  })
})

test('a broken environment is left to the caller, who prints every fault', async () => {
  const broken = { openDesk: () => Promise.reject(new ConfigError(['A is wrong', 'B too'])) }
  await expect(run('status', broken)).rejects.toThrow(ConfigError)
})

test('a command that needs the desk opens it once and closes it, also when it fails', async () => {
  const testDesk = await openTestDesk()
  onTestFinished(() => testDesk.close())
  const seen: string[] = []
  const openDesk = async () => {
    seen.push('opened')
    return { desk: testDesk.desk, close: async () => void seen.push('closed') }
  }
  const status = await run('status --json', { openDesk })
  expect(JSON.parse(status.output)).toMatchObject({ mode: 'paper', paused: false })
  expect(await run('approve zzzz', { openDesk })).toMatchObject({ code: 1, output: '' })
  expect(seen).toEqual(['opened', 'closed', 'opened', 'closed'])
})

test('what takes more than looking is written down, done or not; looking is not', async () => {
  const testDesk = await openTestDesk()
  onTestFinished(() => testDesk.close())
  const openDesk = async () => ({ desk: testDesk.desk, close: () => Promise.resolve() })
  await run('status', { openDesk })
  await run('settings', { openDesk })
  await run('pause', { openDesk })
  await run('settings set trading.notional_usdt_max -1', { openDesk })
  const written = await testDesk.runtime.audit.list({ limit: 10 })
  expect(written.map((one) => [one.surface, one.action, one.outcome])).toEqual([
    ['terminal', 'settings', 'bad-usage'],
    ['terminal', 'pause', 'answered'],
  ])
  expect(written[0]?.arguments).toMatchObject({ key: 'trading.notional_usdt_max', value: '-1' })
})

test('a picture is named under its card, and with --json neither drawn nor named', async () => {
  const drawn = defineBareCommand({
    name: 'drawn',
    summary: 'Shows a picture',
    help: 'A command for this test alone.',
    role: 'viewer',
    options: {},
    examples: ['drawn'],
    run: () =>
      Promise.resolve({
        title: 'A picture',
        tone: 'neutral',
        badges: [],
        chart: sampleChart('book'),
        json: { a: 1 },
      }),
  })
  const commands = [drawn]
  expect((await run('drawn', { commands })).output).toBe('A picture\n  chart: here.png\n')
  expect((await run('drawn --json', { commands })).output).toBe('{"a":1}\n')
})

test('progress goes to standard error, and only once somebody has waited', async () => {
  const slow = defineBareCommand({
    name: 'slow',
    summary: 'Takes its time',
    help: 'A command for this test alone.',
    role: 'viewer',
    options: {},
    examples: ['slow'],
    async *run() {
      yield 'first step'
      await sleep(1200)
      yield 'second step'
      return failed('done waiting')
    },
  })
  expect(await run('slow --json', { commands: [slow] })).toEqual({
    code: 1,
    output: '',
    errors: 'first step …\nsecond step …\ndone waiting\n',
  })
})
