// What one update costs through the ccxt feed, and whether any is lost: a venue server in a process of
// its own moves 100 books at several rates. Run: node bench/feed.ts [venue]
import { fork } from 'node:child_process'
import { createMemoryRequestBudget } from '../src/market/memory-request-budget.ts'
import { bestBid } from '../src/market/books.ts'
import { openCcxtMarketFeed } from '../src/exchanges/ccxt-market-feed.ts'
import { openCcxtMarketRest } from '../src/exchanges/ccxt-market-rest.ts'
import { startVenueServers } from '../src/simulator/venue-servers.ts'
import { createScriptedSource, scriptedMarket } from '../test/scripted-source.ts'

const symbols = Array.from({ length: 100 }, (_, k) => `C${k}/USDT`)
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const [role, venue = 'kucoin'] = process.argv.slice(2).includes('serve')
  ? ['serve', process.argv[3]]
  : ['measure', process.argv[2]]

type Order = { perSecond: number; seconds: number }

async function serve(): Promise<void> {
  const source = createScriptedSource({ [venue]: symbols.map((name) => scriptedMarket(name)) })
  const servers = await startVenueServers({ source })
  let step = 0
  const move = async ({ perSecond, seconds }: Order) => {
    const startMs = performance.now()
    const total = perSecond * seconds
    for (let sent = 0; sent < total;) {
      const due = Math.min(total, ((performance.now() - startMs) / 1000) * perSecond)
      for (; sent < due; sent++, step++) {
        const symbol = symbols[step % symbols.length] as string
        const size = 1 + (step % 97)
        source.change(venue, symbol, [[100, size]], [[101, size]])
      }
      await sleep(2)
    }
    process.send?.({ sent: total })
  }
  process.on('message', (order: Order) => void move(order))
  process.send?.({ url: servers.url })
}

async function measure(): Promise<void> {
  const child = fork(import.meta.filename, ['serve', venue])
  const heard = () =>
    new Promise<{ url?: string; sent?: number }>((resolve) =>
      child.once('message', resolve as never),
    )
  const { url = '' } = await heard()
  const access = { venue, market: { kind: 'servers', url } } as const
  const budget = createMemoryRequestBudget(() => undefined)
  const rest = openCcxtMarketRest({ access, budget })
  const listing = await rest.list()
  if (listing.outcome === 'failed') throw new Error(listing.detail)
  let updates = 0
  const feed = openCcxtMarketFeed({
    universe: listing.markets,
    venues: [{ access, rest }],
    budget,
    listener: { book: () => void updates++, venue: () => undefined },
  })
  feed.watch(listing.markets.map((_, id) => id))
  const versions = () => feed.books.version.reduce((sum, version) => sum + version, 0)
  while (!symbols.every((_, id) => bestBid(feed.books, id) > 0)) {
    const done = heard()
    child.send({ perSecond: 1_000, seconds: 1 })
    await done
  }
  await sleep(500)
  for (const perSecond of [500, 2_000, 2_000, 5_000]) {
    const before = versions()
    const cpu = process.cpuUsage()
    const done = heard()
    child.send({ perSecond, seconds: 4 })
    const { sent = 0 } = await done
    await sleep(300)
    const used = process.cpuUsage(cpu)
    const seen = versions() - before
    const microseconds = ((used.user + used.system) / seen).toFixed(1)
    process.stdout.write(
      `${venue} ${perSecond}/s: ${sent} sent, ${sent - seen} lost, ${microseconds} µs of CPU an update\n`,
    )
  }
  await feed.close()
  await rest.close()
  child.kill()
}

await (role === 'serve' ? serve() : measure())
