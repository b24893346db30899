// Asks each venue what the key that trades there may do, and prints the answers as one JSON document. A
// process of its own, because the supervisor of a desk signs nothing and loads no exchange client.
import { givenEnvironment, readConfig } from '../src/config.ts'
import { readKeyPower } from '../src/exchanges/key-permissions.ts'
import { orderCard } from '../src/exchanges/order-cards.ts'
import { openOrderWire } from '../src/exchanges/order-wire.ts'
import type { VenueId } from '../src/market/market.ts'
import { createMemoryRequestBudget } from '../src/market/memory-request-budget.ts'
import { openRunVenues, tradeAccessOf } from '../src/run-venues.ts'

const config = readConfig(givenEnvironment())
const venues = await openRunVenues({ config, budget: createMemoryRequestBudget(() => undefined) })
const access = tradeAccessOf(config, venues)

async function powerOf(venue: VenueId) {
  const card = orderCard(venue)
  if (card === undefined) return 'unknown'
  const wire = openOrderWire({ access: access(venue), card })
  try {
    return await readKeyPower(card, wire)
  } finally {
    await wire.close()
  }
}

const powers = await Promise.all(venues.ids.map(async (venue) => [venue, await powerOf(venue)]))
process.stdout.write(JSON.stringify(Object.fromEntries(powers)))
await venues.close()
