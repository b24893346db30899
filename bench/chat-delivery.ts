// How long people wait: from a post to the request that shows it, and from a click to the request that
// edits the card. Both platforms at once, in memory: node bench/chat-delivery.ts [count]
import { crossOpportunity } from '../test/opportunities.ts'
import { createFakePlatform, type FakePlatform } from '../test/fake-platform.ts'
import { openChatRoom } from '../test/chat-people.ts'
import { openOwnDesk } from '../test/own-desk.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)
const count = Number(process.argv[2] ?? 300)

function summary(what: string, times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1)
  return `${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms (${times.length})`
}

/** Until the platform has had so many calls; when the last of them came. */
async function callAt(platform: FakePlatform, index: number): Promise<number> {
  for (;;) {
    const call = platform.calls[index]
    if (call !== undefined) return call.atMs
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

const testDesk = { ...(await openOwnDesk()), say: () => Promise.reject(new Error('nobody types')) }
const { approvals } = testDesk.runtime
// Somebody else each time: one person who clicks so fast would be held back.
const people = new Map(
  Array.from({ length: count }, (_, i) => ['discord', 'telegram'].map((name) => `${name}:${i}`))
    .flat()
    .map((account) => [account, { name: account, role: 'admin' } as const]),
)
const rooms = (['discord', 'telegram'] as const).map((surface) =>
  openChatRoom(
    testDesk,
    createFakePlatform(surface, surface === 'discord'),
    `${surface} home`,
    people,
  ),
)
await new Promise((resolve) => setTimeout(resolve, 500))

const shown: number[] = []
const edited: number[] = []
const answered: number[] = []
for (let i = 0; i < count; i++) {
  const from = rooms.map(({ platform }) => platform.calls.length)
  const opportunity = crossOpportunity({ route: `cross BTC/USDT kucoin>venue${i}` })
  const askedMs = performance.now()
  const asked = await approvals.ask(opportunity, 60_000)
  if (asked.outcome !== 'asked') throw new Error('the route is open already')
  for (const [k, { platform }] of rooms.entries())
    shown.push((await callAt(platform, from[k] as number)) - askedMs)
  const room = rooms[i % 2] as (typeof rooms)[number]
  const clickedMs = performance.now()
  const reply = await room.tap(String(i), i % 3 === 0 ? 'Approve' : 'Deny')
  if (reply.outcome !== 'told' || !reply.isGood) throw new Error(JSON.stringify(reply))
  answered.push(performance.now() - clickedMs)
  for (const [k, { platform }] of rooms.entries())
    edited.push((await callAt(platform, (from[k] as number) + 1)) - clickedMs)
}
for (const room of rooms) await room.stop()
await testDesk.close()
say(summary('question written to message request', shown))
say(summary('click to answer', answered))
say(summary('click to edited card', edited))
