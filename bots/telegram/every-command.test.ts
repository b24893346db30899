// Every command of the registry, typed on Telegram as its examples have it: each is answered, and
// Telegram takes every answer.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { grantTrade } from '../../test/stores.ts'
import { openTestDesk, type TestDesk } from '../../test/desk.ts'
import { crossOpportunity } from '../../test/opportunities.ts'
import { listPeople, openTelegramDesk } from '../../test/telegram-desk.ts'
import { allCommands } from '../../src/commands/all-commands.ts'

let desk: TestDesk
beforeAll(async () => {
  desk = await openTestDesk()
  await listPeople(desk)
})
afterAll(() => desk.close())

/** Nobody here is slowed down for typing fast: each types a few. */
const linesEach = 8

test('every command is answered on Telegram', async () => {
  const offered = allCommands.filter(({ surfaces }) => surfaces.includes('telegram'))
  const lines = offered.flatMap(({ name, examples }) => [name, ...examples.slice(0, 2)])
  const admins = Array.from({ length: Math.ceil(lines.length / linesEach) }, (_, i) => 101 + i)
  for (const id of admins)
    await desk.runtime.people.changeOperator(
      { surface: 'telegram', id: String(id), name: `admin ${id}`, role: 'admin' },
      'terminal:test',
    )
  await grantTrade(desk.runtime, crossOpportunity())
  const { telegram } = await openTelegramDesk(desk)
  for (const [i, id] of admins.entries()) {
    for (const line of lines.slice(i * linesEach, (i + 1) * linesEach)) {
      const said = telegram.as(id).says(id, `/${line}`)
      const answer = await telegram.until(
        `an answer to /${line}`,
        () =>
          telegram
            .reads(id)
            .find(({ messageId, from }) => from.is_bot && messageId > said.message_id),
        20_000,
      )
      expect(answer.rendered, line).not.toMatch(
        /There is no command|fault of the desk|undefined|\[object/,
      )
    }
  }
  telegram.assertClean()
}, 120_000)
