import { expect, test } from 'vitest'
import { commandsForm } from '../../test/doubles/discord/command-rules.ts'
import { allCommands } from '../../src/commands/all-commands.ts'
import { slashCommands } from './slash-commands.ts'

const ofServer = slashCommands(allCommands, true)
const named = (name: string) => ofServer.find((command) => command.name === name)

test('every command of the registry is one that Discord takes, everywhere and for one server', () => {
  for (const commands of [ofServer, slashCommands(allCommands, false)])
    expect(commandsForm.safeParse(commands).error?.issues).toBeUndefined()
  expect(ofServer.map(({ name }) => name)).toEqual(
    allCommands.filter(({ surfaces }) => surfaces.includes('discord')).map(({ name }) => name),
  )
})

test('S8 no right in a server decides who may, and nobody brings the bot along elsewhere', () => {
  for (const command of slashCommands(allCommands, false)) {
    expect(command).not.toHaveProperty('default_member_permissions')
    expect(command.contexts).toEqual([0, 1])
    expect(command.integration_types).toEqual([0])
  }
  for (const command of ofServer) expect(command).not.toHaveProperty('contexts')
})

test('options have types, few answers are a list, and what the desk knows is suggested', () => {
  const why = named('why')?.options ?? []
  expect(why.find(({ name }) => name === 'route')).toMatchObject({ type: 3, autocomplete: true })
  const mode = named('mode')?.options ?? []
  expect(mode[0]).toMatchObject({
    type: 3,
    choices: expect.arrayContaining([{ name: 'auto', value: 'auto' }]),
  })
})
