// Tells, venue by venue, whether the installed ccxt still sends order requests as they were reviewed. No
// network is used. Ends with 1 when a request moved on a venue where orders may be sent.
import { orderCards } from '../src/exchanges/order-cards.ts'
import { checkOrderCard } from '../src/exchanges/request-capture.ts'

const [stray] = process.argv.slice(2)
if (stray === '--help') {
  process.stdout.write('npm run -s check:orders\n')
  process.exit(0)
}
if (stray !== undefined) {
  process.stderr.write(`check:orders takes no options, not "${stray}"\n`)
  process.exit(2)
}

let moved = false
for (const card of orderCards) {
  const faults = await checkOrderCard(card)
  const verdict = faults.length > 0 ? 'moved' : card.mayTrade ? 'may trade' : 'watched only'
  process.stdout.write(`${card.venue.padEnd(8)} ${verdict}\n`)
  for (const fault of faults) process.stdout.write(`         ${fault}\n`)
  moved ||= card.mayTrade && faults.length > 0
}
process.exitCode = moved ? 1 : 0
