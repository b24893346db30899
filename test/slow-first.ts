// Longest first: a file that waits for clocks and servers must not be the one that everybody waits for.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What took longer than 15 s on two cores, the longest first. */
const slow = [
  'test/outage.test.ts',
  'test/chat-desk.test.ts',
  'workers/shard.test.ts',
  'test/whole-desk.test.ts',
  'test/stuck-trade.test.ts',
  'test/supervisor.test.ts',
  'test/transfer-trades.test.ts',
  'test/reconcile.test.ts',
  'bots/discord/discord-role.test.ts',
  'bots/telegram/telegram-desk.test.ts',
  'src/database/embedded-postgres.test.ts',
  'bots/discord/gateway.test.ts',
  'bots/chat/deliver.test.ts',
  'bots/terminal/arbdesk.test.ts',
  'bots/discord/discord-desk.test.ts',
  'test/set-up.test.ts',
  'test/simulation/simulation.test.ts',
]

/** As slow, but asleep most of the time: all of them at once would leave the cores idle. */
const waiting = [
  'workers/trade-role.test.ts',
  'src/queues/redis-transport.test.ts',
  'src/queues/postgres-transport.test.ts',
  'workers/notify-role.test.ts',
  'workers/roles.test.ts',
  'src/simulator/accounts/transfers.test.ts',
  'src/simulator/accounts/private-faults.test.ts',
  'src/simulator/venue-servers.test.ts',
  'src/exchanges/ccxt-market-feed.test.ts',
  'src/exchanges/stream-faults.test.ts',
]

const isOf =
  (list: readonly string[]) =>
  ({ moduleId }: TestSpecification): boolean =>
    list.some((file) => moduleId.endsWith(`/${file}`))

/** Two at the beginning, the others where four fifths of `busy` are passed in equal steps. */
function spread<T>(sleepers: readonly T[], busy: readonly T[]): readonly T[] {
  const later = sleepers.slice(2)
  const step = Math.max(1, Math.floor((busy.length * 0.8) / Math.max(1, later.length)))
  const mixed = busy.flatMap((one, i) => {
    const next = i % step === step - 1 ? later.shift() : undefined
    return next === undefined ? [one] : [one, next]
  })
  return [...sleepers.slice(0, 2), ...mixed, ...later]
}

function place({ moduleId }: TestSpecification): number {
  const found = [...slow, ...waiting].findIndex((file) => moduleId.endsWith(`/${file}`))
  return found === -1 ? slow.length + waiting.length : found
}

/** Within each group of projects and each project, as vitest orders them. */
export default class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- It is vitest's own and returns another array.
    const sorted = await super.sort(files)
    const rank = new Map<string, number>()
    for (const { project } of sorted) rank.set(project.name, rank.get(project.name) ?? rank.size)
    const rankOf = ({ project }: TestSpecification) => rank.get(project.name) ?? 0
    const ordered = sorted.toSorted((a, b) => rankOf(a) - rankOf(b) || place(a) - place(b))
    const isAsleep = isOf(waiting)
    return [...rank.keys()].flatMap((name) => {
      const own = ordered.filter(({ project }) => project.name === name)
      return spread(
        own.filter(isAsleep),
        own.filter((file) => !isAsleep(file)),
      )
    })
  }
}
