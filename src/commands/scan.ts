// `scan`: every triangle and cross-exchange pair in a folder of recorded tickers.
import { setImmediate as turn } from 'node:timers/promises'
import { numberText, percentText, quoteText } from '../notification/amount-text.ts'
import type { Card, CardTable } from '../notification/card.ts'
import { durationText } from '../notification/time-text.ts'
import { scan as scanTickers, type Scan } from '../opportunity/scan.ts'
import { defaultSettings } from '../settings/settings.ts'
import { defineBareCommand, failed, type Answer, type TickerDump } from './command.ts'
import { flag, list, number, optional, path, withDefault } from './option.ts'

// A person reads the top of each list; --json has all of it.
const rowsMax = 12
const faultsNamedMax = 3

type Dump = Extract<TickerDump, { outcome: 'ok' }>
type Timing = { readonly read: number; readonly parse: number; readonly detect: number }

const count = (value: number): string => value.toLocaleString('en-US')
const round = (ms: number): number => Math.round(ms * 10) / 10

function triangleTable({ triangles }: Scan): CardTable {
  const rows = Object.entries(triangles)
    .toSorted(([, a], [, b]) => b.net_positive - a.net_positive || b.cycles - a.cycles)
    .slice(0, rowsMax)
  return {
    columns: ['venue', 'symbols', 'cycles', 'gross > 0', 'net > 0', 'best cycle', 'net'],
    rows: rows.map(([venue, { symbols, cycles, gross_positive, net_positive, best }]) => [
      venue,
      count(symbols),
      count(cycles),
      count(gross_positive),
      count(net_positive),
      best[0]?.path.join(' → ') ?? '',
      best[0] === undefined ? '' : percentText(best[0].net * 100),
    ]),
  }
}

const crossTable = ({ cross }: Scan): CardTable => ({
  columns: ['symbol', 'buy', 'ask', 'sell', 'bid', 'gross', 'net'],
  rows: cross.best
    .slice(0, rowsMax)
    .map(({ symbol, buy, ask, sell, bid, gross, net }) => [
      symbol,
      buy,
      quoteText(ask),
      sell,
      quoteText(bid),
      percentText(gross * 100),
      percentText(net * 100),
    ]),
})

const refusalTable = (whyNot: NonNullable<Scan['why_not']>): CardTable => ({
  columns: ['dropped because', 'times'],
  rows: Object.entries(whyNot).map(([reason, times]) => [reason, count(times)]),
})

function cardOf(result: Scan, ms: Timing, dump: Dump, fee: number): Card {
  const all = Object.values(result.triangles)
  const cycles = all.reduce((sum, venue) => sum + venue.cycles, 0)
  const profitable = all.reduce((sum, venue) => sum + venue.net_positive, 0)
  const { cross, why_not } = result
  return {
    title: `${all.length} ${all.length === 1 ? 'venue' : 'venues'}, ${count(profitable)} cycles and ${count(cross.net_positive)} pairs above zero after ${numberText(fee * 100)} % a trade`,
    tone: dump.faults.length === 0 ? 'neutral' : 'warning',
    badges: ['RECORDING'],
    text: [
      `${count(cycles)} cycles; ${count(cross.pairs)} pairs over ${count(cross.symbols)} symbols.`,
      `Read in ${durationText(ms.read)}, parsed in ${durationText(ms.parse)}, detected in ${durationText(ms.detect)}.`,
      ...(why_not === undefined ? ['Raw: no filter was applied.'] : []),
      ...dump.faults.map(({ file, reason }) => `Left out ${file}: ${reason}.`),
    ].join('\n'),
    tables: [
      triangleTable(result),
      ...(cross.best.length === 0 ? [] : [crossTable(result)]),
      ...(why_not === undefined || Object.keys(why_not).length === 0
        ? []
        : [refusalTable(why_not)]),
    ],
    json: { ...result, ...(dump.faults.length === 0 ? {} : { faults: dump.faults }), ms },
  }
}

function nothingReadable(folder: string, faults: Dump['faults']): string {
  const all = faults.length === 1 ? 'the one file' : `none of the ${faults.length} files`
  const verb = faults.length === 1 ? 'cannot' : 'can'
  const named = faults.slice(0, faultsNamedMax).map(({ file, reason }) => `${file}: ${reason}`)
  const more = faults.length > named.length ? `; and ${faults.length - named.length} more` : ''
  return `${all} of ${folder} ${verb} be read: ${named.join('; ')}${more}`
}

export const scan = defineBareCommand({
  name: 'scan',
  summary: 'Every cycle and pair in a folder of recorded tickers',
  help: 'Reads <venue>.json or <venue>.json.gz files, each {"tickers": {SYMBOL: ccxt ticker}}. Counts and lists the best by profit at one flat fee. The default filters apply and count what they drop, unless --raw is given.',
  role: 'operator',
  // It reads a folder of the machine it runs on, which a chat has no business with.
  surfaces: ['terminal'],
  options: {
    tickers: path('The folder to read'),
    fee: withDefault(number('Fee of every trade, 0.001 is 0.1 %', { min: 0, max: 0.5 }), 0.001),
    raw: flag('Apply no filter'),
    venues: optional(list('Only these venues, separated by commas')),
  },
  positional: ['tickers'],
  examples: [
    'scan --tickers dumps/2022-11-22 --fee 0.001',
    'scan dumps/2022-11-22 --raw --venues kucoin,binance --json',
  ],
  async *run({ tickers, fee, raw, venues }, { readTickerDump }): AsyncGenerator<string, Answer> {
    yield `Reading ${tickers}`
    const dump = await readTickerDump(tickers, venues)
    if (dump.outcome === 'unreadable') return failed(dump.detail)
    if (dump.venues.length === 0) return failed(nothingReadable(tickers, dump.faults))
    yield `Detecting in ${dump.venues.length} venues`
    // Detection holds the thread; whoever shows progress gets a turn first.
    await turn()
    const settings = defaultSettings('other')
    const startMs = performance.now()
    const result = scanTickers(dump.venues, {
      fee,
      startAssets: settings['trading.start_assets'],
      ...(raw ? {} : { filters: settings }),
    })
    const ms = {
      read: round(dump.readMs),
      parse: round(dump.parseMs),
      detect: round(performance.now() - startMs),
    }
    return cardOf(result, ms, dump, fee)
  },
})
