// OKX's captured frames: a snapshot and updates on one channel, without sequences at that time.
import { jsonObject } from '../wire-text.ts'
import {
  count,
  dashedPair,
  inner,
  levels,
  time,
  type CapturedBook,
  type CapturedFrame,
  type CaptureGrammar,
} from './capture-grammar.ts'

/** The book in an OKX frame; both its snapshot and its updates look like this. */
function okxBook({ topic, text }: CapturedFrame): CapturedBook | undefined {
  const rows = jsonObject(text)?.['data']
  const data = inner(Array.isArray(rows) ? rows[0] : undefined)
  if (!topic.startsWith('books:')) return undefined
  return {
    id: topic.slice('books:'.length),
    first: count(data['prevSeqId']),
    last: count(data['seqId']),
    timeMs: time(data['ts']),
    bids: levels(data['bids']),
    asks: levels(data['asks']),
  }
}

export const okxCapture: CaptureGrammar = {
  venue: 'okx',
  file: 'OKX',
  takerFee: 0.001,
  frameOf(text) {
    const [, channel, id] =
      /^\{"arg":\{"channel":"([^"]+)","instId":"([^"]+)"\},"(?:action|data)"/.exec(text) ?? []
    return channel !== undefined && id !== undefined
      ? { topic: `${channel}:${id}`, text }
      : undefined
  },
  idOf: (topic) => topic.replace(/^[^:]*:/, ''),
  pairOf: dashedPair,
  wholeOf: (source) =>
    'topic' in source && source.text.includes('"action":"snapshot"') ? okxBook(source) : undefined,
  isChange: (topic) => topic.startsWith('books:'),
  changeOf: okxBook,
  rowOf: ({ id, bid, bidSize, ask, askSize, timeMs }) => ({
    instType: 'SPOT',
    instId: id,
    bidPx: bid,
    bidSz: bidSize,
    askPx: ask,
    askSz: askSize,
    ts: String(timeMs),
  }),
}
