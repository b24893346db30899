// What people meet on Telegram: the real adapter and the real stores, on a Telegram that is strict.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestDesk, type TestDesk } from '../../test/desk.ts'
import { crossOpportunity } from '../../test/opportunities.ts'
import { ann, bob, eve, listPeople, openTelegramDesk, vic } from '../../test/telegram-desk.ts'
import { allCommands } from '../../src/commands/all-commands.ts'
import { defineBareCommand } from '../../src/commands/command.ts'
import { optional, text as anyText } from '../../src/commands/option.ts'
import type { Card } from '../../src/notification/card.ts'

let desk: TestDesk
let made = 0
beforeAll(async () => {
  desk = await openTestDesk()
  await listPeople(desk)
})
afterAll(() => desk.close())

async function ask() {
  const opportunity = crossOpportunity({ route: `cross BTC/USDT kucoin>venue${++made}` })
  const asked = await desk.runtime.approvals.ask(opportunity, 60_000)
  if (asked.outcome !== 'asked') throw new Error('the route is open already')
  return asked.approval
}
const stateOf = async (id: string) => (await desk.runtime.approvals.find(id))?.state

const card = (changes: Partial<Card>): Card => ({
  title: 'Title',
  tone: 'neutral',
  badges: [],
  json: {},
  ...changes,
})
const define = (
  name: string,
  run: (given: string | undefined) => ReturnType<Parameters<typeof defineBareCommand>[0]['run']>,
) =>
  defineBareCommand({
    name,
    summary: name,
    help: name,
    role: 'viewer',
    options: { value: optional(anyText('a value')) },
    positional: ['value'],
    rest: 'value',
    examples: [name],
    run: ({ value }) => run(value),
  })

let free = () => {}
/** Commands for what the desk's own do not show yet, or not at will. */
const testCommands = [
  define('secretly', () => Promise.resolve(card({ title: 'Balances', isPrivate: true }))),
  define('slow', async function* slow() {
    yield 'half way'
    await new Promise<void>((resolve) => {
      free = resolve
    })
    return card({ title: 'Arrived' })
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
  define('long', (value) =>
    Promise.resolve(card({ title: 'Long', text: 'word '.repeat(Number(value)) })),
  ),
  define('export', () =>
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
  define('start', () => Promise.resolve(card({ title: 'A desk' }))),
]
const commands = [
  ...allCommands.filter(({ name }) => !testCommands.some((own) => own.name === name)),
  ...testCommands,
]
const open = (options: Parameters<typeof openTelegramDesk>[1] = {}) =>
  openTelegramDesk(desk, { ...options, changes: { commands, ...options.changes } })

describe('a question', () => {
  test('is one card with its badges, which a press turns into a trade', async () => {
    const { telegram, home, sees } = await open()
    const { id } = await ask()
    const shown = await sees(home, `Approve ${id}?`)
    expect(shown.text.split('\n')[0]).toBe('🟦 PAPER  🟪 SIMULATED MARKET')
    const press = telegram.as(bob).taps(shown, 'Approve')
    await telegram.until('an answer', () => press.popup)
    expect(press.popup).toMatchObject({ isAlert: false })
    const edited = await telegram.until('the story to go on', () => {
      const now = telegram.readsAgain(shown)
      return now?.text.includes('Approved by') === true ? now : undefined
    })
    expect(edited.text).toContain('bob')
    expect(edited.buttons.flat().map(({ text }) => text)).not.toContain('Approve')
    telegram.assertClean()
  })

  test('E1 is answered once, however often it is pressed, and everybody is told', async () => {
    const { telegram, home, sees } = await open()
    const { id } = await ask()
    const shown = await sees(home, `Approve ${id}?`)
    const presses = Array.from({ length: 12 }, (_, i) =>
      telegram.as(i % 2 === 0 ? ann : bob).taps(shown, 'Approve'),
    )
    await telegram.until('all answers', () => presses.every(({ popup }) => popup !== undefined))
    expect(presses.filter(({ popup }) => popup?.isAlert === false)).toHaveLength(1)
    expect(presses.every(({ popup }) => popup?.text !== '')).toBe(true)
    expect(await stateOf(id)).toBe('granted')
    telegram.assertClean()
  })

  test('E6 S10 is not answered from a forwarded card, by a forged press or a made-up secret', async () => {
    const { telegram, home, sees } = await open()
    const { id } = await ask()
    const shown = await sees(home, `Approve ${id}?`)
    const data = shown.buttons.flat()[0]?.callback_data ?? ''
    const copy = telegram.as(ann).forwards(shown, ann)
    const other = telegram.as(bob).says(home, 'hello')
    const presses = [
      telegram.as(ann).forges({ chatId: ann, messageId: copy.message_id }, data),
      telegram.as(bob).forges({ chatId: home, messageId: other.message_id }, data),
      telegram.as(bob).forges(shown, 'A'.repeat(22)),
      telegram.as(bob).forges(shown, '{"approve":1}'),
    ]
    await telegram.until('all answers', () => presses.every(({ popup }) => popup !== undefined))
    for (const { popup } of presses)
      expect(popup).toMatchObject({
        isAlert: true,
        text: expect.stringContaining('does nothing here'),
      })
    expect(await stateOf(id)).toBe('asked')
    telegram.assertClean()
  })

  test('E14 S11 is not answered again by updates that come again', async () => {
    const { telegram, home, sees } = await open()
    const { id } = await ask()
    const shown = await sees(home, `Approve ${id}?`)
    const press = telegram.as(bob).taps(shown, 'Deny')
    await telegram.until('an answer', () => press.popup)
    telegram.as(vic).says(home, '/status')
    const answer = await sees(home, 'Money:')
    for (const update of telegram.delivered) telegram.replays(update)
    telegram.as(ann).says(ann, '/venues')
    await sees(ann, /venues/i)
    expect(telegram.reads(home).filter(({ text }) => text === answer.text)).toHaveLength(1)
    expect(telegram.calls.filter(({ method }) => method === 'answerCallbackQuery')).toHaveLength(1)
    telegram.assertClean()
  })

  test('is answered by who presses while the bot is away: the press waits for it', async () => {
    const { telegram, home, sees, stop, start } = await open()
    const { id } = await ask()
    const shown = await sees(home, `Approve ${id}?`)
    await stop()
    const press = telegram.as(bob).taps(shown, 'Approve')
    await start({ commands })
    await telegram.until('an answer', () => press.popup)
    expect(await stateOf(id)).toBe('granted')
    telegram.assertClean()
  })

  test('E9 that the desk takes its time over stops its spinner meanwhile', async () => {
    const { telegram, home, sees } = await open()
    telegram.as(vic).says(home, '/rename')
    const shown = await sees(home, 'Name?')
    telegram.mishaps.plan({ kind: 'slow', delayMs: 300 }, { methods: ['answerCallbackQuery'] })
    const press = telegram.as(vic).taps(shown, 'Change')
    await telegram.until('an answer', () => press.popup)
    expect(press.popup?.text).toBe('Answer the question below')
    telegram.assertClean()
  })
})

describe('a press', () => {
  test('E9 that takes the desk longer is answered in time, and with its card when it is there', async () => {
    const { telegram, home, sees } = await open()
    telegram.as(vic).says(home, '/slowly')
    const press = telegram.as(vic).taps(await sees(home, 'Slowly'), 'Go')
    await telegram.until('an answer', () => press.popup)
    expect(press.popup?.text).toBe('One moment …')
    const latency = telegram.latencies().find((each) => each.press.id === press.id)
    expect(latency?.answeredMs).toBeLessThan(3000)
    free()
    await sees(home, 'Arrived')
    telegram.assertClean()
  })
})

describe('a command', () => {
  test('is answered where it was given, with or without the name of the bot', async () => {
    const { telegram, home, sees } = await open()
    const said = telegram.as(vic).says(home, '/status@arbdesk_test_bot')
    const answer = await sees(home, /PAPER/)
    expect(answer.replyToId).toBe(said.message_id)
    telegram.as(vic).says(home, '/status@other_bot')
    telegram.as(ann).says(ann, '/venues')
    expect((await sees(ann, /PAPER/)).replyToId).toBeUndefined()
    expect(telegram.reads(home).filter(({ from }) => from.is_bot)).toHaveLength(1)
    telegram.assertClean()
  })

  test('in a topic is answered there', async () => {
    const { telegram, home, sees } = await open({
      home: (double) => double.supergroup({ members: [ann], isForum: true }),
    })
    const topic = telegram.topic(home, 'Desk')
    telegram.as(ann).says(home, '/venues', { topicId: topic })
    expect((await sees(home, 'PAPER')).topicId).toBe(topic)
    telegram.assertClean()
  })

  test('that takes long says how far it is, in the message that becomes its answer', async () => {
    const { telegram, home, sees } = await open()
    telegram.as(vic).says(home, '/slow')
    const progress = await sees(home, '⏳ half way')
    telegram.as(bob).says(home, '/status')
    await sees(home, 'PAPER')
    free()
    const answer = await sees(home, 'Arrived')
    expect(answer.messageId).toBe(progress.messageId)
    telegram.assertClean()
  })

  test('S34 whose answer is private is answered in private, with a line in the group', async () => {
    const { telegram, home, sees } = await open()
    telegram.as(ann).starts()
    await sees(ann, 'A desk')
    telegram.as(ann).says(home, '/secretly')
    await sees(home, 'Sent to you in our private chat.')
    await sees(ann, 'Balances')
    telegram.as(bob).says(home, '/secretly')
    expect((await sees(home, 'Start a private chat')).text).toContain('t.me/arbdesk_test_bot')
    expect(telegram.reads(home).some(({ text }) => text.includes('Balances'))).toBe(false)
    telegram.assertClean([/can't initiate conversation/])
  })

  test('E15 whose answer is long comes in pieces, or with a file', async () => {
    const { telegram, sees } = await open()
    telegram.as(ann).says(ann, '/long 1500')
    const last = await sees(ann, '(2/2)')
    expect(last.text.length).toBeLessThanOrEqual(4096)
    const words = () => telegram.reads(ann).map(({ text }) => text.match(/word/g)?.length ?? 0)
    expect(words().reduce((sum, count) => sum + count)).toBe(1500)
    telegram.as(ann).says(ann, '/long 5000')
    const file = await telegram.until('the file', () =>
      telegram.reads(ann).find((message) => message.file !== undefined),
    )
    expect(file.file?.bytes.toString().match(/word/g)).toHaveLength(5000)
    telegram.as(ann).says(ann, '/export')
    const csv = await sees(ann, 'Trades')
    expect(csv.file).toMatchObject({ name: 'trades.csv' })
    telegram.assertClean()
  })

  test('E12 whose answer is refused for a moment is answered after it', async () => {
    const { telegram, sees } = await open()
    telegram.as(ann).starts()
    await sees(ann, 'A desk')
    const methods = ['sendMessage']
    telegram.mishaps.plan({ kind: 'flood', retryAfterSeconds: 1 }, { methods, times: 1 })
    telegram.mishaps.plan({ kind: 'gateway', status: 502 }, { methods, times: 1 })
    telegram.as(ann).says(ann, '/venues')
    expect((await sees(ann, /venues/i)).text).toContain('PAPER')
    telegram.assertClean()
  })

  test('that was edited is not given again', async () => {
    const { telegram, home, sees } = await open()
    const said = telegram.as(vic).says(home, '/status')
    const { text } = await sees(home, 'PAPER')
    telegram.as(vic).edits({ chatId: home, messageId: said.message_id }, '/venues')
    telegram.as(ann).says(ann, '/venues')
    await sees(ann, /venues/i)
    expect(telegram.reads(home).filter(({ from }) => from.is_bot)).toMatchObject([{ text }])
    telegram.assertClean()
  })

  test('S7 by who hides behind the group is nobody’s', async () => {
    const { telegram, home, sees } = await open()
    telegram.as(ann).says(home, '/kill', { isAnonymous: true })
    expect((await sees(home, 'Remain anonymous')).text).not.toContain('PAPER')
    telegram.assertClean()
  })
})

describe('a button that asks', () => {
  test('opens a reply, and what is typed there is its argument', async () => {
    const { telegram, home, sees } = await open()
    telegram.as(ann).says(home, '/rename')
    telegram.as(ann).taps(await sees(home, 'Name?'), 'Change')
    const question = await sees(home, 'What is it called?')
    expect(question.text).toContain('Now: <old>')
    const sent = telegram.calls.findLast(({ method }) => method === 'sendMessage')
    expect(sent?.parameters['reply_markup']).toMatchObject({
      force_reply: true,
      selective: true,
      input_field_placeholder: 'What is it called?',
    })
    // Somebody else's reply answers nothing, and is not even talked about.
    telegram.as(bob).says(home, 'bobs', { replyTo: question })
    telegram.as(ann).says(home, 'new name', { replyTo: question })
    const answer = await sees(home, 'Called')
    expect(answer.text).toContain('Called new name')
    telegram.assertClean()
  })
})

describe('somebody who is not listed', () => {
  test('S6 S7 is told how to be listed, and changes nothing', async () => {
    const { telegram, home, sees } = await open()
    telegram.as(eve).starts()
    expect((await sees(eve, 'operators set telegram:66')).text).not.toContain('A desk')
    const { id } = await ask()
    const press = telegram.as(eve).taps(await sees(home, `Approve ${id}?`), 'Approve')
    await telegram.until('a refusal', () => press.popup)
    expect(press.popup).toMatchObject({
      isAlert: true,
      text: expect.stringContaining('telegram:66') as string,
    })
    expect(await stateOf(id)).toBe('asked')
    telegram.assertClean()
  })
})

describe('what people type', () => {
  test('S5 a key is warned of and taken away', async () => {
    const { telegram, sees } = await open()
    telegram.as(ann).says(ann, 'my api secret: abcdEFGH12345678')
    await sees(ann, 'keys from its environment alone')
    await telegram.until('it to be gone', () =>
      telegram.reads(ann).every(({ text }) => !text.includes('abcdEFGH')),
    )
    telegram.as(ann).says(ann, 'just words')
    await sleep(50)
    expect(telegram.reads(ann)).toHaveLength(2)
    telegram.assertClean()
  })

  test('the keyboard of commands is shown with /start, as it is set', async () => {
    const { telegram, sees } = await open()
    await desk.runtime.settings.change('telegram.keyboard', 'status,venues', 'terminal:test')
    telegram.as(ann).starts()
    await sees(ann, 'A desk')
    const markup = () =>
      telegram.calls.findLast(({ method }) => method === 'sendMessage')?.parameters['reply_markup']
    expect(markup()).toMatchObject({ keyboard: [[{ text: '/status' }, { text: '/venues' }]] })
    await desk.runtime.settings.change('telegram.keyboard', '[]', 'terminal:test')
    telegram.as(ann).says(ann, '/start')
    await telegram.until('a second answer', () => telegram.reads(ann).length === 4)
    expect(markup()).toMatchObject({ remove_keyboard: true })
    telegram.assertClean()
  })

  test('menus of commands: little for strangers, all at home, for a person what they may', async () => {
    const { telegram, home, sees } = await open()
    const names = (scope: string) =>
      telegram.commands(scope).map((each) => (each as { command: string }).command)
    await telegram.until('the menus', () => names(`chat ${home}`).length > 0)
    expect(names('default').toSorted()).toEqual(['help', 'start'])
    expect(names(`chat ${home}`)).toEqual(
      commands.filter(({ surfaces }) => surfaces.includes('telegram')).map(({ name }) => name),
    )
    telegram.as(vic).starts()
    await sees(vic, 'A desk')
    await telegram.until('a menu', () => names(`chat ${vic}`).length > 0)
    expect(names(`chat ${vic}`)).toContain('status')
    expect(names(`chat ${vic}`)).not.toContain('resume')
    telegram.assertClean()
  })
})

describe('a bad day', () => {
  const alert = (subject: string, severity: 'P0' | 'P2') =>
    desk.desk.announce({ kind: 'alert', severity, subject, text: `${subject} happened` })
  const telling = { methods: ['sendMessage', 'editMessageText'] }

  test('E12 in a storm of refusals no urgent alert is lost, and none is shown twice', async () => {
    const { telegram, home, sees } = await open({ double: { limits: { enforced: true } } })
    telegram.mishaps.plan({ kind: 'flood', retryAfterSeconds: 1 }, { ...telling, times: 4 })
    await alert('exposure one', 'P0')
    for (let i = 0; i < 10; i++) await alert(`news ${i}`, 'P2')
    await alert('exposure two', 'P0')
    await sees(home, 'exposure one happened')
    await sees(home, 'exposure two happened')
    const shown = telegram.reads(home).filter(({ text }) => text.includes('exposure'))
    expect(shown.map(({ text }) => /exposure \w+/.exec(text)?.[0] ?? '').toSorted()).toEqual([
      'exposure one',
      'exposure two',
    ])
    telegram.assertClean()
  })

  test('a question whose answer was lost is sent again; news, which may stand there already, are not', async () => {
    const { telegram, home, sees } = await open()
    telegram.mishaps.plan({ kind: 'drop-before-effect' }, { ...telling, times: 1 })
    const { id } = await ask()
    const shown = await sees(home, `Approve ${id}?`)
    const press = telegram.as(bob).taps(shown, 'Deny')
    await telegram.until('an answer', () => press.popup)
    await sees(home, 'Denied by')
    telegram.mishaps.plan({ kind: 'drop-after-effect' }, { ...telling, times: 1 })
    await alert('small news', 'P2')
    await sees(home, 'small news happened')
    await alert('more news', 'P2')
    await sees(home, 'more news happened')
    expect(telegram.reads(home).filter(({ text }) => text.includes('small news'))).toHaveLength(1)
    telegram.assertClean()
  })

  test('E16 a card that was deleted is sent again when its story goes on', async () => {
    const { telegram, home, sees } = await open()
    const { id } = await ask()
    const shown = await sees(home, `Approve ${id}?`)
    await fetch(
      `${telegram.apiRoot}/bot${telegram.token}/deleteMessage?chat_id=${home}&message_id=${shown.messageId}`,
    )
    await desk.runtime.approvals.answer(id, { verdict: 'granted', by: 'terminal:test' })
    const again = await sees(home, 'Approved by')
    expect(again.messageId).toBeGreaterThan(shown.messageId)
    telegram.assertClean([/message to edit not found/])
  })

  test('E18 S25 in a flood of words and presses the kill switch works at once', async () => {
    const { telegram, home, sees } = await open()
    const { id } = await ask()
    const shown = await sees(home, `Approve ${id}?`)
    telegram.as(eve).floods(
      home,
      Array.from({ length: 300 }, (_, i) => `/status ${i} \u202E\u0661 "`),
    )
    for (let i = 0; i < 100; i++) telegram.as(eve).forges(shown, `x${i}`)
    telegram.as(bob).says(home, '/kill')
    await expect
      .poll(async () => (await desk.runtime.settings.refresh())['desk.killed'], { timeout: 10_000 })
      .toBe(true)
    await desk.runtime.settings.change('desk.killed', 'false', 'terminal:test')
    await telegram.until('all spinners to stop', () =>
      telegram.presses().every(({ answeredAtMs }) => answeredAtMs !== undefined),
    )
    // Who floods is told so once, not four hundred times.
    const told = telegram.reads(home).filter(({ from, replyToId }) => from.is_bot && replyToId)
    expect(told.length).toBeLessThan(40)
    telegram.assertClean()
  }, 60_000)
})

describe('the chat itself', () => {
  test('E13 moves, and what the desk has to tell goes along', async () => {
    const { telegram, home, sees } = await open({
      home: (double) => double.group({ members: [ann, bob] }),
    })
    await ask()
    await sees(home, 'Approve')
    const next = telegram.upgrade(home)
    const { id } = await ask()
    const shown = await sees(next, `Approve ${id}?`)
    telegram.as(bob).taps(shown, 'Approve')
    await sees(next, 'Approved by')
    telegram.as(bob).says(next, '/venues')
    expect((await sees(next, /venues/i)).text).toContain('PAPER')
    telegram.assertClean([/upgraded to a supergroup/, /message can't be edited/])
  })

  test('E13 that put the bot out is told of elsewhere', async () => {
    const { telegram, home, sees } = await open()
    await ask()
    await sees(home, 'Approve')
    const underWay = async () => (await desk.runtime.messages.underWay('telegram')).length
    await expect.poll(underWay, { timeout: 10_000 }).toBe(0)
    telegram.changeBot(home, 'kicked')
    const because = async () => (await desk.runtime.chats.list('telegram'))[0]?.closed?.because
    await expect.poll(because, { timeout: 10_000 }).toBe('the bot was removed')
    const posted = await desk.runtime.outbox.read(0, 10_000)
    expect(posted.map(({ notification }) => notification)).toContainEqual(
      expect.objectContaining({
        kind: 'alert',
        severity: 'P1',
        subject: 'undeliverable on telegram',
      }),
    )
    telegram.assertClean([/kicked/])
  })
})

describe('the token', () => {
  const alerts = async () =>
    (await desk.runtime.outbox.read(0, 100_000))
      .map(({ notification }) => notification)
      .filter((each) => each.kind === 'alert' && each.subject === 'Telegram')

  test('E11 S16 that somebody else polls with is said elsewhere; polling goes on later', async () => {
    const before = (await alerts()).length
    const { telegram, home, sees } = await open({
      changes: { patience: { conflictMs: 300, wellMs: 200 } },
    })
    const thief = fetch(`${telegram.apiRoot}/bot${telegram.token}/getUpdates?timeout=1`)
    await expect.poll(async () => (await alerts()).length, { timeout: 10_000 }).toBe(before + 1)
    expect((await alerts()).at(-1)).toMatchObject({
      severity: 'P1',
      text: expect.stringContaining('the token has leaked') as string,
    })
    // Cards go out all the while.
    const { id } = await ask()
    await sees(home, `Approve ${id}?`)
    await thief
    telegram.as(vic).says(home, '/venues')
    await sees(home, /venues/i)
    await expect.poll(async () => (await alerts()).length, { timeout: 10_000 }).toBe(before + 2)
    expect((await alerts()).at(-1)).toMatchObject({
      severity: 'P2',
      text: 'Telegram is heard again.',
    })
    telegram.assertClean([/terminated by other getUpdates/])
  })

  test('E11 that is wrong is said once, and nothing ends for it', async () => {
    const before = (await alerts()).length
    const { telegram, home, sees } = await open({ changes: { patience: { refusedMs: 200 } } })
    const answer = { ok: false, error_code: 401, description: 'Unauthorized' } as const
    const heal = telegram.mishaps.plan(
      { kind: 'refuse', answer },
      { methods: ['getUpdates', 'getMe'] },
    )
    telegram.as(vic).says(home, '/status')
    await expect.poll(async () => (await alerts()).length, { timeout: 10_000 }).toBe(before + 1)
    expect((await alerts()).at(-1)).toMatchObject({
      text: expect.stringContaining('TELEGRAM_TOKEN') as string,
    })
    heal()
    telegram.as(vic).says(home, '/venues')
    await sees(home, /venues/i)
    expect((await alerts()).length).toBe(before + 1)
    telegram.assertClean()
  })
})
