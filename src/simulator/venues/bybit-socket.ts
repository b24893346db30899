// Bybit's public spot websocket v5: a snapshot, then deltas of the best 50 or 200 levels.
import { bestOf, createWindow, onBest, onBook, onMove, type Best } from '../book-streams.ts'
import type { Level, SourceMarket, SourceTicker } from '../market-source.ts'
import { createTopics } from '../topics.ts'
import type { Connection, Session, VenueContext } from '../venue-dialect.ts'
import { joinedId, marketsById } from '../venue-rows.ts'
import { jsonObject, levelTexts, plainText, priceText, textOf, textsOf } from '../wire-text.ts'
import { connectBybitPrivate } from './bybit-private-socket.ts'

// The venue's own limit for spot; ccxt puts all symbols of one call into one frame.
const topicsPerFrameMax = 10

export function bybitTicker(market: SourceMarket, row: SourceTicker) {
  return {
    symbol: joinedId(market),
    lastPrice: priceText(market, row.last),
    highPrice24h: priceText(market, row.high),
    lowPrice24h: priceText(market, row.low),
    prevPrice24h: priceText(market, row.open),
    volume24h: plainText(row.baseVolume),
    turnover24h: plainText(row.quoteVolume),
    price24hPcnt: (row.last / row.open - 1).toFixed(4),
    usdIndexPrice: market.quote === 'USDT' ? priceText(market, row.last) : '',
  }
}

type Message = { type: 'snapshot' | 'delta'; ts: number; data: unknown }
type Stream = (
  market: SourceMarket,
  context: VenueContext,
  send: (message: Message) => void,
) => () => void

const depth =
  (count: number): Stream =>
  (market, { market: venue }, send) => {
    const window = createWindow(count)
    const tell = (
      type: Message['type'],
      sides: { bids: readonly Level[]; asks: readonly Level[] },
      { sequence, timeMs }: { sequence: number; timeMs: number },
    ) => {
      const b = levelTexts(market, sides.bids)
      const a = levelTexts(market, sides.asks)
      send({ type, ts: timeMs, data: { s: joinedId(market), b, a, u: sequence, seq: sequence } })
    }
    const book = venue.book(market.symbol)
    if (book !== undefined) tell('snapshot', window.reset(book), book)
    return onBook(venue, market, (now) => tell('delta', window.changes(now), now))
  }

/** The one-level channel repeats its snapshot instead of sending deltas. */
const best: Stream = (market, { market: venue }, send) => {
  const tell = ({ bid, ask, sequence, timeMs }: Best) => {
    const data = { s: joinedId(market), b: levelTexts(market, [bid]), a: levelTexts(market, [ask]) }
    send({ type: 'snapshot', ts: timeMs, data: { ...data, u: sequence, seq: sequence } })
  }
  const book = venue.book(market.symbol)
  const now = book && bestOf(book)
  if (now !== undefined) tell(now)
  return onBest(venue, market, tell)
}

const tickers: Stream = (market, { market: venue }, send) => {
  const tell = () => {
    const row = venue.ticker(market.symbol)
    if (row !== undefined)
      send({ type: 'snapshot', ts: row.timeMs, data: bybitTicker(market, row) })
  }
  tell()
  return onMove(venue, market, 100, tell)
}

const streams: Readonly<Record<string, Stream>> = {
  'orderbook.1': best,
  'orderbook.50': depth(50),
  'orderbook.200': depth(200),
  'orderbook.1000': depth(1000),
  tickers,
}

export function connectBybit(connection: Connection, context: VenueContext): Session {
  const { desk } = context
  if (desk !== undefined && connection.path === '/v5/private')
    return connectBybitPrivate(connection, context, desk)
  const topics = createTopics()
  const markets = marketsById(context.market, joinedId)
  const send = (value: unknown) => connection.send(JSON.stringify(value))

  const open = (topic: string) => {
    const dot = topic.lastIndexOf('.')
    const stream = streams[topic.slice(0, dot)]
    const market = markets.get(topic.slice(dot + 1))
    if (stream === undefined || market === undefined) return false
    topics.open(topic, () => stream(market, context, (message) => send({ topic, ...message })))
    return true
  }

  return {
    message(text) {
      const frame = jsonObject(text)
      const op = textOf(frame?.['op'])
      const names = textsOf(frame?.['args'])
      const reply = (success: boolean, message: string) =>
        send({ success, ret_msg: message, conn_id: 'simulator', req_id: frame?.['req_id'], op })
      switch (op) {
        case 'ping':
          return reply(true, 'pong')
        case 'subscribe': {
          if (names.length > topicsPerFrameMax)
            return reply(false, `args size >${topicsPerFrameMax}`)
          const unknown = names.find((name) => !streams[name.slice(0, name.lastIndexOf('.'))])
          if (unknown !== undefined) return reply(false, `error:handler not found,topic:${unknown}`)
          reply(true, 'subscribe')
          for (const name of names) open(name)
          return
        }
        case 'unsubscribe':
          for (const name of names) topics.stop(name)
          return reply(true, '')
        default:
          return reply(false, 'error:unknown op')
      }
    },
    close: () => topics.stopAll(),
  }
}
