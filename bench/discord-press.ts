// How long people wait on Discord, through discord.js, HTTP and the gateway of the double: from a question
// to its card, from a press to its answer, and to the edited card. node bench/discord-press.ts [count]
import { setTimeout as sleep } from 'node:timers/promises'
import { runDiscordDesk } from '../bots/discord/discord-desk.ts'
import { allCommands } from '../src/commands/all-commands.ts'
import { secret } from '../src/secret.ts'
import { startDiscordDouble } from '../test/doubles/discord/discord-double.ts'
import { crossOpportunity } from '../test/opportunities.ts'
import { openOwnDesk } from '../test/own-desk.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)
const count = Number(process.argv[2] ?? 60)
// What Discord takes in a channel is five messages in five seconds.
const everyMs = 1400

function summary(what: string, times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1)
  return `${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms (${times.length})`
}

const { runtime, close } = await openOwnDesk()
const discord = await startDiscordDouble()
const account = discord.addUser({ name: 'ann' })
await runtime.people.changeOperator(
  { surface: 'discord', id: account, name: 'ann', role: 'admin' },
  'terminal:bench',
)
const stopping = new AbortController()
const { token, guildId, channelId, apiUrl } = discord
const ended = runDiscordDesk(
  { runtime, discord: { token: secret(token), guildId, channelId, apiUrl }, commands: allCommands },
  stopping.signal,
)
await discord.until('the commands', () => discord.commands().length > 0)
const ann = discord.as(account)

const shown: number[] = []
for (let i = 0; i < count; i++) {
  const opportunity = crossOpportunity({ route: `cross BTC/USDT kucoin>venue${i}` })
  const askedMs = performance.now()
  const asked = await runtime.approvals.ask(opportunity, 60_000)
  if (asked.outcome !== 'asked') throw new Error('the route is open already')
  const { id } = asked.approval
  const card = await discord.until('the card', () =>
    discord.messages().find(({ text }) => text.includes(`Approve ${id}?`)),
  )
  shown.push(performance.now() - askedMs)
  await ann.press(card, i % 3 === 0 ? 'Approve' : 'Deny').message()
  await discord.until('the edit', () => discord.message(card.id).buttons.length < 3)
  await sleep(everyMs)
}
const latencies = discord.latencies()
const of = (times: readonly (number | undefined)[]) => times.filter((ms) => ms !== undefined)
stopping.abort()
await ended
discord.assertNoMistakes()
await discord.close()
await close()
say(summary('question written to card shown', shown))
say(summary('press to first answer', of(latencies.map(({ acknowledgedMs }) => acknowledgedMs))))
say(summary('press to edited card', of(latencies.map(({ lastEditMs }) => lastEditMs))))
