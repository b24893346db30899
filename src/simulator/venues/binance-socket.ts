// Binance's market streams: SUBSCRIBE with a list of stream names, raw payloads on /ws, wrapped on /stream.
import { onBest, onBook, onChange, onMove } from '../book-streams.ts'
import type { SourceMarket } from '../market-source.ts'
import { createTopics } from '../topics.ts'
import type { Connection, Session, VenueContext } from '../venue-dialect.ts'
import { joinedId, marketsById } from '../venue-rows.ts'
import { amountText, jsonObject, levelTexts, plainText, priceText, textsOf } from '../wire-text.ts'
import { connectBinanceUser } from './binance-user-stream.ts'

const streamsPerConnectionMax = 1024

type Send = (payload: unknown) => void
type Stream = (market: SourceMarket, context: VenueContext, send: Send) => () => void

const diffs: Stream = (market, { market: venue }, send) =>
  onChange(venue, market, (change) => {
    send({
      e: 'depthUpdate',
      E: change.timeMs,
      s: joinedId(market),
      U: change.previousSequence + 1,
      u: change.sequence,
      b: levelTexts(market, change.bids),
      a: levelTexts(market, change.asks),
    })
  })

const partial =
  (count: number): Stream =>
  (market, { market: venue }, send) =>
    onBook(venue, market, (book) => {
      send({
        lastUpdateId: book.sequence,
        bids: levelTexts(market, book.bids, count),
        asks: levelTexts(market, book.asks, count),
      })
    })

const bookTicker: Stream = (market, { market: venue }, send) =>
  onBest(venue, market, ({ bid, ask, sequence }) => {
    send({
      u: sequence,
      s: joinedId(market),
      b: priceText(market, bid[0]),
      B: amountText(market, bid[1]),
      a: priceText(market, ask[0]),
      A: amountText(market, ask[1]),
    })
  })

function miniTickerOf(market: SourceMarket, context: VenueContext): object | undefined {
  const row = context.market.ticker(market.symbol)
  if (row === undefined) return undefined
  return {
    e: '24hrMiniTicker',
    E: row.timeMs,
    s: joinedId(market),
    c: priceText(market, row.last),
    o: priceText(market, row.open),
    h: priceText(market, row.high),
    l: priceText(market, row.low),
    v: plainText(row.baseVolume),
    q: plainText(row.quoteVolume),
  }
}

function dayTickerOf(market: SourceMarket, context: VenueContext): object | undefined {
  const row = context.market.ticker(market.symbol)
  if (row === undefined) return undefined
  return {
    ...miniTickerOf(market, context),
    e: '24hrTicker',
    p: priceText(market, row.last - row.open),
    P: ((row.last / row.open - 1) * 100).toFixed(3),
    w: priceText(market, (row.high + row.low) / 2),
    x: priceText(market, row.open),
    Q: amountText(market, row.bidSize ?? 0),
    b: priceText(market, row.bid),
    B: amountText(market, row.bidSize ?? 0),
    a: priceText(market, row.ask),
    A: amountText(market, row.askSize ?? 0),
    O: row.timeMs - 86_400_000,
    C: row.timeMs,
    F: 1,
    L: 1_000_000,
    n: 1_000_000,
  }
}

const eachSecond =
  (figures: (market: SourceMarket, context: VenueContext) => object | undefined): Stream =>
  (market, context, send) =>
    onMove(context.market, market, 1000, () => send(figures(market, context)))

const streams: Readonly<Record<string, Stream>> = {
  depth: diffs,
  depth5: partial(5),
  depth10: partial(10),
  depth20: partial(20),
  bookTicker,
  miniTicker: eachSecond(miniTickerOf),
  ticker: eachSecond(dayTickerOf),
}

/** Every market's figures once a second, in one array. */
function allMarkets(
  figures: (market: SourceMarket, context: VenueContext) => object | undefined,
  context: VenueContext,
  send: Send,
): () => void {
  const timer = setInterval(() => {
    send(context.market.markets.flatMap((market) => figures(market, context) ?? []))
  }, 1000)
  return () => clearInterval(timer)
}

export function connectBinance(connection: Connection, context: VenueContext): Session {
  const { desk } = context
  if (desk !== undefined && connection.path === '/ws-api/v3')
    return connectBinanceUser(connection, context, desk)
  const topics = createTopics()
  const markets = marketsById(context.market, (market) => joinedId(market).toLowerCase())
  const wrapped = connection.path.startsWith('/stream')
  const sendJson = (value: unknown) => connection.send(JSON.stringify(value))

  const open = (name: string) => {
    const send: Send = (payload) => sendJson(wrapped ? { stream: name, data: payload } : payload)
    const { recorded } = context.market
    if (recorded?.has(name))
      return topics.open(name, () =>
        recorded.subscribe(name, (frame) =>
          connection.send(wrapped ? `{"stream":"${name}","data":${frame}}` : frame),
        ),
      )
    const [id = '', channel = ''] = name.split('@')
    if (id === '!miniTicker')
      return topics.open(name, () => allMarkets(miniTickerOf, context, send))
    if (id === '!ticker') return topics.open(name, () => allMarkets(dayTickerOf, context, send))
    const market = markets.get(id)
    const stream = streams[channel]
    // The venue acknowledges a stream of an unknown symbol and never sends anything on it.
    if (market === undefined || stream === undefined)
      return topics.open(name, () => () => undefined)
    topics.open(name, () => stream(market, context, send))
  }

  return {
    message(text) {
      const frame = jsonObject(text)
      const id = frame?.['id'] ?? null
      const params = textsOf(frame?.['params'])
      switch (frame?.['method']) {
        case 'SUBSCRIBE':
          if (topics.size + params.length > streamsPerConnectionMax)
            return connection.close(1008, 'Too many streams')
          sendJson({ result: null, id })
          for (const name of params) open(name)
          return
        case 'UNSUBSCRIBE':
          for (const name of params) topics.stop(name)
          return sendJson({ result: null, id })
        case 'LIST_SUBSCRIPTIONS':
          return sendJson({ result: topics.names(), id })
        default:
          return sendJson({ error: { code: 2, msg: 'Invalid request: unknown variant' }, id })
      }
    },
    close: () => topics.stopAll(),
  }
}
