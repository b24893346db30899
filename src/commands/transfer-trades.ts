// `opportunities --kind transfer`: buy here, send, sell there. It is shown and never carried out: what it brings
// hangs on a price that nobody knows yet.
import { marketKey, type Market, type VenueId } from '../market/market.ts'
import type { PriceRow } from '../history/history-store.ts'
import { decimalOf, format, quoteAmount, toNumber, type QuoteAmount } from '../money.ts'
import { amountText, percentText } from '../notification/amount-text.ts'
import { badgesOf } from '../notification/labels.ts'
import {
  assetIdentity,
  crossIdentity,
  isSureEnough,
  priceIdentity,
} from '../opportunity/identity.ts'
import { minuteVolatility, riskOver } from '../opportunity/price-risk.ts'
import { reviewedAssets } from '../opportunity/reviewed-assets.ts'
import {
  carry,
  sendMoney,
  transferTrade,
  type Carried,
  type Priced,
  type SendingWay,
  type TransferTrade,
} from '../opportunity/transfer-trade.ts'
import type { VenueAsset } from '../market/asset.ts'
import { settlement } from '../trade/rebalance.ts'
import { passageOf } from '../trade/transfer-link.ts'
import { failed, type Answer, type CommandContext } from './command.ts'
import { isCurrentPrice } from './quotes.ts'
import { worthText } from './worth.ts'

const shownMax = 10
/** Of the widest gaps; each costs a look at its networks. */
const lookedAtMax = 100
const historyMs = 86_400_000

type Gap = {
  readonly coin: string
  readonly buy: Priced
  readonly sell: Priced
  /** At the best prices, before anything is paid. */
  readonly gross: number
}

type Facts = {
  readonly priced: ReadonlyMap<string, Priced>
  readonly assets: ReadonlyMap<string, VenueAsset>
  readonly isSame: (coin: string, one: Priced, other: Priced) => boolean
}

async function readFacts({ markets, history, settings, now }: CommandContext): Promise<Facts> {
  const [all, told] = await Promise.all([markets.markets(), markets.assets()])
  const listed = all.filter(({ quote, active }) => quote === settlement && active)
  const byVenues = Map.groupBy(listed, ({ symbol }) => symbol)
  const shared = [...byVenues].filter(([, rows]) => rows.length > 1).map(([symbol]) => symbol)
  const rows = await history.latestPricesOf(shared)
  const at = now()
  const current = rows.filter(
    ({ minute, bid, ask }: PriceRow) => isCurrentPrice(minute, at) && bid > 0 && ask >= bid,
  )
  const prices = new Map(current.map((row) => [marketKey(row.venue, row.symbol), row]))
  const priced = new Map(
    listed.flatMap((market: Market): (readonly [string, Priced])[] => {
      const key = marketKey(market.venue, market.symbol)
      const row = prices.get(key)
      return row === undefined ? [] : [[key, { market, bid: row.bid, ask: row.ask }]]
    }),
  )
  const assets = new Map(told.map((asset) => [marketKey(asset.venue, asset.asset), asset]))
  const rules = settings.current()
  const middle = ({ bid, ask }: Priced) => (bid + ask) / 2
  const isSame = (coin: string, one: Priced, other: Priced): boolean => {
    const by = assetIdentity(
      coin,
      assets.get(marketKey(one.market.venue, coin)),
      assets.get(marketKey(other.market.venue, coin)),
    )
    const near = priceIdentity(middle(one), middle(other), rules['filter.suspicious_percent'])
    return isSureEnough(crossIdentity(by, 'contract', near), rules['filter.identity_min'])
  }
  return { priced, assets, isSame }
}

/** Widest first; what is too wide is a mistake until proved otherwise. */
function gapsOf({ priced, isSame }: Facts, suspiciousPercent: number): readonly Gap[] {
  const groups = Map.groupBy(priced.values(), ({ market }) => market.symbol)
  return [...groups.values()]
    .flatMap((rows) =>
      rows.flatMap((buy) =>
        rows.flatMap((sell): Gap[] => {
          const gross = sell.bid / buy.ask - 1
          const isWorth = buy !== sell && gross > 0 && gross * 100 <= suspiciousPercent
          const coin = buy.market.base
          return isWorth && isSame(coin, buy, sell) ? [{ coin, buy, sell, gross }] : []
        }),
      ),
    )
    .toSorted((a, b) => b.gross - a.gross)
    .slice(0, lookedAtMax)
}

/** Only what both ends call open, cheapest first as the venue charges it. */
function waysOf(
  { assets }: Facts,
  coin: string,
  from: VenueId,
  to: VenueId,
): readonly SendingWay[] {
  const sending = assets.get(marketKey(from, coin))
  const receiving = assets.get(marketKey(to, coin))
  return passageOf(coin, from, to, { sending, receiving }, true)
    .links.filter(({ status }) => status === 'open')
    .map(({ network, fee, min, arrival }) => ({ network, fee, min, minutes: arrival?.minutes }))
}

/** The money itself, or a well-known coin that carries it. */
function waysHome(
  facts: Facts,
  { buy, sell }: Gap,
  amount: QuoteAmount,
): readonly (Carried | undefined)[] {
  const [from, to] = [sell.market.venue, buy.market.venue]
  const plain = waysOf(facts, settlement, from, to).map((way) => sendMoney(amount, settlement, way))
  const carriers = [...reviewedAssets].flatMap((coin) => {
    const here = facts.priced.get(marketKey(from, `${coin}/${settlement}`))
    const there = facts.priced.get(marketKey(to, `${coin}/${settlement}`))
    if (here === undefined || there === undefined || !facts.isSame(coin, here, there)) return []
    return waysOf(facts, coin, from, to).map((way) => carry(amount, here, there, way))
  })
  return [...plain, ...carriers]
}

function tradeOf(facts: Facts, gap: Gap, budget: QuoteAmount): TransferTrade | undefined {
  const { buy, sell, coin } = gap
  const [from, to] = [buy.market.venue, sell.market.venue]
  const outs = waysOf(facts, coin, from, to).flatMap((way) => carry(budget, buy, sell, way) ?? [])
  const trades = outs.map((out) =>
    transferTrade(buy.market, from, to, out, waysHome(facts, gap, out.received)),
  )
  return trades.toSorted((a, b) => (a.net < b.net ? 1 : -1))[0]
}

type Shown = TransferTrade & {
  /** Of what is put in: one standard deviation of the price while it is sent. */
  readonly riskUsdt: number | undefined
}

async function withRisk(trade: TransferTrade, { history }: CommandContext): Promise<Shown> {
  const rows = await history.prices(trade.sell, trade.symbol, historyMs)
  const volatility = minuteVolatility(rows)
  const { minutes } = trade.out.way
  const riskUsdt =
    volatility === undefined || minutes === undefined
      ? undefined
      : riskOver(volatility, minutes) * toNumber(trade.out.received)
  return { ...trade, riskUsdt }
}

const minutesText = (minutes: number | undefined): string =>
  minutes === undefined ? 'unknown' : `${minutes} min`

const homeText = ({ back }: TransferTrade): string =>
  back === undefined
    ? 'no way back'
    : `${back.coin} on ${back.way.network} for ${worthText(toNumber(back.spent) - toNumber(back.received))} USDT`

const rowOf = (shown: Shown): readonly string[] => [
  `${shown.symbol} ${shown.buy} → ${shown.sell}`,
  percentText((toNumber(shown.net) / toNumber(shown.out.spent)) * 100),
  `${worthText(toNumber(shown.net))} USDT`,
  shown.riskUsdt === undefined ? 'unknown' : `± ${worthText(shown.riskUsdt)} USDT`,
  `${shown.out.way.network}, ${amountText(shown.out.way.fee, 4)} ${shown.out.coin}`,
  minutesText(shown.out.way.minutes),
  homeText(shown),
]

const jsonOf = ({ symbol, buy, sell, out, back, net, minutes, riskUsdt }: Shown) => ({
  symbol,
  buy,
  sell,
  spent: format(out.spent),
  received: format(out.received),
  net: format(net),
  net_percent: (toNumber(net) / toNumber(out.spent)) * 100,
  network: out.way.network,
  fee: format(out.way.fee),
  minutes: out.way.minutes ?? null,
  risk_usdt: riskUsdt ?? null,
  back:
    back === undefined
      ? null
      : {
          coin: back.coin,
          network: back.way.network,
          cost_usdt: toNumber(back.spent) - toNumber(back.received),
          minutes: back.way.minutes ?? null,
        },
  minutes_both_ways: minutes ?? null,
})

const caveat =
  'Shown only: nobody is asked and nothing is traded. Reckoned at the best prices of the last minute, so a large one gets less; net is after taker fees, the way there and the way back of the money. Risk is one standard deviation of the price while the coin is on its way, by the last day: in one case of three it goes further.'

/** What trades of this kind would bring now, best first. */
export async function transferTrades(context: CommandContext): Promise<Answer> {
  const { settings, labels } = context
  const rules = await settings.refresh()
  if (!rules['opportunity.transfer'])
    return failed(
      'Trades that buy, send and sell are switched off: "settings set opportunity.transfer true" shows them',
    )
  const budget = quoteAmount(decimalOf(rules['trading.notional_usdt_max']))
  const facts = await readFacts(context)
  const gaps = gapsOf(facts, rules['filter.suspicious_percent'])
  const found = gaps
    .flatMap((gap) => tradeOf(facts, gap, budget) ?? [])
    .toSorted((a, b) => (a.net < b.net ? 1 : -1))
  const shown = await Promise.all(found.slice(0, shownMax).map((trade) => withRisk(trade, context)))
  const paying = shown.filter(({ net }) => net > 0n).length
  return {
    title: `Transfer trades: ${paying === 0 ? 'none pays' : paying === 1 ? 'one would pay' : `${paying} would pay`} at ${worthText(rules['trading.notional_usdt_max'])} USDT`,
    tone: 'neutral',
    badges: badgesOf(labels),
    text: [
      ...(shown.length === 0
        ? ['No coin is dearer at a venue to which its network is open at both ends.']
        : []),
      caveat,
    ].join('\n'),
    tables:
      shown.length === 0
        ? []
        : [
            {
              columns: ['route', 'net %', 'net', 'price risk', 'sent by', 'takes', 'money back by'],
              rows: shown.map(rowOf),
            },
          ],
    json: { shown_only: true, trades: shown.map(jsonOf) },
  }
}
