// A question to people on Discord, from its card to its answer, through whatever may happen in between.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestDesk, type TestDesk } from '../../test/desk.ts'
import { listDiscordPeople, openDiscordDesk } from '../../test/discord-desk.ts'
import { payloadsLike } from '../../test/mutate-payload.ts'
import { crossOpportunity } from '../../test/opportunities.ts'
import { openDatabase } from '../../src/database/connect.ts'

let desk: TestDesk
let made = 0
beforeAll(async () => {
  desk = await openTestDesk()
  await listDiscordPeople(desk)
})
afterAll(() => desk.close())

async function ask() {
  const opportunity = crossOpportunity({ route: `cross BTC/USDT kucoin>venue${++made}` })
  const asked = await desk.runtime.approvals.ask(opportunity, 60_000)
  if (asked.outcome !== 'asked') throw new Error('the route is open already')
  return asked.approval
}
const stateOf = async (id: string) => (await desk.runtime.approvals.find(id))?.state
const labels = ({ buttons }: { buttons: readonly { label: string }[] }) =>
  buttons.map(({ label }) => label)

/** The session as an earlier moment had it. */
async function forgetSequence({ runtime }: TestDesk): Promise<void> {
  const url = runtime.config.databaseUrl?.reveal()
  if (url === undefined) throw new Error('a desk for tests has a database')
  const { db, close } = openDatabase({ url, name: 'test' })
  await db.updateTable('gateway_sessions').set({ sequence: 1 }).execute()
  await close()
}

describe('a question', () => {
  test('is one card with its badges, which a press turns into a trade', async () => {
    const { discord, sees, becomes, bob } = await openDiscordDesk(desk)
    const { id } = await ask()
    const shown = await sees(`Approve ${id}?`)
    expect(shown.content.split('\n')[0]).toBe('🟦 **PAPER**  🟪 **SIMULATED MARKET**')
    const answer = await bob.press(shown, 'Approve').message()
    expect(answer).toMatchObject({ isEphemeral: true })
    const edited = await becomes(shown, ({ text }) => text.includes('Approved by'))
    expect(edited.text).toContain('bob')
    expect(labels(edited)).not.toContain('Approve')
    expect(discord.messages().filter(({ text }) => text.includes(id))).toHaveLength(1)
    discord.assertNoMistakes()
  })

  test('E1 is answered once, however often it is pressed, and everybody is told', async () => {
    const { discord, sees, ann, bob } = await openDiscordDesk(desk)
    const { id } = await ask()
    const shown = await sees(`Approve ${id}?`)
    const presses = Array.from({ length: 30 }, (_, i) =>
      (i % 2 === 0 ? ann : bob).press(shown, 'Approve'),
    )
    const answers = await Promise.all(presses.map((press) => press.message()))
    expect(answers.every(({ isEphemeral }) => isEphemeral)).toBe(true)
    expect(answers.filter(({ text }) => text.startsWith('Approved'))).toHaveLength(1)
    expect(await stateOf(id)).toBe('granted')
    discord.assertNoMistakes()
  })

  test('E6 S10 is not answered from another message, by a made-up or a changed secret', async () => {
    const { discord, sees, bob } = await openDiscordDesk(desk)
    const first = await sees(`Approve ${(await ask()).id}?`)
    const { id } = await ask()
    const shown = await sees(`Approve ${id}?`)
    const data = shown.buttons[0]?.customId ?? ''
    expect(data).toMatch(/^[\w-]{22}$/)
    const next = payloadsLike(data, 7)
    for (const [on, forged] of [
      [first, data],
      ...Array.from({ length: 15 }, () => [shown, next()] as const).filter(
        ([, payload]) => payload.trim() !== '' && payload.length <= 100,
      ),
    ] as const) {
      const answer = await bob.press(on, forged, { anyway: true }).message()
      expect(answer).toMatchObject({ isEphemeral: true })
      expect(answer.text).toMatch(/does nothing here|Too much at once/)
    }
    expect(await stateOf(id)).toBe('asked')
    discord.assertNoMistakes()
  })

  test('E14 S11 is not answered again by an interaction that comes again', async () => {
    const { discord, sees, becomes, bob } = await openDiscordDesk(desk)
    const { id } = await ask()
    const shown = await sees(`Approve ${id}?`)
    const press = bob.press(shown, 'Deny')
    await press.message()
    for (let i = 0; i < 3; i++)
      discord.gateway.sendRaw('INTERACTION_CREATE', press.interaction.payload)
    await becomes(shown, ({ text }) => text.includes('Denied by'))
    await sleep(200)
    expect(await stateOf(id)).toBe('refused')
    discord.assertNoMistakes()
  })

  test('survives a restart of the bot between asking and clicking', async () => {
    const { discord, sees, becomes, bob, stop, start } = await openDiscordDesk(desk)
    const { id } = await ask()
    const shown = await sees(`Approve ${id}?`)
    await stop()
    await start()
    await discord.until('the bot', () => discord.gateway.resumes.length === 1)
    await bob.press(shown, 'Approve').message()
    await becomes(shown, ({ text }) => text.includes('Approved by'))
    expect(await stateOf(id)).toBe('granted')
    expect(discord.messages().filter(({ text }) => text.includes(id))).toHaveLength(1)
    discord.assertNoMistakes()
  })

  test('E14 is not answered again by what a process that was killed had heard already', async () => {
    const { discord, sees, becomes, bob, stop, start } = await openDiscordDesk(desk)
    const { id } = await ask()
    const shown = await sees(`Approve ${id}?`)
    await bob.press(shown, 'Deny').message()
    await becomes(shown, ({ text }) => text.includes('Denied by'))
    await stop()
    // As it was written down last before the press.
    await forgetSequence(desk)
    await start()
    await discord.until('the replay', () => discord.mistakes().length > 0)
    expect(await stateOf(id)).toBe('refused')
    // It asks whether anybody waits for an answer, and hears that nobody does.
    expect(discord.takeMistakes().map(({ reason }) => reason)).toEqual([
      'press Deny is answered already',
    ])
  })

  test('E7 is answered by who presses while the socket is down, once it is back', async () => {
    const { discord, sees, becomes, bob } = await openDiscordDesk(desk)
    const { id } = await ask()
    const shown = await sees(`Approve ${id}?`)
    discord.gateway.drop()
    await discord.until('the drop', () => discord.gateway.connected === 0)
    bob.press(shown, 'Approve')
    await becomes(shown, ({ text }) => text.includes('Approved by'))
    expect(await stateOf(id)).toBe('granted')
    discord.assertNoMistakes()
  })

  test('E7 is not answered by a press that its person was told had failed', async () => {
    const { discord, sees, bob } = await openDiscordDesk(desk)
    const { id } = await ask()
    const shown = await sees(`Approve ${id}?`)
    discord.gateway.down()
    await discord.until('the drop', () => discord.gateway.connected === 0)
    bob.press(shown, 'Approve')
    discord.passTime(10_000)
    discord.gateway.up()
    await discord.until('the bot', () => discord.gateway.resumes.length === 1)
    await discord.until('the late answer', () => discord.mistakes().length > 0)
    await sleep(200)
    expect(await stateOf(id)).toBe('asked')
    expect(discord.takeMistakes().map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/is answered after \d+ ms/),
    ])
  })

  test('E16 whose message is gone is told by a new one', async () => {
    const { discord, sees, bob, becomes } = await openDiscordDesk(desk)
    const { id } = await ask()
    const shown = await sees(`Approve ${id}?`)
    const path = `/channels/${discord.channelId}/messages/${shown.id}`
    discord.order({ kind: 'status', status: 404, code: 10_008 }, { path, times: Infinity })
    await bob.press(shown, 'Approve').message()
    const told = await discord.until('a new message', () =>
      discord.messages().find((each) => each.id !== shown.id && each.text.includes(id)),
    )
    expect(labels(await becomes(told, ({ text }) => text.includes('Approved by')))).toEqual(
      expect.not.arrayContaining(['Approve']),
    )
    discord.assertNoMistakes()
  })
})
