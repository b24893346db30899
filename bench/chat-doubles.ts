// How long people wait, through discord.js and telegraf, HTTP and a gateway, on both platforms at once:
// from a question handed to the desk to the request that shows it, and from a click to the request that
// edits each copy. node bench/chat-doubles.ts [count]
import { runDiscordDesk } from '../bots/discord/discord-desk.ts'
import { runTelegramDesk } from '../bots/telegram/telegram-desk.ts'
import type { Budgets } from '../bots/chat/budget.ts'
import { allCommands } from '../src/commands/all-commands.ts'
import { secret } from '../src/secret.ts'
import { startDiscordDouble } from '../test/doubles/discord/discord-double.ts'
import { startTelegramDouble } from '../test/doubles/telegram/telegram-double.ts'
import { crossOpportunity } from '../test/opportunities.ts'
import { openOwnDesk } from '../test/own-desk.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)
const count = Number(process.argv[2] ?? 200)
/** What the platforms take is not what is measured. */
const unlimited: Budgets = { ofChat: () => ({ sends: [], edits: [], both: [] }), overall: [] }
/** One person who clicks so fast would be held back. */
const peopleCount = 20
const firstAccount = 700

const epochMs = () => performance.timeOrigin + performance.now()

function summary(what: string, times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1)
  return `${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms (${times.length})`
}

const { runtime, close } = await openOwnDesk()
const discord = await startDiscordDouble({ rateLimits: false })
const telegram = await startTelegramDouble()
const people = Array.from({ length: peopleCount }, (_, i) => firstAccount + i)
const group = telegram.supergroup({ members: people })
for (const id of people)
  for (const surface of ['discord', 'telegram'] as const)
    await runtime.people.changeOperator(
      { surface, id: String(id), name: `person-${id}`, role: 'admin' },
      'terminal:bench',
    )
const stopping = new AbortController()
const common = { runtime, commands: allCommands, budgets: unlimited }
const { guildId, channelId, apiUrl } = discord
const ended = [
  runDiscordDesk(
    { ...common, discord: { token: secret(discord.token), guildId, channelId, apiUrl } },
    stopping.signal,
  ),
  runTelegramDesk(
    {
      ...common,
      telegram: {
        token: secret(telegram.token),
        chatId: String(group),
        apiRoot: telegram.apiRoot,
      },
    },
    stopping.signal,
  ),
]
await discord.until('the commands', () => discord.commands().length > 0)
await telegram.until('a poll', () => telegram.calls.some(({ method }) => method === 'getUpdates'))

const shown: number[] = []
const answered: number[] = []
const edited: number[] = []
for (let i = 0; i < count; i++) {
  const askedMs = epochMs()
  const asked = await runtime.approvals.ask(
    crossOpportunity({ route: `cross BTC/USDT kucoin>venue${i}` }),
    60_000,
  )
  if (asked.outcome !== 'asked') throw new Error('the route is open already')
  const words = `Approve ${asked.approval.id}?`
  const [there, here] = await Promise.all([
    discord.until('a card', () => discord.messages().findLast(({ text }) => text.includes(words))),
    telegram.until('a card', () =>
      telegram.reads(group).findLast(({ text }) => text.includes(words)),
    ),
  ])
  shown.push(there.sentAt - askedMs, here.sentAtMs - askedMs)

  const account = people[i % peopleCount] ?? firstAccount
  const label = i % 3 === 0 ? 'Approve' : 'Deny'
  const clickedMs = epochMs()
  if (i % 2 === 0) {
    const click = discord.as(String(account)).press(there, label)
    const acknowledgement = await click.acknowledged()
    answered.push((acknowledgement?.at ?? Infinity) - clickedMs)
  } else {
    const press = telegram.as(account).taps(here, label)
    answered.push((await telegram.until('an answer', () => press.answeredAtMs)) - clickedMs)
  }
  const thereMs = await discord.until('an edit', () => discord.message(there.id).versions[1]?.at)
  const hereMs = await telegram.until(
    'an edit',
    () => telegram.readsAgain(here)?.earlier[0]?.untilMs,
  )
  edited.push(thereMs - clickedMs, hereMs - clickedMs)
}
stopping.abort()
await Promise.all(ended)
discord.assertNoMistakes()
telegram.assertClean([/terminated by other getUpdates/])
await discord.close()
await telegram.close()
await close()
say(summary('question to message request', shown))
say(summary('click to answer', answered))
say(summary('click to edited card, both copies', edited))
