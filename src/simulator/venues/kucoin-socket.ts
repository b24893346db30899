// KuCoin's classic public websocket: welcome, ping, subscribe by topic list, acks and data frames.
import { onBest, onBook, onChange, onMove } from '../book-streams.ts'
import type { Level, SourceMarket } from '../market-source.ts'
import { createTopics } from '../topics.ts'
import type { Connection, Session, VenueContext } from '../venue-dialect.ts'
import { dashedId, marketsById } from '../venue-rows.ts'
import { amountText, jsonObject, levelTexts, priceText, textOf } from '../wire-text.ts'
import { isPrivateChannel, listenPrivately, ownerOf } from './kucoin-private-topics.ts'

// The venue's own limits: more symbols in one frame, or topics on one connection, are refused.
const symbolsPerFrameMax = 100
const topicsPerConnectionMax = 300

type Send = (subject: string, data: unknown) => void
type Stream = (market: SourceMarket, context: VenueContext, send: Send) => () => void

/** Price, size and the level's own sequence, as the delta feed writes them. */
const numbered = (market: SourceMarket, levels: readonly Level[], from: number) =>
  levelTexts(market, levels).map((level, i) => [...level, String(from + i)])

const level2: Stream = (market, { market: venue }, send) =>
  onChange(venue, market, (change) => {
    const start = change.previousSequence + 1
    send('trade.l2update', {
      changes: {
        asks: numbered(market, change.asks, start),
        bids: numbered(market, change.bids, start + change.asks.length),
      },
      sequenceEnd: change.sequence,
      sequenceStart: start,
      symbol: dashedId(market),
      time: change.timeMs,
    })
  })

const snapshots =
  (count: number): Stream =>
  (market, { market: venue }, send) =>
    onBook(venue, market, (book) => {
      send('level2', {
        asks: levelTexts(market, book.asks, count),
        bids: levelTexts(market, book.bids, count),
        timestamp: book.timeMs,
      })
    })

const level1: Stream = (market, { market: venue }, send) =>
  onBest(venue, market, ({ bid, ask, timeMs }) => {
    const [asks] = levelTexts(market, [ask])
    const [bids] = levelTexts(market, [bid])
    send('level1', { asks, bids, timestamp: timeMs })
  })

const ticker: Stream = (market, { market: venue }, send) =>
  onBest(venue, market, ({ bid, ask, sequence, timeMs }) => {
    send('trade.ticker', {
      bestAsk: priceText(market, ask[0]),
      bestAskSize: amountText(market, ask[1]),
      bestBid: priceText(market, bid[0]),
      bestBidSize: amountText(market, bid[1]),
      price: priceText(market, bid[0]),
      sequence: String(sequence),
      size: amountText(market, bid[1]),
      time: timeMs,
    })
  })

/** The venue sends a market's 24-hour figures every two seconds at most. */
const snapshot: Stream = (market, { market: venue }, send) =>
  onMove(venue, market, 2000, ({ sequence, timeMs }) => {
    const row = venue.ticker(market.symbol)
    if (row === undefined) return
    send('trade.snapshot', {
      sequence: String(sequence),
      data: {
        trading: market.active,
        symbol: dashedId(market),
        symbolCode: dashedId(market),
        buy: row.bid,
        sell: row.ask,
        open: row.open,
        high: row.high,
        low: row.low,
        lastTradedPrice: row.last,
        changePrice: row.last - row.open,
        changeRate: row.last / row.open - 1,
        vol: row.baseVolume,
        volValue: row.quoteVolume,
        baseCurrency: market.base,
        quoteCurrency: market.quote,
        market: market.quote,
        datetime: timeMs,
      },
    })
  })

const streams: Readonly<Record<string, Stream>> = {
  '/market/level2': level2,
  '/spotMarket/level2Depth5': snapshots(5),
  '/spotMarket/level2Depth50': snapshots(50),
  '/spotMarket/level1': level1,
  '/market/ticker': ticker,
  '/market/snapshot': snapshot,
}

type Markets = ReadonlyMap<string, SourceMarket>

/** Every symbol's own stream, or that of all markets under the symbol "all". */
function openStream(
  stream: Stream,
  { topic, id, markets }: { topic: string; id: string; markets: Markets },
  context: VenueContext,
  send: (value: unknown) => void,
): () => void {
  const ids = id === 'all' ? [...markets.keys()] : [id]
  const stops = ids.flatMap((one) => {
    const market = markets.get(one)
    if (market === undefined) return []
    const push: Send = (subject, data) =>
      send({ topic, type: 'message', subject: id === 'all' ? one : subject, data })
    return [stream(market, context, push)]
  })
  return () => {
    for (const stop of stops) stop()
  }
}

export function connectKucoin(connection: Connection, context: VenueContext): Session {
  const topics = createTopics()
  const markets: Markets = marketsById(context.market, dashedId)
  const { recorded } = context.market
  const send = (value: unknown) => connection.send(JSON.stringify(value))
  const fail = (id: string, code: number, data: string) => send({ id, type: 'error', code, data })

  const open = (channel: string, id: string) => {
    const topic = `${channel}:${id}`
    const stream = streams[channel]
    topics.open(topic, () => {
      if (recorded?.has(topic) === true)
        return recorded.subscribe(topic, (frame) => connection.send(frame))
      if (stream === undefined) return () => undefined
      return openStream(stream, { topic, id, markets }, context, send)
    })
  }

  const owner = ownerOf(context.desk, connection.query.get('token'))
  const subscribePrivately = (id: string, channel: string) => {
    const { desk } = context
    if (owner === undefined || desk === undefined)
      return fail(id, 403, `topic ${channel} needs a private token`)
    send({ id, type: 'ack' })
    topics.open(channel, () => listenPrivately(desk, owner, channel, send))
  }

  const subscribe = (id: string, channel: string, ids: readonly string[]) => {
    const isKnown = (one: string) =>
      recorded?.has(`${channel}:${one}`) === true ||
      (streams[channel] !== undefined && (one === 'all' || markets.has(one)))
    const unknown = ids.find((one) => !isKnown(one))
    if (unknown !== undefined) return fail(id, 404, `topic ${channel}:${unknown} is not found`)
    const limit = 'exceed max subscription count limitation of'
    if (ids.length > symbolsPerFrameMax)
      return fail(id, 509, `${limit} ${symbolsPerFrameMax} per time`)
    if (topics.size + ids.length > topicsPerConnectionMax)
      return fail(id, 509, `${limit} ${topicsPerConnectionMax} per session`)
    send({ id, type: 'ack' })
    for (const one of ids) open(channel, one)
  }

  send({ id: connection.query.get('connectId') ?? 'simulator', type: 'welcome' })
  return {
    message(text) {
      const frame = jsonObject(text)
      const id = textOf(frame?.['id'])
      const [channel = '', list = ''] = textOf(frame?.['topic']).split(':')
      const ids = list.split(',').filter((one) => one !== '')
      switch (frame?.['type']) {
        case 'ping':
          return send({ id, type: 'pong', timestamp: context.now() * 1000 })
        case 'subscribe':
          return isPrivateChannel(channel)
            ? subscribePrivately(id, channel)
            : subscribe(id, channel, ids)
        case 'unsubscribe':
          if (isPrivateChannel(channel)) topics.stop(channel)
          for (const one of ids) topics.stop(`${channel}:${one}`)
          return send({ id, type: 'ack' })
        default:
          return fail(id, 415, 'type is not supported')
      }
    },
    close: () => topics.stopAll(),
    isPrivate: () => owner !== undefined,
  }
}
