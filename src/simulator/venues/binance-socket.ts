// Binance's market streams: SUBSCRIBE with a list of stream names, raw payloads on /ws, wrapped on /stream.
import type { Level, SourceMarket } from '../market-source.ts'
import { createTopics } from '../topics.ts'
import type { Connection, Session, VenueContext } from '../venue-dialect.ts'
import { amountText, jsonObject, levelTexts, plainText, priceText, textOf } from '../wire-text.ts'

const streamsPerConnectionMax = 1024

type Send = (payload: unknown) => void
type Stream = (market: SourceMarket, context: VenueContext, send: Send) => () => void

const idOf = (market: SourceMarket) => `${market.base}${market.quote}`

const diffs: Stream = (market, context, send) =>
  context.market.subscribe(market.symbol, (change) => {
    send({
      e: 'depthUpdate',
      E: change.timeMs,
      s: idOf(market),
      U: change.previousSequence + 1,
      u: change.sequence,
      b: levelTexts(market, change.bids),
      a: levelTexts(market, change.asks),
    })
  })

const partial =
  (count: number): Stream =>
  (market, context, send) =>
    context.market.subscribe(market.symbol, () => {
      const book = context.market.book(market.symbol)
      if (book === undefined) return
      send({
        lastUpdateId: book.sequence,
        bids: levelTexts(market, book.bids, count),
        asks: levelTexts(market, book.asks, count),
      })
    })

const bookTicker: Stream = (market, context, send) => {
  let last = ''
  return context.market.subscribe(market.symbol, ({ sequence }) => {
    const book = context.market.book(market.symbol)
    const bid: Level | undefined = book?.bids[0]
    const ask: Level | undefined = book?.asks[0]
    if (bid === undefined || ask === undefined) return
    const best = `${bid[0]} ${bid[1]} ${ask[0]} ${ask[1]}`
    if (best === last) return
    last = best
    send({
      u: sequence,
      s: idOf(market),
      b: priceText(market, bid[0]),
      B: amountText(market, bid[1]),
      a: priceText(market, ask[0]),
      A: amountText(market, ask[1]),
    })
  })
}

function miniTickerOf(market: SourceMarket, context: VenueContext): object | undefined {
  const row = context.market.ticker(market.symbol)
  if (row === undefined) return undefined
  return {
    e: '24hrMiniTicker',
    E: row.timeMs,
    s: idOf(market),
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

/** At most one frame a second, and only when the market moved. */
const eachSecond =
  (figures: (market: SourceMarket, context: VenueContext) => object | undefined): Stream =>
  (market, context, send) => {
    let sentAtMs = 0
    return context.market.subscribe(market.symbol, ({ timeMs }) => {
      if (timeMs - sentAtMs < 1000) return
      sentAtMs = timeMs
      send(figures(market, context))
    })
  }

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
  const topics = createTopics()
  const markets = new Map(context.market.markets.map((one) => [idOf(one).toLowerCase(), one]))
  const wrapped = connection.path.startsWith('/stream')
  const sendJson = (value: unknown) => connection.send(JSON.stringify(value))

  const open = (name: string) => {
    const send: Send = (payload) => sendJson(wrapped ? { stream: name, data: payload } : payload)
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
      const params = Array.isArray(frame?.['params']) ? frame['params'].map(textOf) : []
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
