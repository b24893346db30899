// Every command of the registry, typed on Discord as its first example has it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDesk, type TestDesk } from '../../test/desk.ts'
import { listDiscordPeople, openDiscordDesk } from '../../test/discord-desk.ts'
import { allCommands } from '../../src/commands/all-commands.ts'
import type { Command } from '../../src/commands/command.ts'
import { bindWords, wordsOf } from '../parse-line.ts'

let desk: TestDesk
beforeAll(async () => {
  desk = await openTestDesk()
  await listDiscordPeople(desk)
})
afterAll(() => desk.close())

/** The typed words as Discord's own client would send them. */
function optionsOf(command: Command): Record<string, string | number | boolean> {
  const cut = wordsOf(command.examples[0] ?? command.name)
  const bound = cut.outcome === 'ok' ? bindWords(command, cut.words.slice(1)) : cut
  if (bound.outcome !== 'ok') throw new Error(bound.message)
  return Object.fromEntries(
    [...bound.given].map(([name, value]) => {
      const type = command.options[name]?.type
      if (type === 'boolean') return [name, value === true || value === 'true' || value === '']
      return [name, type === 'string' ? String(value) : Number(value)]
    }),
  )
}

test.each(allCommands.filter(({ surfaces }) => surfaces.includes('discord')))(
  '/$name is answered within three seconds',
  async (command) => {
    const { discord, ann } = await openDiscordDesk(desk)
    const answer = await ann.slash(command.name, optionsOf(command)).message()
    expect(answer.text).not.toContain('fault of the desk')
    expect(answer.text).not.toBe('')
    discord.assertNoMistakes()
  },
)
