// Real money, as a person would put it to work: what is missing is refused, it starts paused, two people let
// it go, it trades over the venues' own protocols, kill stops it, and the next start is paused again. The
// venues are the simulator's servers, which know these keys alone. The tests are one story, in this order.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openDatabase } from '../src/database/connect.ts'
import { signedOrders } from '../src/database/signed-orders.ts'
import { openSimulatedMarket } from '../src/simulator/simulated-market.ts'
import { startVenueServers, type VenueServers } from '../src/simulator/venue-servers.ts'
import { readDeskFile } from '../workers/supervisor/desk-file.ts'
import { startTelegramDouble, type TelegramDouble } from './doubles/telegram/telegram-double.ts'
import {
  arbdesk,
  askDesk,
  discardHome,
  makeClosedHome,
  npmStart,
  type NpmDesk,
} from './npm-desk.ts'
import { until } from './started-desk.ts'
import { settledIn, toldOf } from './told.ts'

vi.setConfig({ testTimeout: 180_000 })

const ann = 7
/** Nothing of these may turn up anywhere but in a request's signature. */
const canaries = {
  trade: 'canary-trades-7Qx',
  read: 'canary-reads-3Kp',
  withdraw: 'canary-withdraws-9Wd',
}
const keyOf = (name: string) => ({
  apiKey: `${name}-key`,
  secret: `${name}-secret`,
  password: `${name}-password`,
})
const venues = ['kucoin', 'binance', 'okx']

const keysIn = (infix: string, name: string) => {
  const { apiKey, secret, password } = keyOf(name)
  return Object.fromEntries(
    venues.flatMap((venue) => {
      const prefix = `${venue.toUpperCase()}${infix}_API`
      return [
        [`${prefix}_KEY`, apiKey],
        [`${prefix}_SECRET`, secret],
        [`${prefix}_PASSWORD`, password],
      ]
    }),
  )
}

let home: string
let servers: VenueServers
let telegram: TelegramDouble
let group: number
let desk: NpmDesk
let environment: Record<string, string>
let ordersAtKill: number

const start = () =>
  npmStart(home, {
    args: ['--json', '--set', 'approval.mode=auto', 'filter.identity_min=price'],
    env: environment,
  })
const statuses = (words: string) =>
  toldOf(desk.told(), 'status').filter(({ subject }) => subject === words)
const isPaused = async () => (await askDesk(home, ['status'])) as { paused: boolean; mode: string }

type SeenOrder = { readonly clientId: string; readonly apiKey: string }
async function ordersSeen(): Promise<readonly SeenOrder[]> {
  const answer = await fetch(`${servers.url}/simulator/orders`)
  const audit = (await answer.json()) as { venues: Record<string, { orders: SeenOrder[] }> }
  return Object.values(audit.venues).flatMap(({ orders }) => orders)
}

beforeAll(async () => {
  home = makeClosedHome()
  servers = await startVenueServers({
    source: openSimulatedMarket({ seed: 'live' }),
    accounts: {
      keys: [
        { ...keyOf(canaries.trade), permissions: ['read', 'trade'] },
        { ...keyOf(canaries.read), permissions: ['read'] },
        { ...keyOf(canaries.withdraw), permissions: ['read', 'trade', 'withdraw'] },
      ],
    },
  })
  telegram = await startTelegramDouble()
  telegram.person(ann, { first_name: 'ann' })
  group = telegram.supergroup({ members: [ann] })
  environment = {
    ARBDESK_MODE: 'live',
    ARBDESK_MARKET: `venues:${servers.url}`,
    ARBDESK_VENUES: venues.join(),
    ARBDESK_OPERATORS: `ann@telegram:${ann}=operator`,
    TELEGRAM_TOKEN: telegram.token,
    TELEGRAM_CHAT_ID: String(group),
    TELEGRAM_API_ROOT: telegram.apiRoot,
    ...keysIn('', canaries.trade),
    ...keysIn('_READ', canaries.read),
  }
})
afterAll(async () => {
  await discardHome(home)
  await telegram.close()
  await servers.close()
})

test('G10: real money without operators and keys is a line for each and exit 2', async () => {
  const {
    ARBDESK_OPERATORS: _nobody,
    OKX_API_KEY: _key,
    OKX_API_SECRET: _secret,
    ...rest
  } = environment
  const { OKX_API_PASSWORD: _password, ...lacking } = rest
  const refused = npmStart(home, { env: { ...lacking, ARBDESK_MARKET: 'simulator' } })
  expect(await refused.ended).toBe(2)
  expect(refused.errors()).toMatch(
    /^arbdesk: ARBDESK_MARKET is simulator, .*\narbdesk: ARBDESK_OPERATORS names nobody .*\narbdesk: okx has no whole key to trade with: .*\n$/,
  )
})

test('S1: keys that can withdraw are a line for each venue, and without another venue nothing starts', async () => {
  const env = { ...environment, ...keysIn('', canaries.withdraw) }
  const refused = npmStart(home, { env: { ...env, ARBDESK_LOG_LEVEL: 'error' } })
  expect(await refused.ended).toBe(2)
  const lines = refused.errors().trimEnd().split('\n')
  expect(lines.slice(-4)).toEqual([
    ...venues.map((venue) =>
      expect.stringMatching(
        `^arbdesk: ${venue} is not traded on: its key can withdraw: at ${venue}, clear "`,
      ),
    ),
    'arbdesk: no venue is left to trade on, so nothing starts',
  ])
  expect(refused.errors()).not.toContain(canaries.withdraw)
})

test('G4: it starts paused, and says so with its limits wherever people are', async () => {
  desk = start()
  await until(() => statuses('LIVE desk, paused').length > 0)
  const [said] = statuses('LIVE desk, paused')
  expect(said?.mode).toBe('live')
  expect(said?.text).toMatch(/^This desk trades with real money\. kucoin: [\d,.]+ USDT worth; /)
  expect(said?.text).toContain('at most 20 USDT a trade, 100 USDT a day')
  expect(said?.text).toContain('GO LIVE')
  await telegram.until('the desk on Telegram', () =>
    telegram.reads(group).find(({ text }) => /LIVE[\s\S]*trades with real money/.test(text)),
  )
  expect(await isPaused()).toMatchObject({ paused: true, mode: 'live' })
})

test('G10: going live takes the phrase to the letter, and a second person', async () => {
  const asked = await arbdesk(home, ['resume'])
  expect(asked.output).toContain('Type GO LIVE to let the desk trade with real money')
  expect(asked.output).toContain('at most 20 USDT a trade')
  expect((await arbdesk(home, ['resume', 'go', 'live'])).code).toBe(1)
  expect(await askDesk(home, ['resume', 'GO', 'LIVE'])).toMatchObject({
    waits_for: 'second-person',
  })
  expect(await ordersSeen()).toEqual([])
  telegram.as(ann).says(group, '/resume GO LIVE')
  await until(() => statuses('LIVE: the desk trades with real money').length > 0)
  expect(await isPaused()).toMatchObject({ paused: false })
})

test('G10: a gap is traded over the wire, signed with the keys that trade, and its card says LIVE', async () => {
  await until(() => settledIn(desk.told()).length > 0)
  const [settled] = settledIn(desk.told())
  expect(settled?.mode).toBe('live')
  const orders = await ordersSeen()
  expect(orders.length).toBeGreaterThan(1)
  expect(new Set(orders.map(({ apiKey }) => apiKey))).toEqual(
    new Set([keyOf(canaries.trade).apiKey]),
  )
  expect(orders.filter(({ clientId }) => !clientId.startsWith('al'))).toEqual([])
  const card = await telegram.until('its card', () =>
    telegram.reads(group).find(({ text }) => text.includes(settled?.id ?? 'no trade')),
  )
  expect(card.text).toContain('LIVE')
  expect(card.text).not.toContain('PAPER')
})

test('G2: kill stops it at once', async () => {
  expect(await askDesk(home, ['kill'])).toMatchObject({ killed: true })
  await until(async () => {
    const { open_trades: open } = (await askDesk(home, ['status'])) as { open_trades: number }
    return open === 0
  })
  ordersAtKill = (await ordersSeen()).length
})

test('G10: nobody who believes in paper gets at the live desk’s database', async () => {
  const databaseUrl = readDeskFile(home)?.run.databaseUrl ?? ''
  const other = makeClosedHome()
  const paper = npmStart(other, { env: { DATABASE_URL: databaseUrl, ARBDESK_LOG_LEVEL: 'error' } })
  expect(await paper.ended).toBe(1)
  expect(paper.errors()).toMatch(
    /^arbdesk: this database belongs to a live desk, and ARBDESK_MODE is paper: .*DATABASE_URL.*\n$/,
  )
  await discardHome(other)
})

/** Every row of every table as text. */
async function dumpOf(databaseUrl: string): Promise<string> {
  const { db, close } = openDatabase({ url: databaseUrl, name: 'dump' })
  const { rows } = await sql<{ name: string }>`
    select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`.execute(db)
  const tables: string[] = []
  for (const { name } of rows) {
    const dumped = await sql<{ text: string | null }>`
      select string_agg(row::text, ' ') as text from ${sql.raw(name)} as row`.execute(db)
    tables.push(dumped.rows[0]?.text ?? '')
  }
  await close()
  expect(tables.join(' ').length).toBeGreaterThan(10_000)
  return tables.join('\n')
}

const filesOf = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    .join('\n')

test('G2 I21: no order came after the kill, and no key is in the database, the queue, a file, a log or a message', async () => {
  expect((await ordersSeen()).length).toBe(ordersAtKill)
  const databaseUrl = readDeskFile(home)?.run.databaseUrl ?? ''
  const dump = await dumpOf(databaseUrl)
  // What a restart would count for the signer's day is every order that left.
  const { db, close } = openDatabase({ url: databaseUrl, name: 'test' })
  expect(await signedOrders(db, 'live')).toHaveLength(ordersAtKill)
  await close()
  desk.interrupt()
  expect(await desk.ended, desk.errors()).toBe(0)
  const places = {
    dump,
    files: filesOf(home),
    output: desk.output(),
    errors: desk.errors(),
    telegram: JSON.stringify(telegram.calls),
  }
  for (const [place, text] of Object.entries(places))
    for (const canary of Object.values(canaries)) {
      expect(text.includes(canary), `${canary} is in ${place}`).toBe(false)
      expect(text.includes(Buffer.from(canary).toString('base64').slice(0, 20)), place).toBe(false)
      expect(text.includes(Buffer.from(canary).toString('hex')), place).toBe(false)
    }
  const lines = desk
    .errors()
    .split('\n')
    .filter((line) => line.startsWith('{'))
  expect(lines.filter((line) => !/"part":"LIVE/.test(line))).toEqual([])
})

test('G4 S1: a restart is paused and killed as before, and says what it found: a key that can withdraw is not traded with', async () => {
  const withdraws = keyOf(canaries.withdraw)
  environment = {
    ...environment,
    OKX_API_KEY: withdraws.apiKey,
    OKX_API_SECRET: withdraws.secret,
    OKX_API_PASSWORD: withdraws.password,
  }
  desk = start()
  await until(() => statuses('LIVE desk, paused').length > 0)
  expect(await askDesk(home, ['status'])).toMatchObject({ paused: true, killed: true })
  expect(desk.errors()).toMatch(/"level":"error".*okx is not traded on: its key can withdraw/)
  expect(statuses('LIVE desk, paused')[0]?.text).toMatch(
    /kucoin: [\d,.]+ USDT worth; .*okx: NO ORDERS, its key can withdraw/,
  )
  desk.interrupt()
  expect(await desk.ended, desk.errors()).toBe(0)
})
