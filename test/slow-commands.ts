// Commands for what the desk's own do not show at will: slow ones, private ones, forms and files.
import { setTimeout as sleep } from 'node:timers/promises'
import { defineBareCommand, failed, type Run } from '../src/commands/command.ts'
import { optional, text as words } from '../src/commands/option.ts'
import type { Card } from '../src/notification/card.ts'

const card = (changes: Partial<Card>): Card => ({
  title: 'Title',
  tone: 'neutral',
  badges: [],
  json: {},
  ...changes,
})
/** What the slow commands wait for; each test that uses one frees it. */
let freed = Promise.withResolvers<void>()
export const free = () => {
  freed.resolve()
  freed = Promise.withResolvers<void>()
}
const define = (name: string, run: (value: string | undefined) => Run) =>
  defineBareCommand({
    name,
    summary: `Tests ${name}`,
    help: '',
    role: 'viewer',
    options: { value: optional(words('Anything')) },
    examples: [],
    run: ({ value }) => run(value),
  })
export const slowCommands = [
  define('slow', async (value) => {
    await freed.promise
    if (value === 'fails') return failed('it could not be done')
    return card({
      title: 'Arrived',
      isPrivate: value === 'alone',
      actions: [{ label: 'Again', command: 'status', args: {}, style: 'plain' }],
    })
  }),
  define('steps', async function* () {
    const waits = freed.promise
    for (let i = 1; i <= 3; i++) {
      yield `step ${i} of 3`
      await sleep(400)
    }
    await waits
    return card({ title: 'All steps done' })
  }),
  define('rename', (value) =>
    Promise.resolve(
      value === undefined
        ? card({
            title: 'Name?',
            actions: [
              {
                label: 'Change',
                command: 'rename',
                args: {},
                style: 'primary',
                asks: { option: 'value', question: 'What is it called?', value: '<old>' },
              },
            ],
          })
        : card({ title: `Called ${value}` }),
    ),
  ),
  define('alone', () => Promise.resolve(card({ title: 'For you alone', isPrivate: true }))),
  define('paper', () =>
    Promise.resolve(
      card({
        title: 'Trades',
        file: { name: 'trades.csv', mediaType: 'text/csv', content: 'a,b' },
      }),
    ),
  ),
  define('slowly', () =>
    Promise.resolve(
      card({
        title: 'Slowly',
        actions: [{ label: 'Go', command: 'slow', args: {}, style: 'plain' }],
      }),
    ),
  ),
]
