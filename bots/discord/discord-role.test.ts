// Discord's role in the process that the supervisor would start for it.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startDiscordDouble } from '../../test/doubles/discord/discord-double.ts'
import { freshDatabase } from '../../test/fresh-database.ts'
import { migrate } from '../../src/database/migrate.ts'

const file = join(import.meta.dirname, '../../workers/discord-process.ts')

async function open(change: (ready: object) => object = (ready) => ready) {
  const discord = await startDiscordDouble()
  discord.gateway.alterReady(change)
  const database = await freshDatabase()
  await migrate({ databaseUrl: database.url })
  const run = {
    startedAt: new Date().toISOString(),
    supervisorPid: process.pid,
    json: false,
    overrides: {},
  }
  const messages: unknown[] = []
  const said: string[] = []
  const start = (environment: Readonly<Record<string, string>> = {}): ChildProcess => {
    const child = fork(file, [], {
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: database.url,
        ARBDESK_RUN: JSON.stringify(run),
        DISCORD_TOKEN: discord.token,
        DISCORD_GUILD_ID: discord.guildId,
        DISCORD_CHANNEL_ID: discord.channelId,
        DISCORD_API_URL: discord.apiUrl,
        ...environment,
      },
    })
    child.on('message', (message) => messages.push(message))
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data: Buffer) => said.push(data.toString()))
    return child
  }
  onTestFinished(async () => {
    await discord.close()
    await database.drop()
  })
  const end = async (child: ChildProcess, signal?: NodeJS.Signals) => {
    const exited = once(child, 'exit')
    if (signal === undefined) child.send({ type: 'stop' })
    else child.kill(signal)
    return (await exited)[0] as number | null
  }
  return { discord, start, end, messages, said: () => said.join('') }
}

test('it is ready at once, listens, and takes its session up again after it was killed', async () => {
  const { discord, start, end, messages, said } = await open()
  const first = start()
  await discord.until('the commands', () => discord.commands().length > 0, 20_000)
  expect(messages).toContainEqual({ type: 'ready', facts: { listens: false } })
  await discord.until('the news', () => messages.length > 1)
  expect(messages).toContainEqual({ type: 'report', facts: { listens: true } })
  await end(first, 'SIGKILL')
  const second = start()
  await discord.until('the session', () => discord.gateway.resumes.length === 1, 25_000)
  expect(discord.gateway.identifies).toHaveLength(1)
  expect(await end(second)).toBe(0)
  expect(said()).not.toContain(discord.token)
  discord.assertNoMistakes()
}, 60_000)

test('a frame that discord.js cannot read ends no process', async () => {
  // READY without anything in it: a boxed NaN is null in JSON.
  const { discord, start, end, said } = await open(() => Object(NaN) as object)
  const child = start()
  await discord.until('a session', () => discord.gateway.identifies.length === 1, 20_000)
  await expect.poll(said, { timeout: 10_000 }).toContain('cannot read')
  discord.gateway.drop()
  await discord.until('the commands', () => discord.commands().length > 0, 25_000)
  expect(child.exitCode).toBeNull()
  expect(await end(child)).toBe(0)
}, 60_000)

test('a token that Discord refuses is said once, and the process stays, to be started no more', async () => {
  const { discord, start, end, said } = await open()
  discord.resetToken()
  const child = start()
  await expect.poll(said, { timeout: 20_000 }).toContain("does not know the bot's token")
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(child.exitCode).toBeNull()
  expect(said().split("does not know the bot's token")).toHaveLength(2)
  expect(discord.invalidRequests()).toBeLessThanOrEqual(3)
  expect(await end(child)).toBe(0)
}, 60_000)
