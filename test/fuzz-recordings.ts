// Recordings are files that anybody may have put together: whatever is in them is played or left out.
import fc from 'fast-check'
import { binanceCapture } from '../src/simulator/replay/binance-capture.ts'
import { readCapture } from '../src/simulator/replay/capture.ts'
import { createCapturedStream } from '../src/simulator/replay/captured-stream.ts'
import { kucoinCapture } from '../src/simulator/replay/kucoin-capture.ts'
import { okxCapture } from '../src/simulator/replay/okx-capture.ts'
import { recordedVenues } from '../src/simulator/replay/recorded-venues.ts'
import { createStillMarkets } from '../src/simulator/replay/still-markets.ts'
import { readTickerRecording } from '../src/simulator/replay/ticker-recording.ts'
import { shiftFrame, shiftRow } from '../src/simulator/replay/time-shift.ts'
import {
  anyText,
  jsonText,
  mustBeClean,
  orThrows,
  target,
  timed,
  type FuzzTarget,
} from './fuzz-inputs.ts'

const level = ['100', '2']
const frames: readonly unknown[] = [
  {
    stream: 'btcusdt@depth@100ms',
    data: {
      e: 'depthUpdate',
      E: 1_700_000_000_000,
      s: 'BTCUSDT',
      U: 2,
      u: 3,
      b: [level],
      a: [level],
    },
  },
  {
    type: 'message',
    topic: '/market/level2:BTC-USDT',
    data: {
      changes: { asks: [[...level, '3']], bids: [[...level, '3']] },
      sequenceStart: 2,
      sequenceEnd: 3,
      symbol: 'BTC-USDT',
      time: 1_700_000_000_000,
    },
  },
  {
    arg: { channel: 'books', instId: 'BTC-USDT' },
    action: 'snapshot',
    data: [
      { asks: [[...level, '0', '1']], bids: [level], ts: '1700000000000', seqId: 3, prevSeqId: 2 },
    ],
  },
]
const books: readonly unknown[] = [
  { lastUpdateId: 1, bids: [level], asks: [level] },
  {
    code: '200000',
    data: { sequence: '1', time: 1_700_000_000_000, bids: [level], asks: [level] },
  },
]
const urls = [
  'https://api.binance.com/api/v3/depth?symbol=BTCUSDT&limit=1000',
  'https://api.kucoin.com/api/v1/market/orderbook/level2_100?symbol=BTC-USDT',
]
const line = fc.oneof(
  fc.tuple(fc.nat(9), jsonText(frames)).map(([at, text]) => `170000000${at}.5: ${text}`),
  fc.tuple(fc.nat(9), jsonText(frames)).map(([at, text]) => `170000000${at}000000000 ${text}`),
  fc
    .tuple(fc.constantFrom(...urls), jsonText(books))
    .map(([url, text]) => `${url} -> 1700000000.1: ${text}`),
  anyText,
)

const ticker = {
  symbol: 'BTC/USDT',
  timestamp: 1_700_000_000_000,
  bid: 1,
  bidVolume: 2,
  ask: 1.1,
  askVolume: 2,
  last: 1.05,
  open: 1,
  high: 1.2,
  low: 0.9,
  baseVolume: 100,
  quoteVolume: 105,
  info: { symbol: 'BTCUSDT', instId: 'BTC-USDT', takerFeeRate: '0.001', ts: '1700000000000' },
}

export const recordingTargets: readonly FuzzTarget[] = [
  target(
    'captured frames',
    fc.tuple(
      fc.constantFrom(binanceCapture, kucoinCapture, okxCapture),
      fc.array(line, { minLength: 1, maxLength: 8 }),
    ),
    ([grammar, lines]) => {
      const capture = timed(() =>
        readCapture(grammar, [{ name: 'a', text: lines.join('\n') }]),
      ) as ReturnType<typeof readCapture>
      if (capture === undefined) return
      mustBeClean([capture.startMs, capture.durationMs])
      mustBeClean(capture.markets.map(({ market, book }) => [market, book.bids, book.asks]))
      timed(() => createCapturedStream(capture, () => 0))
      for (const { text } of capture.frames) timed(() => shiftFrame(text, 86_400_000))
    },
  ),
  target(
    'recorded tickers',
    fc.tuple(fc.constantFrom(...recordedVenues), jsonText([{ tickers: { 'BTC/USDT': ticker } }])),
    ([recorded, text]) => {
      orThrows(() => {
        const recording = readTickerRecording(recorded, text)
        mustBeClean([recording.momentMs, recording.markets])
        mustBeClean(recording.rows.map(({ bids, asks }) => [bids, asks]))
        createStillMarkets(recording, recording.momentMs ?? 0)
        return recording.rows.map(({ answer }) => shiftRow(answer, 1_000))
      })
    },
  ),
]
