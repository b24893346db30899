import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { inspect, parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { ConfigError, readConfig, readEnvironment, secretsOf, variableNames } from './config.ts'
import type { Environment } from './config.ts'
import { roleNames } from './config/role-names.ts'
import { variableOfRun } from './config/run.ts'
import { rate } from './money.ts'

function faultsOf(environment: Environment): readonly string[] {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

const live = {
  ARBDESK_MODE: 'live',
  ARBDESK_MARKET: 'live',
  ARBDESK_OPERATORS: 'discord:1=trader',
  KUCOIN_API_KEY: 'the-key',
  KUCOIN_API_SECRET: 'the-secret',
}

test('an empty environment is a paper desk on the simulator, with every role but that which withdraws, and nobody who may act', () => {
  expect(readConfig({})).toMatchObject({
    mode: 'paper',
    market: { kind: 'simulator' },
    roles: roleNames.filter((name) => name !== 'transfer'),
    seed: 'arbdesk',
    venues: undefined,
    home: resolve('.arbdesk'),
    http: undefined,
    logLevel: 'info',
    databaseUrl: undefined,
    redisUrl: undefined,
    operators: [],
    discord: undefined,
    telegram: undefined,
    venueVariables: {},
    run: undefined,
  })
})

test('D5: the role that withdraws is started where it has a key, and its keys are kept out of the log', () => {
  const keys = { OKX_TRANSFER_API_KEY: 'moves', OKX_TRANSFER_API_SECRET: 'secret-of-it' }
  const config = readConfig(keys)
  expect(config.roles).toEqual(roleNames)
  expect(config.venueVariables['okx']?.keys).toBeUndefined()
  expect(secretsOf(config).map((each) => each.reveal())).toEqual(['moves', 'secret-of-it'])
  expect(readConfig({ ...keys, ARBDESK_ROLES: 'bots' }).roles).not.toContain('transfer')
})

test('an empty or blank variable counts as unset', () => {
  expect(readConfig({ ARBDESK_MODE: '', DATABASE_URL: ' ', ARBDESK_ROLES: '' })).toEqual(
    readConfig({}),
  )
})

test.each([
  ['simulator', { kind: 'simulator' }],
  ['live', { kind: 'live' }],
  ['replay:/data/x y', { kind: 'replay', folder: '/data/x y' }],
  ['replay:data', { kind: 'replay', folder: resolve('data') }],
  ['venues:http://simulator:7000', { kind: 'venues', url: 'http://simulator:7000' }],
])('the market may be %s', (text, market) => {
  expect(readConfig({ ARBDESK_MARKET: text }).market).toEqual(market)
})

test('role groups stand for their members, and each role counts once', () => {
  const ofRoles = (text: string) =>
    readConfig({ ARBDESK_ROLES: text, ARBDESK_MARKET: 'live' }).roles
  expect(ofRoles('workers')).toEqual(['sweep', 'loop', 'trade'])
  expect(ofRoles('all transfer')).toEqual(roleNames)
  expect(ofRoles('loop,bots discord')).toEqual([
    'discord',
    'telegram',
    'terminal',
    'notify',
    'loop',
  ])
})

test('operators are read with their person, and an unnamed account is its own person', () => {
  const text = 'ann@discord:12345=admin, ann@telegram:99=admin telegram:7=viewer'
  expect(readConfig({ ARBDESK_OPERATORS: text }).operators).toEqual([
    { surface: 'discord', id: '12345', name: 'ann', role: 'admin' },
    { surface: 'telegram', id: '99', name: 'ann', role: 'admin' },
    { surface: 'telegram', id: '7', name: 'telegram:7', role: 'viewer' },
  ])
})

test('keys and addresses are read per venue', () => {
  const { venueVariables } = readConfig({
    KUCOIN_API_KEY: 'k',
    KUCOIN_API_SECRET: 's',
    KUCOIN_API_PASSWORD: 'p',
    OKX_REST_URL: 'http://127.0.0.1:1',
    OKX_WS_URL: 'ws://127.0.0.1:1',
    OPENAI_API_KEY: 'somebody else’s',
  })
  expect(Object.keys(venueVariables)).toEqual(['kucoin', 'okx'])
  expect(venueVariables['kucoin']?.keys?.password?.reveal()).toBe('p')
  expect(venueVariables['okx']).toEqual({
    restUrl: 'http://127.0.0.1:1',
    wsUrl: 'ws://127.0.0.1:1',
  })
})

test('the fee of an account is a percentage, and never nothing', () => {
  const feeOf = (text: string) =>
    readConfig({ KUCOIN_TAKER_FEE_PERCENT: text }).venueVariables['kucoin']?.takerFee
  expect(feeOf('0.08')).toBe(rate('0.0008'))
  expect(feeOf('5')).toBe(rate('0.05'))
  for (const text of ['0', '-0.1', '5.1', '0.08 %', 'low', '1e-3'])
    expect(faultsOf({ KUCOIN_TAKER_FEE_PERCENT: text })).toEqual([
      'KUCOIN_TAKER_FEE_PERCENT must be a percentage above 0 and up to 5, such as 0.08',
    ])
})

test('every fault is named at once, by its variable', () => {
  const faults = faultsOf({
    ARBDESK_MODE: 'lvie',
    ARBDESK_MARKET: 'replay:',
    ARBDESK_ROLES: 'sweeper constructor',
    ARBDESK_SEED: 'x'.repeat(101),
    ARBDESK_VENUES: 'kucoin,kucon',
    ARBDESK_HTTP_PORT: '70000',
    ARBDESK_LOG_LEVEL: 'loud',
    ARBDESK_OPERATORS: 'discord:1=boss,slack:1=admin,telegram:5=admin,telegram:5=viewer',
    ARBDESK_ALERT_WEBHOOK_URL: 'not an address',
    ARBDESK_HEARTBEAT_URL: 'ftp://x',
    ARBDESK_RLOES: 'sweep',
    DATABASE_URL: 'mysql://x',
    REDIS_URL: 'localhost',
    DISCORD_TOKEN: 't',
    DISCORD_GUILD_ID: 'my server',
    DISCORD_API_URL: 'x',
    TELEGRAM_TOKEN: 't',
    TELEGRAM_API_ROOT: 'x',
    KUCOIN_API_KEY: 'lonely',
    KUCOIN_REST_URL: 'kucoin',
    KUCOIN_WS_URL: 'http://kucoin',
  })
  const named = faults.map((fault) => fault.split(' ')[0])
  expect(new Set(named)).toEqual(
    new Set([
      'ARBDESK_MODE',
      'ARBDESK_MARKET',
      'ARBDESK_ROLES',
      'ARBDESK_SEED',
      'ARBDESK_VENUES',
      'ARBDESK_HTTP_PORT',
      'ARBDESK_LOG_LEVEL',
      'ARBDESK_OPERATORS',
      'ARBDESK_ALERT_WEBHOOK_URL',
      'ARBDESK_HEARTBEAT_URL',
      'ARBDESK_RLOES',
      'DATABASE_URL',
      'REDIS_URL',
      'DISCORD_GUILD_ID',
      'DISCORD_CHANNEL_ID',
      'DISCORD_API_URL',
      'TELEGRAM_CHAT_ID',
      'TELEGRAM_API_ROOT',
      'KUCOIN_API_KEY',
      'KUCOIN_REST_URL',
      'KUCOIN_WS_URL',
    ]),
  )
  expect(named.filter((name) => name === 'ARBDESK_OPERATORS')).toHaveLength(3)
  expect(faults.filter((fault) => fault.includes('\n'))).toEqual([])
})

test('what is wrong between variables is told with what a check of the whole says', () => {
  const faults = (environment: Environment) => {
    try {
      readConfig(environment, ({ mode }) => [`mode is ${mode}`])
    } catch (error) {
      if (error instanceof ConfigError) return error.faults
    }
    return []
  }
  expect(faults({ DISCORD_TOKEN: 't' })).toEqual([
    'DISCORD_CHANNEL_ID is not set, which DISCORD_TOKEN needs',
    'mode is paper',
  ])
  // Nobody can look at a whole that has no mode.
  expect(faults({ ARBDESK_MODE: 'lvie' })).toHaveLength(1)
})

test('keys may stand sealed in a file, which needs its passphrase', () => {
  const { KUCOIN_API_KEY: _key, KUCOIN_API_SECRET: _secret, ...keyless } = live
  const sealed = { ...keyless, ARBDESK_KEYS_FILE: 'keys.sealed' }
  const passphrase = 'correct horse battery'
  expect(faultsOf(sealed)).toEqual([
    'ARBDESK_KEYS_PASSPHRASE is not set, which ARBDESK_KEYS_FILE needs',
  ])
  expect(faultsOf({ ...sealed, ARBDESK_KEYS_PASSPHRASE: 'short' })).toEqual([
    'ARBDESK_KEYS_PASSPHRASE is shorter than 16 characters',
  ])
  const config = readConfig({ ...sealed, ARBDESK_KEYS_PASSPHRASE: passphrase })
  expect(config.keysFile?.path).toBe(resolve('keys.sealed'))
  expect(secretsOf(config).map((each) => each.reveal())).toEqual([passphrase])
})

test('who works on a simulated market needs the simulator, here or elsewhere', () => {
  const fault = (market: string, roles: string) =>
    faultsOf({ ARBDESK_MARKET: market, ARBDESK_ROLES: roles })[0]
  expect(fault('simulator', 'workers')).toMatch(/^ARBDESK_ROLES leaves out simulator/)
  expect(fault('replay:data', 'loop')).toMatch(/^ARBDESK_ROLES leaves out simulator/)
  expect(fault('simulator', 'workers simulator')).toBeUndefined()
  expect(fault('simulator', 'bots')).toBeUndefined()
  expect(fault('venues:http://127.0.0.1:7000', 'workers')).toBeUndefined()
})

test('no way of printing the configuration shows a secret', () => {
  const config = readConfig({
    ...live,
    DATABASE_URL: 'postgres://u:canary-1@h/d',
    REDIS_URL: 'redis://:canary-2@h',
    DISCORD_TOKEN: 'canary-3',
    DISCORD_GUILD_ID: '12345',
    DISCORD_CHANNEL_ID: '12345',
    KUCOIN_API_SECRET: 'canary-4',
    ARBDESK_ALERT_WEBHOOK_URL: 'https://x/canary-5',
  })
  const prints = [
    JSON.stringify(config),
    inspect(config, { depth: 10, showHidden: true }),
    [config.databaseUrl, config.redisUrl].join(' '),
  ]
  expect(prints.filter((print) => print.includes('canary'))).toEqual([])
  expect(secretsOf(config).filter((each) => each.reveal().includes('canary-'))).toHaveLength(5)
})

test('what the supervisor found out takes the place of what is unset', () => {
  const run = {
    startedAt: '2026-01-01T00:00:00.000Z',
    supervisorPid: 7,
    databaseUrl: 'postgres://a@127.0.0.1:1/d',
    redisUrl: '/home/redis.sock',
    venuesUrl: 'http://127.0.0.1:2',
    json: true,
    overrides: { 'approval.mode': 'auto' },
  }
  const config = readConfig(variableOfRun(run))
  expect(config.run).toEqual(run)
  expect(config.databaseUrl?.reveal()).toBe(run.databaseUrl)
  expect(config.redisUrl?.reveal()).toBe(run.redisUrl)
})

test('the configuration cannot be changed', () => {
  const config = readConfig(live)
  expect(() => Object.assign(config, { mode: 'paper' })).toThrow('read only')
  expect(() => Object.assign(config.market, { kind: 'simulator' })).toThrow('read only')
})

test('.env is read, and the real environment wins over it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'arbdesk-env-'))
  try {
    expect(readEnvironment(folder)).toBe(process.env)
    writeFileSync(join(folder, '.env'), 'PATH=nowhere\nARBDESK_SEED="one two" # a comment\n')
    expect(readEnvironment(folder)).toMatchObject({
      ARBDESK_SEED: 'one two',
      PATH: process.env['PATH'],
    })
    expect(process.env['ARBDESK_SEED']).toBeUndefined()
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('.env.example explains every variable, and as it stands it changes nothing', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '.env.example'), 'utf8')
  const explained = [...text.matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map((match) => match[1])
  expect(explained).toEqual(expect.arrayContaining([...variableNames]))
  expect(readConfig(parseEnv(text))).toEqual(readConfig({}))
  const all = parseEnv(text.replaceAll(/^#(?=[A-Z][A-Z_]+=)/gm, ''))
  expect(readConfig(all)).toMatchObject({ mode: 'paper', operators: [{ name: 'ann' }, {}, {}] })
})

test('a Telegram chat may be a topic of a group', () => {
  const read = (id: string) =>
    readConfig({ TELEGRAM_TOKEN: 'token', TELEGRAM_CHAT_ID: id }).telegram?.chatId
  expect(read('-100123/7')).toBe('-100123/7')
  expect(() => read('-100123/')).toThrow('is no Telegram chat id')
  expect(() => read('@arbdesk')).toThrow('is no Telegram chat id')
})
