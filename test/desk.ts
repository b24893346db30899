// A desk for tests of commands: real stores, queue and settings on a fresh database, and nobody trading.
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allCommands } from '../src/commands/all-commands.ts'
import type { Actor, Desk } from '../src/commands/command.ts'
import { readConfig } from '../src/config.ts'
import { migrate } from '../src/database/migrate.ts'
import { readTickerDump } from '../src/exchanges/ticker-dump.ts'
import { createLog } from '../src/log.ts'
import { openRuntime, type Runtime } from '../src/runtime.ts'
import { createDispatch, type Reply } from '../bots/dispatch.ts'
import { deskOf } from '../bots/desk-of.ts'
import { wordsOf } from '../bots/parse-line.ts'
import { freshDatabase } from './fresh-database.ts'

export const ann: Actor = { name: 'ann', role: 'admin', surface: 'terminal' }

type Around = { readonly now?: Date; readonly runs?: boolean }

export type TestDesk = {
  readonly runtime: Runtime
  readonly desk: Desk
  /** What a person types, and what they get: now, or at another time, or beside a desk that is off. */
  readonly say: (line: string, actor?: Actor, around?: Around) => Promise<Reply>
  readonly close: () => Promise<void>
}

export async function openTestDesk(
  overrides: Record<string, string> = {},
  environment: Record<string, string> = {},
): Promise<TestDesk> {
  const database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  const config = readConfig({
    // Nobody's folder: a kill switch pressed on this machine is no business of a test.
    ARBDESK_HOME: join(tmpdir(), `arbdesk-none-${randomUUID()}`),
    ...environment,
    DATABASE_URL: database.url,
    ARBDESK_RUN: JSON.stringify({
      startedAt: new Date().toISOString(),
      supervisorPid: process.pid,
      json: false,
      overrides,
    }),
  })
  const runtime = await openRuntime(config, createLog({ level: 'silent' }), 'test')
  const desk = deskOf(runtime)
  return {
    runtime,
    desk,
    async say(line, actor = ann, { now, runs = desk.runs } = {}) {
      const cut = wordsOf(line)
      if (cut.outcome !== 'ok') return cut
      const [command = '', ...words] = cut.words
      // A dispatch for each line: nobody here is slowed down for typing fast.
      const dispatch = createDispatch({
        commands: allCommands,
        desk: { ...desk, runs },
        readTickerDump,
        now: () => now ?? new Date(),
        reportBug: (error) => {
          throw error
        },
      })
      return dispatch({ actor, command, arguments: words })
    },
    async close() {
      await runtime.close()
      await database.drop()
    },
  }
}

/** The card of a reply that must be one. */
export function cardIn(reply: Reply) {
  if (reply.outcome !== 'answered') throw new Error(`${reply.outcome}: ${reply.message}`)
  return reply.card
}

/** Everything a card shows, in one text. */
export function textOf(reply: Reply): string {
  const { title, text = '', fields = [], tables = [] } = cardIn(reply)
  const cells = tables.flatMap(({ columns, rows }) =>
    [columns, ...rows].map((row) => row.join(' ')),
  )
  return [title, text, ...fields.map(({ name, value }) => `${name}: ${value}`), ...cells].join('\n')
}
