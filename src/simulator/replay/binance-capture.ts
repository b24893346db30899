// Binance's captured frames: depthUpdate U to u over a REST book of 1,000 levels.
import { jsonObject } from '../wire-text.ts'
import { count, inner, levels, time, word, type CaptureGrammar } from './capture-grammar.ts'

/** Longest first, so that "BTCUSDT" does not end in "SDT". */
const binanceQuotes =
  /^(.+)(FDUSD|USDT|BUSD|USDC|TUSD|USDP|BIDR|IDRT|BKRW|DAI|BTC|ETH|BNB|EUR|GBP|AUD|TRY|BRL|RUB|UAH|NGN|ZAR|JPY|XRP|TRX|PAX)$/

export const binanceCapture: CaptureGrammar = {
  venue: 'binance',
  file: 'BINANCE',
  takerFee: 0.001,
  frameOf(text) {
    const [, topic, payload] = /^\{"stream":"([^"]+)","data":(.*)\}$/s.exec(text) ?? []
    return topic !== undefined && payload !== undefined ? { topic, text: payload } : undefined
  },
  idOf: (topic) => topic.replace(/@.*$/, '').toUpperCase(),
  pairOf(id) {
    const [, base, quote] = binanceQuotes.exec(id) ?? []
    return base !== undefined && quote !== undefined ? [base, quote] : undefined
  },
  wholeOf(source) {
    if (!('url' in source)) return undefined
    const id = /\/depth\?\S*symbol=([^&]+)/.exec(source.url)?.[1]
    const body = inner(jsonObject(source.body))
    if (id === undefined || body['lastUpdateId'] === undefined) return undefined
    const last = count(body['lastUpdateId'])
    const [bids, asks] = [levels(body['bids']), levels(body['asks'])]
    return { id, first: last, last, timeMs: undefined, bids, asks }
  },
  isChange: (topic) => /@depth(@\d+ms)?$/.test(topic),
  changeOf({ text }) {
    const data = inner(jsonObject(text))
    return {
      id: word(data['s']),
      first: count(data['U']),
      last: count(data['u']),
      timeMs: time(data['E']),
      bids: levels(data['b']),
      asks: levels(data['a']),
    }
  },
  rowOf: ({ id, bid, bidSize, ask, askSize, timeMs }) => ({
    symbol: id,
    bidPrice: bid,
    bidQty: bidSize,
    askPrice: ask,
    askQty: askSize,
    closeTime: timeMs,
  }),
}
