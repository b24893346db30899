// What the desk answers on Discord to commands, buttons, menus and forms: in time, and to whom it is for.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestDesk, type TestDesk } from '../../test/desk.ts'
import {
  listDiscordPeople,
  openDiscordDesk,
  type DiscordDeskOptions,
} from '../../test/discord-desk.ts'
import { free, slowCommands } from '../../test/slow-commands.ts'
import { allCommands } from '../../src/commands/all-commands.ts'

let desk: TestDesk
beforeAll(async () => {
  desk = await openTestDesk()
  await listDiscordPeople(desk)
})
afterAll(() => desk.close())

const commands = [...allCommands, ...slowCommands]
const open = (options: DiscordDeskOptions = {}) =>
  openDiscordDesk(desk, { ...options, changes: { commands, ...options.changes } })
/** Answers are promised sooner than usual. */
const quick = { changes: { patience: { promiseMs: 150 } } }

describe('a press', () => {
  test('E9 that takes the desk longer is taken in time, and answered when it is done', async () => {
    const { discord, vic } = await open(quick)
    const shown = await vic.slash('slowly').message()
    const press = vic.press(shown, 'Go')
    expect(await press.acknowledged()).toMatchObject({ kind: 'later' })
    free()
    await discord.until('the card', () => vic.reads().find(({ text }) => text.includes('Arrived')))
    discord.assertNoMistakes()
  })

  test('of a button that asks opens a form, whose answer is the argument', async () => {
    const { discord, vic, bob } = await open()
    const shown = await vic.slash('rename').message()
    const press = vic.press(shown, 'Change')
    const opened = await press.answer()
    if (opened.kind !== 'modal') throw new Error(opened.kind)
    expect(JSON.stringify(opened.modal)).toContain('What is it called?')
    expect(JSON.stringify(opened.modal)).toContain('<old>')
    const answer = await vic.submitModal(press, { answer: 'new *name*' }).message()
    expect(answer.content).toContain('Called new \\*name\\*')
    // Somebody else opens a form of their own.
    const other = bob.press(shown, 'Change')
    expect((await other.answer()).kind).toBe('modal')
    const again = await vic.submitModal(press, { answer: 'twice' }).message()
    expect(again).toMatchObject({ isEphemeral: true })
    expect(again.text).not.toContain('twice')
    discord.assertNoMistakes()
  })

  test('of a choice in a menu does what was chosen', async () => {
    const { discord, ann } = await open()
    const shown = await ann.slash('notifications').message()
    const menu = shown.menus[0]
    const option = menu?.options.find(({ label }) => label.startsWith('all'))
    if (menu === undefined || option === undefined) throw new Error('there is no preset "all"')
    const answer = await ann.select(shown, menu.customId, [option.value]).message()
    expect(answer.text).toContain('all')
    const chats = await desk.runtime.chats.list('discord')
    expect(
      chats.find(({ chat }) => chat === discord.channelId)?.preferences.levels.opportunity,
    ).toBe('on')
    discord.assertNoMistakes()
  })
})

describe('a command', () => {
  test('S34 what is for one person alone is shown to that person alone', async () => {
    const { discord, vic } = await open({ isGlobal: true })
    expect(await vic.slash('alone').message()).toMatchObject({ isEphemeral: true })
    const channelId = discord.dmChannelOf(vic.id)
    const direct = await vic.slash('alone', {}, { channelId }).message()
    expect(direct).toMatchObject({ isEphemeral: false, channelId })
    expect(await vic.slash('status').message()).toMatchObject({ isEphemeral: false })
    discord.assertNoMistakes()
  })

  test.each([
    ['', false],
    ['alone', true],
  ])(
    'E9 that takes long is promised first, and "%s" ends where it belongs',
    async (value, isAlone) => {
      const { discord, vic, bob, ann } = await open(quick)
      const asked = vic.slash('slow', value === '' ? {} : { value })
      expect(await asked.acknowledged()).toMatchObject({ kind: 'thinking' })
      free()
      const shown = await discord.until('the card', () =>
        vic.reads().find(({ text }) => text.includes('Arrived')),
      )
      expect(shown.isEphemeral).toBe(isAlone)
      expect(bob.reads().some(({ text }) => text.includes('Arrived'))).toBe(!isAlone)
      // Its buttons are tied to the message that shows them in the end.
      expect((await (isAlone ? vic : ann).press(shown, 'Again').message()).text).toContain('PAPER')
      discord.assertNoMistakes()
    },
  )

  test('E9 that takes long and fails says so to its person alone', async () => {
    const { discord, vic, bob } = await open(quick)
    vic.slash('slow', { value: 'fails' })
    await sleep(300)
    free()
    await discord.until('the line', () =>
      vic.reads().find(({ text }) => text.includes('could not be done')),
    )
    expect(bob.reads().some(({ text }) => text.includes('could not be done'))).toBe(false)
    discord.assertNoMistakes()
  })

  test('that takes long tells how far it is', async () => {
    const { discord, vic } = await open(quick)
    const asked = vic.slash('steps')
    const acknowledged = await asked.acknowledged()
    if (acknowledged?.kind !== 'thinking') throw new Error(acknowledged?.kind)
    await discord.until('a step', () =>
      discord.message(acknowledged.messageId).text.includes('step'),
    )
    free()
    const shown = await discord.until('the card', () =>
      vic.reads().find(({ text }) => text.includes('All steps done')),
    )
    expect(shown.id).not.toBe(acknowledged.messageId)
    discord.assertNoMistakes()
  })

  test('E9 that takes longer than a token lives is answered in the channel, never what is private', async () => {
    let aheadMs = 0
    const changes = { ...quick.changes, nowMs: () => performance.now() + aheadMs }
    const { discord, vic } = await open({ changes })
    const both = [vic.slash('slow'), vic.slash('slow', { value: 'alone' })]
    for (const each of both) await each.acknowledged()
    aheadMs = 16 * 60_000
    discord.passTime(aheadMs)
    free()
    await discord.until('both', () => discord.messages().length === 2)
    const seen = discord.messages().map(({ text }) => text)
    expect(seen.filter((text) => text.includes('Arrived'))).toHaveLength(1)
    expect(seen.filter((text) => text.includes('ask again'))).toHaveLength(1)
    discord.assertNoMistakes()
  })

  test('E9 is answered although Discord fails twice', async () => {
    const { discord, vic } = await open()
    const template = '/interactions/{interaction_id}/{interaction_token}/callback'
    discord.order({ kind: 'status', status: 500 }, { template, times: 3 })
    expect((await vic.slash('status').message()).text).toContain('PAPER')
    discord.order({ kind: 'reset', applied: true }, { template })
    expect((await vic.slash('status').message()).text).toContain('PAPER')
    discord.assertNoMistakes()
  })

  test('shows its file below the card', async () => {
    const { discord, vic } = await open()
    const answer = await vic.slash('paper').message()
    expect(answer.files.map(({ name, bytes }) => [name, bytes.toString()])).toEqual([
      ['trades.csv', 'a,b'],
    ])
    discord.assertNoMistakes()
  })

  test('is helped with what it knows while it is typed', async () => {
    const { discord, ann, eve } = await open()
    const suggested = await ann.autocomplete('settings', 'key', 'leg_skew').answer()
    if (suggested.kind !== 'choices') throw new Error(suggested.kind)
    expect(suggested.choices.map(({ value }) => value)).toContain('filter.leg_skew_ms_max')
    expect(await eve.autocomplete('settings', 'key', 'leg').answer()).toEqual({
      kind: 'choices',
      choices: [],
    })
    discord.assertNoMistakes()
  })
})
