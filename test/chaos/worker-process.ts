// A worker of a chaos run: takes jobs, sweeps up what is due, and drives it. It may be killed anywhere.
import { setTimeout as sleep } from 'node:timers/promises'
import { openQueues, type Queues } from '../../src/queues/queues.ts'
import { drive } from '../../src/trade/engine/drive.ts'
import type { Event } from '../../src/trade/engine/event.ts'
import type { ExecutionDesk } from '../../src/trade/engine/execution-desk.ts'
import { openChaosDesk } from './chaos-desk.ts'
import type { FromWorker, ToWorker } from './messages.ts'

const sweepMs = 1_000
const retryMs = 500
const jobsAtOnce = 8
/** Beyond that a sweep leaves what is due to others: who takes too much on is late with all of it. */
const drivenAtOnceMax = 16
const tellTriesMax = 60

const say = (message: FromWorker) => void process.send?.(message)
const mistake = (error: unknown) =>
  say({
    type: 'mistake',
    text: error instanceof Error ? (error.stack ?? error.message) : String(error),
  })

const driven = new Set<string>()

async function driveOne(desk: ExecutionDesk, id: string, happened?: Event): Promise<boolean> {
  driven.add(id)
  try {
    const ended = await drive(desk, id, happened)
    if (ended.outcome === 'left') say({ type: 'left', id, reason: ended.reason })
    return ended.outcome === 'rested'
  } catch (error) {
    mistake(error)
    return false
  } finally {
    driven.delete(id)
  }
}

async function sweepOn(desk: ExecutionDesk): Promise<never> {
  for (;;) {
    const due = await desk.store.listDue().catch(() => [])
    for (const id of due)
      if (driven.size < drivenAtOnceMax && !driven.has(id)) void driveOne(desk, id)
    await sleep(sweepMs)
  }
}

/** Until somebody has it free: another drives it just now, or the database is away. */
async function tell(desk: ExecutionDesk, id: string, happened: Event): Promise<void> {
  for (let tries = 0; tries < tellTriesMax; tries++) {
    if (await driveOne(desk, id, happened)) break
    await sleep(retryMs)
  }
  say({ type: 'told', id })
}

/** The server may be away just now. */
async function queuesWhenThere(options: Parameters<typeof openQueues>[0]): Promise<Queues> {
  for (;;) {
    try {
      return await openQueues(options)
    } catch {
      await sleep(retryMs)
    }
  }
}

async function start({ desk: options, redisUrl, prefix }: Extract<ToWorker, { type: 'start' }>) {
  const desk = await openChaosDesk(options)
  process.on('message', (message: ToWorker) => {
    if (message.type !== 'tell') return
    const { id, news } = message
    const event: Event =
      news === 'recheck'
        ? { type: 'recheck' }
        : { type: 'operator', choice: 'retry', by: 'terminal:chaos' }
    void tell(desk, id, event)
  })
  void sweepOn(desk)
  say({ type: 'ready' })
  const queues = await queuesWhenThere({ redisUrl, databaseUrl: options.databaseUrl, prefix })
  for (;;) {
    try {
      await queues.work(
        'execute-trade',
        async ({ trade }) => {
          if (!driven.has(trade)) await driveOne(desk, trade)
        },
        { concurrency: jobsAtOnce },
      )
      return
    } catch {
      await sleep(retryMs)
    }
  }
}

// Ctrl-C reaches the whole group: the parent says when this ends.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())
process.on('uncaughtException', mistake)
process.on('unhandledRejection', mistake)
process.once('message', (message: ToWorker) => {
  if (message.type === 'start') start(message).catch(mistake)
})
