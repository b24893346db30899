// KuCoin's captured frames: changes numbered from sequenceStart to sequenceEnd over a REST book.
import { jsonObject } from '../wire-text.ts'
import {
  count,
  dashedPair,
  inner,
  levels,
  time,
  word,
  type CaptureGrammar,
} from './capture-grammar.ts'

export const kucoinCapture: CaptureGrammar = {
  venue: 'kucoin',
  file: 'KUCOIN',
  takerFee: 0.001,
  frameOf(text) {
    const topic = text.includes('"type":"message"') && /"topic":"([^"]+)"/.exec(text)?.[1]
    return topic ? { topic, text } : undefined
  },
  // A candle's topic ends in "_1min".
  idOf: (topic) => topic.replace(/^[^:]*:/, '').replace(/_.*$/, ''),
  pairOf: dashedPair,
  wholeOf(source) {
    if (!('url' in source)) return undefined
    const id = /\/level2\S*[?&]symbol=([^&]+)/.exec(source.url)?.[1]
    const data = inner(jsonObject(source.body)?.['data'])
    if (id === undefined || data['sequence'] === undefined) return undefined
    const last = count(data['sequence'])
    const [bids, asks] = [levels(data['bids']), levels(data['asks'])]
    return { id, first: last, last, timeMs: time(data['time']), bids, asks }
  },
  isChange: (topic) => topic.startsWith('/market/level2:'),
  changeOf({ text }) {
    const data = inner(jsonObject(text)?.['data'])
    const changes = inner(data['changes'])
    return {
      id: word(data['symbol']),
      first: count(data['sequenceStart']),
      last: count(data['sequenceEnd']),
      timeMs: time(data['time']),
      bids: levels(changes['bids']),
      asks: levels(changes['asks']),
    }
  },
  rowOf: ({ id, bid, bidSize, ask, askSize }) => ({
    symbol: id,
    symbolName: id,
    buy: bid,
    bestBidSize: bidSize,
    sell: ask,
    bestAskSize: askSize,
  }),
}
