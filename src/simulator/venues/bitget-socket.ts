// Bitget's public websocket v2: text ping, books with a checksum over the best 25 levels, tickers.
import { crc32 } from 'node:zlib'
import { onBook, onChange, onMove } from '../book-streams.ts'
import type { SourceBook, SourceMarket, SourceTicker } from '../market-source.ts'
import { createTopics } from '../topics.ts'
import type { Connection, Session, VenueContext } from '../venue-dialect.ts'
import { joinedId, marketsById } from '../venue-rows.ts'
import {
  amountText,
  argumentsOf,
  jsonObject,
  levelTexts,
  plainText,
  priceText,
  textOf,
} from '../wire-text.ts'
import { connectBitgetPrivate } from './bitget-private-socket.ts'

const channelsPerConnectionMax = 1000

/** The fields that REST rows and websocket rows share. */
export function bitgetTicker(market: SourceMarket, row: SourceTicker) {
  return {
    open24h: priceText(market, row.open),
    high24h: priceText(market, row.high),
    low24h: priceText(market, row.low),
    lastPr: priceText(market, row.last),
    quoteVolume: plainText(row.quoteVolume),
    baseVolume: plainText(row.baseVolume),
    bidPr: priceText(market, row.bid),
    askPr: priceText(market, row.ask),
    bidSz: amountText(market, row.bidSize ?? 0),
    askSz: amountText(market, row.askSize ?? 0),
    openUtc: priceText(market, row.open),
    ts: String(row.timeMs),
    changeUtc24h: (row.last / row.open - 1).toFixed(5),
    change24h: (row.last / row.open - 1).toFixed(5),
  }
}

type Send = (action: 'snapshot' | 'update', data: unknown) => void
type Stream = (market: SourceMarket, context: VenueContext, send: Send) => () => void

/** CRC32 as a signed number over "bid:size:ask:size:..." of the best 25 levels. */
function checksumOf(market: SourceMarket, book: SourceBook): number {
  const bids = levelTexts(market, book.bids, 25)
  const asks = levelTexts(market, book.asks, 25)
  const parts: string[] = []
  for (let i = 0; i < 25; i++) parts.push(...(bids[i] ?? []), ...(asks[i] ?? []))
  return crc32(parts.join(':')) | 0
}

const increments: Stream = (market, { market: venue }, send) => {
  const book = venue.book(market.symbol)
  if (book !== undefined)
    send('snapshot', {
      asks: levelTexts(market, book.asks),
      bids: levelTexts(market, book.bids),
      checksum: 0,
      seq: book.sequence,
      ts: String(book.timeMs),
    })
  return onChange(venue, market, (change) => {
    const now = venue.book(market.symbol)
    if (now === undefined) return
    send('update', {
      asks: levelTexts(market, change.asks),
      bids: levelTexts(market, change.bids),
      checksum: checksumOf(market, now),
      seq: change.sequence,
      ts: String(change.timeMs),
    })
  })
}

const snapshots =
  (count: number): Stream =>
  (market, { market: venue }, send) => {
    const tell = (book = venue.book(market.symbol)) => {
      if (book === undefined) return
      send('snapshot', {
        asks: levelTexts(market, book.asks, count),
        bids: levelTexts(market, book.bids, count),
        checksum: 0,
        seq: book.sequence,
        ts: String(book.timeMs),
      })
    }
    tell()
    return onBook(venue, market, tell)
  }

const ticker: Stream = (market, { market: venue }, send) => {
  const tell = () => {
    const row = venue.ticker(market.symbol)
    if (row !== undefined)
      send('snapshot', { instId: joinedId(market), ...bitgetTicker(market, row) })
  }
  tell()
  return onMove(venue, market, 100, tell)
}

const streams: Readonly<Record<string, Stream>> = {
  books: increments,
  books1: snapshots(1),
  books5: snapshots(5),
  books15: snapshots(15),
  books50: snapshots(50),
  ticker,
}

export function connectBitget(connection: Connection, context: VenueContext): Session {
  const { desk } = context
  if (desk !== undefined && connection.path === '/v2/ws/private')
    return connectBitgetPrivate(connection, context, desk)
  const topics = createTopics()
  const markets = marketsById(context.market, joinedId)
  const send = (value: unknown) => connection.send(JSON.stringify(value))
  const fail = (code: number, msg: string) => send({ event: 'error', code, msg })

  const subscribe = (arg: Readonly<Record<string, unknown>>) => {
    const channel = textOf(arg['channel'])
    const id = textOf(arg['instId'])
    const stream = streams[channel]
    const market = markets.get(id)
    if (stream === undefined || market === undefined || arg['instType'] !== 'SPOT')
      return fail(30001, `instType:SPOT,channel:${channel},instId:${id} doesn't exist`)
    if (topics.size >= channelsPerConnectionMax) return fail(30007, 'request over limit')
    send({ event: 'subscribe', arg })
    topics.open(`${channel} ${id}`, () =>
      stream(market, context, (action, data) =>
        send({ action, arg, data: [data], ts: context.now() }),
      ),
    )
  }

  return {
    message(text) {
      if (text === 'ping') return connection.send('pong')
      const frame = jsonObject(text)
      switch (frame?.['op']) {
        case 'subscribe':
          for (const arg of argumentsOf(frame)) subscribe(arg)
          return
        case 'unsubscribe':
          for (const arg of argumentsOf(frame)) {
            topics.stop(`${textOf(arg['channel'])} ${textOf(arg['instId'])}`)
            send({ event: 'unsubscribe', arg })
          }
          return
        default:
          return fail(30003, 'invalid op')
      }
    },
    close: () => topics.stopAll(),
  }
}
