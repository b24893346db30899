// Who is served on Discord, and what reaches people there whatever Discord does.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestDesk, type TestDesk } from '../../test/desk.ts'
import { listDiscordPeople, openDiscordDesk } from '../../test/discord-desk.ts'
import { crossOpportunity } from '../../test/opportunities.ts'

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

describe('somebody', () => {
  test('S6 S8 who is not listed is refused, administrator or not, and told how to be listed', async () => {
    const { discord, sees, eve } = await openDiscordDesk(desk)
    const { id } = await ask()
    const shown = await sees(`Approve ${id}?`)
    const boss = discord.as(discord.addUser({ name: 'boss', administrator: true }))
    for (const person of [eve, boss]) {
      const told = await person.slash('status').message()
      expect(told).toMatchObject({ isEphemeral: true })
      expect(told.text).toContain(`discord:${person.id}`)
      expect((await person.press(shown, 'Approve').message()).text).toContain('operators set')
    }
    expect(await stateOf(id)).toBe('asked')
    discord.assertNoMistakes()
  })

  test('S7 who is listed is served at home and in private, and nowhere else', async () => {
    const { discord, ann } = await openDiscordDesk(desk, { isGlobal: true })
    const elsewhere = discord.addChannel('elsewhere')
    const refused = await ann.slash('status', {}, { channelId: elsewhere }).message()
    expect(refused).toMatchObject({ isEphemeral: true })
    expect(refused.text).toContain('not served')
    const direct = discord.dmChannelOf(ann.id)
    expect((await ann.slash('status', {}, { channelId: direct }).message()).text).toContain('PAPER')
    discord.assertNoMistakes()
  })

  test('S7 who may only look cannot trade, and the question stays open for those who may', async () => {
    const { discord, sees, vic, bob } = await openDiscordDesk(desk)
    const { id } = await ask()
    const shown = await sees(`Approve ${id}?`)
    expect((await vic.press(shown, 'Approve').message()).text).toContain('for traders')
    expect(await stateOf(id)).toBe('asked')
    await bob.press(shown, 'Approve').message()
    expect(await stateOf(id)).toBe('granted')
    discord.assertNoMistakes()
  })

  test('E5 whose role is taken away cannot press any more', async () => {
    const { discord, sees, bob } = await openDiscordDesk(desk)
    const { id } = await ask()
    const shown = await sees(`Approve ${id}?`)
    const { people } = desk.runtime
    const entry = { surface: 'discord', id: bob.id, name: 'bob' } as const
    await people.changeOperator({ ...entry, role: 'viewer' }, 'terminal:test')
    expect((await bob.press(shown, 'Approve').message()).text).toContain('for traders')
    await people.changeOperator({ ...entry, role: 'trader' }, 'terminal:test')
    expect(await stateOf(id)).toBe('asked')
    discord.assertNoMistakes()
  })

  test('S5 who gives a key away, in a command or in private, is told that it is burned', async () => {
    const { discord, ann } = await openDiscordDesk(desk)
    const key = 'b7Qx9ZkW3mT8vLr2NcYd5HgJ6sPfA1uE4oIiKqRt0BnMzXwV'
    expect((await ann.slash('why', { route: key }).message()).text).toContain('looks like a key')
    const channelId = discord.dmChannelOf(ann.id)
    ann.writes(`here is my secret: ${key}`, { channelId })
    ann.writes('good morning', { channelId })
    await discord.until('the warning', () =>
      discord.messages(channelId).find(({ text }) => text.includes('looks like a key')),
    )
    expect(discord.messages(channelId).filter(({ authorId }) => authorId !== ann.id)).toHaveLength(
      1,
    )
    discord.assertNoMistakes()
  })
})

describe('a message', () => {
  const alert = (severity: 'P0' | 'P1' | 'P2', subject: string) =>
    desk.runtime.announce({ kind: 'alert', severity, subject, text: 'Look at it.' })

  test('E10 that is urgent comes through a storm of 429s and 5xx, once', async () => {
    const { discord, sees } = await openDiscordDesk(desk)
    const template = '/channels/{channel_id}/messages'
    discord.order({ kind: 'rate-limited', retryAfterS: 0.2, global: true }, { template, times: 3 })
    discord.order({ kind: 'reset', applied: true }, { template, times: 2 })
    discord.order({ kind: 'status', status: 502, asPage: true }, { template, times: 4 })
    for (let i = 0; i < 4; i++) await alert('P2', `small ${i}`)
    await alert('P0', 'great')
    await sees('great')
    for (let i = 0; i < 4; i++) await sees(`small ${i}`)
    for (const subject of ['great', 'small 0', 'small 3'])
      expect(discord.messages().filter(({ text }) => text.includes(subject))).toHaveLength(1)
    discord.assertNoMistakes()
  }, 60_000)

  test('for a channel that is closed to the bot is said elsewhere, without asking on and on', async () => {
    const { discord } = await openDiscordDesk(desk)
    const template = '/channels/{channel_id}/messages'
    const fault = discord.order(
      { kind: 'status', status: 403, code: 50_001 },
      { template, times: 99 },
    )
    for (let i = 0; i < 5; i++) await alert('P1', `closed ${i}`)
    await expect
      .poll(async () => {
        const posts = await desk.runtime.outbox.read(0, 1000)
        return posts.some(
          ({ notification }) =>
            notification.kind === 'alert' &&
            notification.text.includes(`discord chat ${discord.channelId}`),
        )
      })
      .toBe(true)
    expect(fault.hits).toBeLessThan(4)
    fault.lift()
  })
})
