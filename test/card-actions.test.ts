// Whatever may be pressed under a card is a command that the registry takes, with arguments it takes.
import { expect, test } from 'vitest'
import { allCommands } from '../src/commands/all-commands.ts'
import { describe } from '../src/notification/describe.ts'
import { notifications } from './notifications.ts'

const labels = { mode: 'paper', market: 'simulator' } as const

test('every button of every notification gives a command that can be carried out', () => {
  const pressed: string[] = []
  for (const [name, notification] of Object.entries(notifications)) {
    const card = describe({ seq: 1, at: new Date(), key: 'key', notification }, labels)
    for (const { command, args } of card.actions ?? []) {
      const known = allCommands.find((each) => each.name === command)
      expect(known, `${name}: ${command}`).toBeDefined()
      const prepared = known?.prepare(new Map(Object.entries(args)))
      expect(prepared, `${name}: ${command} ${JSON.stringify(args)}`).toMatchObject({
        outcome: 'prepared',
      })
      pressed.push(command)
    }
  }
  expect(new Set(pressed)).toEqual(
    new Set(['ack', 'approve', 'deny', 'mandates', 'notifications', 'chart', 'why']),
  )
})
