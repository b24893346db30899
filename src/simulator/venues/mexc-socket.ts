// MEXC's public websocket v3: JSON requests, protobuf answers, at most 30 streams a connection.
import { onBest, onChange } from '../book-streams.ts'
import type { Level, SourceMarket } from '../market-source.ts'
import { createTopics } from '../topics.ts'
import type { Connection, Session, VenueContext } from '../venue-dialect.ts'
import { joinedId, marketsById } from '../venue-rows.ts'
import { amountText, jsonObject, priceText, textOf, textsOf } from '../wire-text.ts'
import { mexcFrame, type MexcFrame } from './mexc-frames.ts'

const streamsPerConnectionMax = 30

type Send = (timeMs: number, body: Partial<MexcFrame>) => void
type Stream = (market: SourceMarket, context: VenueContext, send: Send) => () => void

const items = (market: SourceMarket, levels: readonly Level[]) =>
  levels.map(([price, size]) => ({
    price: priceText(market, price),
    quantity: amountText(market, size),
  }))

const depth: Stream = (market, { market: venue }, send) =>
  onChange(venue, market, (change) => {
    send(change.timeMs, {
      publicAggreDepths: {
        asks: items(market, change.asks),
        bids: items(market, change.bids),
        eventType: 'spot@public.aggre.depth.v3.api.pb@100ms',
        fromVersion: String(change.previousSequence + 1),
        toVersion: String(change.sequence),
      },
    })
  })

const bookTicker: Stream = (market, { market: venue }, send) =>
  onBest(venue, market, ({ bid, ask, timeMs }) => {
    send(timeMs, {
      publicAggreBookTicker: {
        bidPrice: priceText(market, bid[0]),
        bidQuantity: amountText(market, bid[1]),
        askPrice: priceText(market, ask[0]),
        askQuantity: amountText(market, ask[1]),
      },
    })
  })

const streams: Readonly<Record<string, Stream>> = {
  'public.aggre.depth.v3.api.pb': depth,
  'public.aggre.bookTicker.v3.api.pb': bookTicker,
}

export function connectMexc(connection: Connection, context: VenueContext): Session {
  const topics = createTopics()
  const markets = marketsById(context.market, joinedId)
  const reply = (msg: string) => connection.send(JSON.stringify({ id: 0, code: 0, msg }))

  /** "spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT"; the reason of a refusal, else undefined. */
  const open = (channel: string): string | undefined => {
    const [, kind = '', , symbol = ''] = channel.split('@')
    const stream = streams[kind]
    const market = markets.get(symbol)
    if (stream === undefined || market === undefined) return 'Blocked!'
    if (!topics.has(channel) && topics.size >= streamsPerConnectionMax) return 'Over limit!'
    topics.open(channel, () =>
      stream(market, context, (timeMs, body) =>
        connection.send(mexcFrame({ channel, symbol, sendTime: timeMs, ...body })),
      ),
    )
    return undefined
  }

  return {
    message(text) {
      const frame = jsonObject(text)
      const channels = textsOf(frame?.['params'])
      switch (textOf(frame?.['method']).toUpperCase()) {
        case 'PING':
          return reply('PONG')
        case 'SUBSCRIPTION':
          reply(channels.join(','))
          for (const channel of channels) {
            const refusal = open(channel)
            if (refusal !== undefined)
              reply(`Not Subscribed successfully! [${channel}].  Reason: ${refusal}`)
          }
          return
        case 'UNSUBSCRIPTION':
          for (const channel of channels) topics.stop(channel)
          return reply(channels.join(','))
        default:
          return reply('Invalid method')
      }
    },
    close: () => topics.stopAll(),
  }
}
