// The simulated venues in a process of their own: node test/chaos/venue-process.ts <seed>
import { startVenueServers } from '../../src/simulator/venue-servers.ts'
import type { Level } from '../../src/simulator/market-source.ts'
import { createScriptedSource } from '../scripted-source.ts'
import { createRandom } from '../simulation/random.ts'
import {
  bookOf,
  chaosKey,
  chaosSymbols,
  chaosVenues,
  marketsOf,
  startingBalances,
} from './chaos-world.ts'

const bookMs = 250

const random = createRandom(Number(process.argv[2]), 'books')
const source = createScriptedSource(
  Object.fromEntries(chaosVenues.map((venue) => [venue, marketsOf(venue)])),
)

const removed = (levels: readonly Level[]) => levels.map(([price]): Level => [price, 0])

function moveBooks(): void {
  for (const venue of chaosVenues)
    for (const symbol of chaosSymbols) {
      const before = source.book(venue, symbol)
      const { bids, asks } = bookOf(symbol, random)
      source.change(
        venue,
        symbol,
        [...removed(before.bids), ...bids],
        [...removed(before.asks), ...asks],
      )
    }
}

// Ctrl-C reaches the whole group: the parent says when this ends.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())
moveBooks()
setInterval(moveBooks, bookMs)
const servers = await startVenueServers({
  source,
  accounts: { keys: [chaosKey], balances: () => startingBalances },
})
process.send?.({ type: 'listening', url: servers.url })
