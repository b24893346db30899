// OKX's public websocket v5: text ping, args of channel and instrument, books chained by prevSeqId.
import { bestOf, onBest, onBook, onChange, onMove, type Best } from '../book-streams.ts'
import type { Level, SourceMarket, SourceTicker } from '../market-source.ts'
import { createTopics } from '../topics.ts'
import type { Connection, Session, VenueContext } from '../venue-dialect.ts'
import { dashedId, marketsById } from '../venue-rows.ts'
import {
  amountText,
  argumentsOf,
  jsonObject,
  levelTexts,
  plainText,
  priceText,
  textOf,
} from '../wire-text.ts'
import { connectOkxPrivate } from './okx-private-socket.ts'

// Subscribing, unsubscribing and login together, per connection.
const requestsPerHourMax = 480

export function okxTicker(market: SourceMarket, row: SourceTicker) {
  return {
    instType: 'SPOT',
    instId: dashedId(market),
    last: priceText(market, row.last),
    lastSz: amountText(market, row.bidSize ?? 0),
    askPx: priceText(market, row.ask),
    askSz: amountText(market, row.askSize ?? 0),
    bidPx: priceText(market, row.bid),
    bidSz: amountText(market, row.bidSize ?? 0),
    open24h: priceText(market, row.open),
    high24h: priceText(market, row.high),
    low24h: priceText(market, row.low),
    volCcy24h: plainText(row.quoteVolume),
    vol24h: plainText(row.baseVolume),
    sodUtc0: priceText(market, row.open),
    sodUtc8: priceText(market, row.open),
    ts: String(row.timeMs),
  }
}

type Send = (data: unknown, action?: 'snapshot' | 'update') => void
type Stream = (market: SourceMarket, context: VenueContext, send: Send) => () => void

/** The last two columns: a deprecated zero and the number of orders at the price. */
const rows = (market: SourceMarket, levels: readonly Level[], count?: number) =>
  levelTexts(market, levels, count).map((level) => [...level, '0', '1'])

const whole = (market: SourceMarket, { market: venue }: VenueContext, send: Send) => {
  const book = venue.book(market.symbol)
  if (book === undefined) return
  send(
    {
      asks: rows(market, book.asks),
      bids: rows(market, book.bids),
      ts: String(book.timeMs),
      seqId: book.sequence,
      prevSeqId: -1,
    },
    'snapshot',
  )
}

const increments: Stream = (market, context, send) => {
  const { market: venue } = context
  whole(market, context, send)
  return onChange(venue, market, (change) => {
    send(
      {
        asks: rows(market, change.asks),
        bids: rows(market, change.bids),
        ts: String(change.timeMs),
        seqId: change.sequence,
        prevSeqId: change.previousSequence,
      },
      'update',
    )
  })
}

const five: Stream = (market, { market: venue }, send) => {
  const tell = (book = venue.book(market.symbol)) => {
    if (book === undefined) return
    send({
      asks: rows(market, book.asks, 5),
      bids: rows(market, book.bids, 5),
      instId: dashedId(market),
      ts: String(book.timeMs),
      seqId: book.sequence,
    })
  }
  tell()
  return onBook(venue, market, tell)
}

const best: Stream = (market, { market: venue }, send) => {
  const tell = ({ bid, ask, sequence, timeMs }: Best) => {
    send({
      asks: rows(market, [ask]),
      bids: rows(market, [bid]),
      ts: String(timeMs),
      seqId: sequence,
    })
  }
  const book = venue.book(market.symbol)
  const now = book && bestOf(book)
  if (now !== undefined) tell(now)
  return onBest(venue, market, tell)
}

const tickers: Stream = (market, { market: venue }, send) => {
  const tell = () => {
    const row = venue.ticker(market.symbol)
    if (row !== undefined) send(okxTicker(market, row))
  }
  tell()
  return onMove(venue, market, 100, tell)
}

const streams: Readonly<Record<string, Stream>> = {
  books: increments,
  books5: five,
  'bbo-tbt': best,
  tickers,
}

export function connectOkx(connection: Connection, context: VenueContext): Session {
  const { desk } = context
  if (desk !== undefined && connection.path === '/ws/v5/private')
    return connectOkxPrivate(connection, context, desk)
  const topics = createTopics()
  const markets = marketsById(context.market, dashedId)
  const send = (value: unknown) => connection.send(JSON.stringify(value))
  const fail = (code: string, msg: string) =>
    send({ event: 'error', code, msg, connId: 'simulator' })
  const requestTimesMs: number[] = []

  const overLimit = () => {
    const nowMs = context.now()
    while ((requestTimesMs[0] ?? nowMs) < nowMs - 3_600_000) requestTimesMs.shift()
    return requestTimesMs.push(nowMs) > requestsPerHourMax
  }

  const subscribe = (arg: Readonly<Record<string, unknown>>) => {
    const channel = textOf(arg['channel'])
    const id = textOf(arg['instId'])
    const stream = streams[channel]
    const market = markets.get(id)
    const { recorded } = context.market
    const frames = recorded?.has(`${channel}:${id}`) === true ? recorded : undefined
    if (market === undefined || (stream === undefined && frames === undefined))
      return fail('60018', `Wrong URL or channel:${channel},instId:${id} doesn't exist.`)
    send({ event: 'subscribe', arg, connId: 'simulator' })
    const tell: Send = (data, action) =>
      send(action === undefined ? { arg, data: [data] } : { arg, action, data: [data] })
    topics.open(`${channel} ${id}`, () => {
      if (frames === undefined) return stream?.(market, context, tell) ?? (() => undefined)
      // Recorded updates build on the book as it is at the moment of subscribing.
      if (channel === 'books') whole(market, context, tell)
      return frames.subscribe(`${channel}:${id}`, (frame) => connection.send(frame))
    })
  }

  return {
    message(text) {
      if (text === 'ping') return connection.send('pong')
      const frame = jsonObject(text)
      if (overLimit()) return fail('60014', 'Requests too frequent')
      switch (frame?.['op']) {
        case 'subscribe':
          for (const arg of argumentsOf(frame)) subscribe(arg)
          return
        case 'unsubscribe':
          for (const arg of argumentsOf(frame)) {
            topics.stop(`${textOf(arg['channel'])} ${textOf(arg['instId'])}`)
            send({ event: 'unsubscribe', arg, connId: 'simulator' })
          }
          return
        default:
          return fail('60012', 'Illegal request')
      }
    },
    close: () => topics.stopAll(),
  }
}
