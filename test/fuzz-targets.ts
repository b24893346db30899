// Every reader of what comes from outside, with what it is fed.
import { connect } from 'node:net'
import fc from 'fast-check'
import { bindWords, wordsOf } from '../bots/parse-line.ts'
import { readInteraction } from '../bots/discord/read-interaction.ts'
import { readMessage } from '../bots/discord/read-message.ts'
import { readCommand } from '../bots/telegram/read-command.ts'
import { readUpdate } from '../bots/telegram/read-update.ts'
import { allCommands } from '../src/commands/all-commands.ts'
import type { Command } from '../src/commands/command.ts'
import { csvLine } from '../src/commands/csv.ts'
import { ConfigError, readConfig, variableNames } from '../src/config.ts'
import { decodeDocument, decodeMarket, decodeProgress } from '../src/database/execution-json.ts'
import { actionOf } from '../src/database/button-json.ts'
import { decodeFacts, decodeQuoted } from '../src/database/exposure-json.ts'
import { decodeNotification } from '../src/database/notification-json.ts'
import { accountFrames, isConfirmation } from '../src/exchanges/account-frames.ts'
import { readAsset, readMarket } from '../src/exchanges/ccxt-markets.ts'
import { classifySubmission } from '../src/exchanges/classify-submission.ts'
import { parseExactJson, type Json } from '../src/exchanges/exact-json.ts'
import { openKeys, sealKeys } from '../src/exchanges/key-file.ts'
import { keyPowerOf } from '../src/exchanges/key-permissions.ts'
import { knownExchanges } from '../src/exchanges/known-exchanges.ts'
import { orderCard, orderCards } from '../src/exchanges/order-cards.ts'
import type { OrderCard } from '../src/exchanges/orders/order-card.ts'
import { restFailureOf, retryAfterOf, shortLine } from '../src/exchanges/rest-failure.ts'
import { readTickerRows } from '../src/exchanges/ticker-row.ts'
import { jobNames, jobs } from '../src/jobs.ts'
import { createBooks, sideOf, writeBook } from '../src/market/books.ts'
import type { Market } from '../src/market/market.ts'
import { secret as hidden } from '../src/secret.ts'
import { checkSetting, parseSetting, settingKeys } from '../src/settings/settings.ts'
import { readAnswers } from '../workers/answer-file.ts'
import { serveHealth } from '../workers/health.ts'
import { readChildMessage, readParentMessage } from '../workers/supervisor/messages.ts'
import {
  anyText,
  anyValue,
  jsonText,
  msMax,
  must,
  mustBeClean,
  orThrows,
  secret,
  spoilt,
  target,
  timed,
  type FuzzTarget,
} from './fuzz-inputs.ts'
import { recordingTargets } from './fuzz-recordings.ts'
import { freePort } from './free-port.ts'

/** Readers that are known to be wrong: each must be caught, or none of the others proves anything. */
export const brokenTargets: readonly FuzzTarget[] = [
  target('one that passes numbers that are none', anyValue, mustBeClean),
  target('one that tells a secret', anyText, (text) => mustBeClean({ said: `${text}${secret}` })),
  target('one that throws what is no error', anyText, () => {
    orThrows(() => {
      // oxlint-disable-next-line typescript/only-throw-error
      throw 'odd'
    })
  }),
  target('one that goes round in circles', anyText, () => {
    timed(() => {
      const untilMs = performance.now() + msMax
      while (performance.now() <= untilMs);
    })
  }),
]

/** What ccxt may make of a level that a venue did not mean so. */
const anyPart = fc.oneof(
  fc.double(),
  fc.constantFrom<unknown>(undefined, null, '', '1,5', 'NaN', -1, 5e-324),
)
const anyLevels = fc.array(fc.tuple(anyPart, anyPart))

const orderRow = {
  orderId: '7',
  ordId: '7',
  id: '7',
  clientOid: 'c1',
  clientOrderId: 'c1',
  clOrdId: 'c1',
  orderLinkId: 'c1',
  symbol: 'BTCUSDT',
  instId: 'BTC-USDT',
  side: 'buy',
  size: '3',
  qty: '3',
  origQty: '3',
  sz: '3',
  executedQty: '1',
  accFillSz: '1',
  cumExecQty: '1',
  dealSize: '1',
  baseVolume: '1',
  status: 'live',
  state: 'live',
  orderStatus: 'New',
  price: '1',
  fee: '1',
  tradeId: '1',
  execId: '1',
  commission: '1',
  commissionAsset: 'BNB',
  feeCurrency: 'KCS',
  time: 1,
  createdAt: 1,
  ts: '1',
  isBuyer: true,
  asset: 'BTC',
  free: '1',
  locked: '0',
  available: '1',
  balance: '1',
  currency: 'BTC',
  coin: 'BTC',
  frozen: '0',
  sCode: '0',
}
const answers: readonly unknown[] = [
  orderRow,
  { code: '200000', data: { ...orderRow, items: [orderRow], lastId: 1 } },
  { code: '0', data: [{ ...orderRow, details: [{ ccy: 'BTC', availBal: '1', cashBal: '1' }] }] },
  { retCode: 0, retMsg: 'OK', result: { ...orderRow, list: [orderRow] }, time: 1 },
  { code: '00000', data: [orderRow] },
  { code: -2010, msg: 'Account has insufficient balance', balances: [orderRow] },
]

function readAnswer({ reads }: OrderCard, json: Json): void {
  if (reads === undefined) return
  orThrows(() => reads.orderRows(json).map(reads.orderRow))
  orThrows(() => reads.fillRows(json).map(reads.fillRow))
  orThrows(() => reads.balanceRows(json))
  orThrows(() => reads.timeMs(json))
}

const anyFee = fc.oneof(anyPart, fc.double({ min: 0, max: 1 }))
const gate = fc.constantFrom<unknown>(true, false, undefined, null)
/** As ccxt unifies them, with whatever a venue may have written where numbers stand. */
const listedMarket = fc.record({
  symbol: fc.oneof(fc.constantFrom('BTC/USDT', 'BTC/BTC', '币/USDT'), anyText),
  base: fc.constantFrom('BTC', ''),
  quote: fc.constantFrom('USDT', 'BTC'),
  spot: fc.constantFrom<unknown>(true, true, false, undefined),
  active: gate,
  taker: anyFee,
  precision: fc.record({ price: anyPart, amount: anyPart }),
  limits: fc.record({ amount: fc.record({ min: anyPart }), cost: fc.record({ min: anyPart }) }),
})
const listedCurrency = fc.record({
  code: anyText,
  name: fc.oneof(anyText, fc.constant(undefined)),
  deposit: gate,
  withdraw: gate,
  networks: fc.dictionary(
    fc.string({ maxLength: 8 }),
    fc.record({
      deposit: gate,
      withdraw: gate,
      fee: anyFee,
      limits: fc.record({ withdraw: fc.record({ min: anyPart }) }),
      info: spoilt([{ contractAddress: '0x1', confirms: '12', withdrawFeeRate: '0.1' }]),
    }),
    { maxKeys: 4 },
  ),
})

const accountFrame: readonly unknown[] = [
  { type: 'message', topic: '/spotMarket/tradeOrdersV2', data: { clientOid: 'c1' } },
  { event: { e: 'executionReport', c: 'c1', C: '' } },
  { arg: { channel: 'orders' }, data: [{ clOrdId: 'c1', clientOid: 'c1' }] },
  { topic: 'order', data: [{ orderLinkId: 'c1' }] },
]
const permissions: readonly unknown[] = [
  { enableWithdrawals: false, enableSpotAndMarginTrading: true },
  { retCode: 0, result: { readOnly: 0, permissions: { Wallet: [], Spot: ['SpotTrade'] } } },
  { code: '0', data: [{ perm: 'read_only,trade' }] },
  { code: '200000', data: { permission: 'General,Spot' } },
  { code: '00000', data: { authorities: ['stow'] } },
]
const passphrase = hidden('correct horse battery staple')
const keyFile: unknown = JSON.parse(
  sealKeys(
    [{ venue: 'okx', purpose: 'trade', keys: { apiKey: hidden(secret), secret: hidden(secret) } }],
    passphrase,
  ),
)
const discordMessage = {
  id: '6',
  channel_id: '2',
  guild_id: '3',
  content: 'hello',
  author: { id: '4', username: 'ann', bot: false },
}
const keptAnswer = {
  at: new Date().toISOString(),
  execution: 'e1',
  leg: 'alx00',
  submission: { outcome: 'accepted', orderId: '7' },
}

const discordPress = {
  id: '1',
  application_id: '1',
  type: 2,
  token: 'aW50',
  channel_id: '2',
  guild_id: '3',
  member: {
    user: {
      id: '4',
      username: 'ann',
    },
    roles: ['5'],
  },
  message: {
    id: '6',
    author: { id: '1' },
  },
  data: {
    id: '7',
    name: 'settings',
    custom_id: 'x',
    options: [
      {
        name: 'key',
        type: 3,
        value: 'a',
      },
    ],
  },
}
const telegramUpdate = {
  update_id: 1,
  message: { message_id: 2, from: { id: 3 }, chat: { id: 4, type: 'group' }, text: '/why BTC' },
  callback_query: {
    id: '1',
    from: { id: 3 },
    data: 'x',
    message: { message_id: 2, chat: { id: 4 } },
  },
}

const anyCommand = fc.constantFrom(...allCommands.map(({ name }) => name))
const anyOption = fc.constantFrom(...allCommands.flatMap(({ options }) => Object.keys(options)))
const commandNamed = (name: string): Command =>
  allCommands.find((command) => command.name === name) as Command

const anyExchange = fc.constantFrom(...knownExchanges)
const tickerRow = { bid: 1, ask: 2, bidVolume: 1, askVolume: 1, quoteVolume: 9, timestamp: 1 }
const anyCard = fc.constantFrom(...orderCards.map(({ venue }) => venue))
const cardOf = (venue: string) => orderCard(venue) as OrderCard

const environment = fc.dictionary(
  fc.constantFrom(...variableNames, 'KUCOIN_API_KEY', 'KUCOIN_API_SECRET', 'OKX_REST_URL'),
  fc.oneof(anyText, fc.constantFrom('live', 'paper', 'replay:/x', 'ann@discord:1=admin', '8080')),
  { maxKeys: 8 },
)

export const fuzzTargets: readonly FuzzTarget[] = [
  ...recordingTargets,
  target(
    'slash arguments',
    fc.tuple(
      anyCommand,
      fc.dictionary(fc.oneof(fc.string({ maxLength: 12 }), anyOption), anyValue, { maxKeys: 5 }),
    ),
    ([name, given]) => {
      const prepare = () => commandNamed(name).prepare(new Map(Object.entries(given)))
      const read = timed(prepare) as ReturnType<typeof prepare>
      must(typeof read.outcome === 'string', 'no outcome', read)
    },
  ),
  target('free text', fc.tuple(anyCommand, anyText), ([name, text]) => {
    const words = timed(() => wordsOf(text)) as ReturnType<typeof wordsOf>
    if (words.outcome === 'ok') timed(() => bindWords(commandNamed(name), words.words))
    timed(() => readCommand(text, 'arbdesk_bot'))
  }),
  target('Discord interactions and buttons', spoilt([discordPress]), (value) => {
    timed(() => readInteraction(value))
  }),
  target('Telegram updates and buttons', spoilt([telegramUpdate]), (value) => {
    timed(() => readUpdate(value, 1))
  }),
  target(
    'settings',
    fc.tuple(fc.constantFrom(...settingKeys, 'no.such'), anyValue),
    ([key, value]) => {
      const read = checkSetting(key, value)
      if (read.outcome === 'ok') mustBeClean(read.value)
      const typed = parseSetting(key, String(typeof value === 'string' ? value : 1))
      if (typed.outcome === 'ok') mustBeClean(typed.value)
    },
  ),
  target('environment', environment, (given) => {
    const env = { ...given, KUCOIN_API_PASSWORD: secret, DISCORD_TOKEN: secret }
    try {
      readConfig(env)
    } catch (error) {
      must(error instanceof ConfigError, 'a fault that is no list of faults', String(error))
      mustBeClean((error as ConfigError).faults)
    }
  }),
  target(
    'answers to an order',
    fc.tuple(anyCard, jsonText(answers), fc.constantFrom(200, 400, 429, 500)),
    ([venue, body, status]) => {
      const end = { status, headers: new Map(), body, sentAtMs: 0, receivedAtMs: 1, tookMs: 1 }
      const read = () => classifySubmission(cardOf(venue), 'c1', { outcome: 'answer', ...end })
      mustBeClean(timed(read))
    },
  ),
  target('REST error bodies', fc.tuple(anyText, fc.nat(600), anyText), ([body, status, wait]) => {
    const headers = new Map([['retry-after', wait]])
    mustBeClean(timed(() => shortLine(body)))
    mustBeClean(retryAfterOf(headers, 0))
    mustBeClean(
      timed(() =>
        restFailureOf('okx', new Error(body), { status, statusText: '', headers, body }, 0),
      ),
    )
  }),
  target(
    'orders, fills, balances and clocks',
    fc.tuple(anyCard, jsonText(answers)),
    ([venue, body]) => {
      const json = parseExactJson(body)
      if (json !== undefined) readAnswer(cardOf(venue), json)
    },
  ),
  target('levels of a book', fc.tuple(anyLevels, anyLevels), ([bids, asks]) => {
    const books = createBooks(1)
    writeBook(books, 0, bids as [number, number][], asks as [number, number][], 0, 0)
    for (const side of ['bid', 'ask'] as const)
      for (const [price, size] of sideOf(books, 0, side))
        must(price > 0 && price < Infinity && size > 0 && size < Infinity, 'a level', [price, size])
  }),
  target('job data', fc.tuple(fc.constantFrom(...jobNames), anyValue), ([name, value]) => {
    const read = jobs[name].safeParse(value)
    if (read.success) must(JSON.stringify(read.data).length < 50_000, 'a job of that size', name)
  }),
  target('rows of another version', jsonText([{ format: 1, terms: {}, plan: [] }]), (text) => {
    const stored = parseExactJson(text)
    for (const read of [decodeDocument, decodeProgress, decodeMarket]) orThrows(() => read(stored))
    mustBeClean(decodeNotification(stored))
  }),
  target(
    'CSV fields',
    fc.tuple(fc.oneof(anyText, fc.double(), fc.constant(null)), fc.boolean()),
    ([cell, isNumber]) => {
      const column = { name: 'c', type: isNumber ? 'number' : 'text' } as const
      const line = timed(() => csvLine([cell], [column])) as string
      must(line.endsWith('\r\n'), 'a line without its end', line)
      must(!/^"?[=+@\t]/.test(line), 'a formula', line)
      must(
        typeof cell === 'string' || !isNumber || !/NaN|Infinity/.test(line),
        'a number that is none',
        line,
      )
    },
  ),
  target('Discord messages', spoilt([discordMessage]), (value) => {
    mustBeClean(timed(() => readMessage(value)))
  }),
  target('ticker rows', fc.dictionary(anyText, spoilt([tickerRow])), (rows) => {
    const read = timed(() => readTickerRows('okx', rows)) as ReturnType<typeof readTickerRows>
    for (const { bid, ask } of read)
      must(bid > 0 && bid < Infinity && ask > 0 && ask < Infinity, 'a price', [bid, ask])
  }),
  target('market lists', fc.tuple(anyExchange, listedMarket, fc.nat(4)), ([known, row, mode]) => {
    const read = timed(() => readMarket(known, row as never, mode)) as Market | undefined
    if (read === undefined) return
    mustBeClean(read)
    const { priceStep, amountStep, amountMin, notionalMin, takerFee } = read
    for (const rule of [priceStep, amountStep, amountMin, notionalMin, takerFee.rate])
      must(rule >= 0n, 'a rule below zero', rule)
    must(takerFee.rate > 0n, 'a fee of nothing', takerFee)
  }),
  target('currency lists', fc.tuple(anyExchange, listedCurrency), ([known, row]) => {
    const read = timed(() => readAsset(known, row as never)) as ReturnType<typeof readAsset>
    mustBeClean(read)
    for (const { withdrawFee = 0n, withdrawMin = 0n } of read?.networks ?? [])
      must(withdrawFee >= 0n && withdrawMin >= 0n, 'a fee below zero', read)
  }),
  target(
    'frames of account streams',
    fc.tuple(anyCard, jsonText(accountFrame)),
    ([venue, text]) => {
      const frame = parseExactJson(text)
      if (frame === undefined) return
      timed(() => isConfirmation(frame))
      mustBeClean(timed(() => accountFrames(venue)?.read(frame)))
    },
  ),
  target('what keys may do', fc.tuple(anyCard, jsonText(permissions)), ([venue, text]) => {
    const power = timed(() => keyPowerOf(cardOf(venue), parseExactJson(text)))
    must(typeof power === 'string', 'no word', power)
  }),
  target('key files', jsonText([keyFile]), (text) => {
    const opened = timed(() => openKeys(text, passphrase)) as ReturnType<typeof openKeys>
    if (opened.outcome === 'failed') mustBeClean(opened.reason)
    else mustBeClean(JSON.stringify(opened))
  }),
  target('answers kept on the disk', jsonText([keptAnswer]), (text) => {
    mustBeClean(timed(() => readAnswers(`${text}\n${JSON.stringify(keptAnswer)}`, new Date())))
    must(
      readAnswers(`{\n${JSON.stringify(keptAnswer)}`, new Date()).length === 1,
      'a lost line',
      text,
    )
  }),
  target('messages between processes', spoilt([{ type: 'ready', facts: { a: 1 } }]), (value) => {
    mustBeClean(timed(() => [readChildMessage(value), readParentMessage(value)]))
  }),
  target(
    'rows of open positions and of buttons',
    jsonText([{ since: 'x', open: [], refusals: [], ways: [], command: 'why', args: {} }]),
    (text) => {
      const stored = parseExactJson(text)
      for (const read of [decodeFacts, decodeQuoted, actionOf]) orThrows(() => read(stored))
    },
  ),
  httpTarget(),
]

/** Whatever is sent to it, the next question is answered: by a machine, not with a stack. */
function httpTarget(): FuzzTarget {
  let opened: Promise<{ port: number; close: () => Promise<void> }> | undefined
  const words = fc.constantFrom('GET', 'POST', '/health', '/', ' ', '\r\n', 'HTTP/1.1', ':', 'Host')
  const request = fc.oneof(
    anyText,
    fc.array(fc.oneof(words, anyText), { maxLength: 12 }).map((all) => all.join('')),
  )
  const askAgain = async (text: string) => {
    opened ??= openHealth()
    const { port } = await opened
    const said = await tell(port, text)
    must(!said.includes(secret) && !/\bat .*\.ts:/.test(said), 'more than an answer', said)
    const next = await fetch(`http://127.0.0.1:${port}/health`)
    must(next.status === 503 && (await next.text()).startsWith('{'), 'no answer', next.status)
  }
  return {
    name: 'HTTP routes',
    property: fc.asyncProperty(request, askAgain) as fc.IRawProperty<unknown>,
    close: async () => (await opened)?.close(),
  }
}

/** The health of a desk that cannot look, for a reason that is nobody's business. */
async function openHealth() {
  const port = await freePort()
  const look = () => Promise.reject(new Error(secret))
  return { port, close: await serveHealth({ host: '127.0.0.1', port }, look) }
}

/** What comes back for these bytes, until the server has closed or a moment is over. */
function tell(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(text))
    let said = ''
    socket.setTimeout(500, () => socket.destroy())
    socket.on('data', (chunk) => (said += chunk.toString('latin1')))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(said))
  })
}
