// Jobs and messages between processes: one contract, on Redis or on PostgreSQL.
import { Queue } from 'bullmq'
import type { IQueueBackend } from 'bullmq'
import { jobNames, jobs } from '../jobs.ts'
import type { JobName, JobPayload } from '../jobs.ts'
import type { Outage } from '../outage-log.ts'
import { withDeadline } from './deadline.ts'
import { jobIdOf } from './job-id.ts'
import { outageLines, watchOutages } from './outage.ts'
import type { OutageWatch } from './outage.ts'
import { openPostgresTransport } from './postgres-transport.ts'
import { openRedisTransport } from './redis-transport.ts'
import { keepSchedules } from './schedules.ts'
import type { Log, Messages, Transport, Wiring } from './transport.ts'
import { startWorker } from './worker.ts'
import type { Handler, Work, WorkOptions } from './worker.ts'

type EnqueueOptions = {
  /** While a job of this name and id waits, is delayed or runs, adding it again adds nothing. */
  id?: string
  delayMs?: number
  /** 1 goes before 2; a job without one goes before both. */
  priority?: number
}

/**
 * Every job runs at least once; a lock on it is no mutual exclusion, so whoever does what must not
 * be done twice asks the database. Finished and failed jobs leave no trace here.
 */
export type Queues = Messages & {
  readonly backend: 'redis' | 'postgres'
  /**
   * @throws Error when the payload is wrong, or when the server does not take the job within two
   * seconds. After a timeout the job may have been added; adding it again by its id is harmless.
   */
  enqueue<Name extends JobName>(
    name: Name,
    payload: JobPayload<Name>,
    options?: EnqueueOptions,
  ): Promise<void>
  /**
   * A job of this name every so often from now on, also after restarts; one schedule a name, and the
   * last call decides its period. A tick that finds the one before still running is skipped.
   */
  schedule<Name extends JobName>(
    name: Name,
    payload: JobPayload<Name>,
    everyMs: number,
  ): Promise<void>
  /** A payload that does not fit its schema is dropped with one line in the log. */
  work<Name extends JobName>(
    name: Name,
    handler: Handler<Name>,
    options: WorkOptions,
  ): Promise<Work>
  /** True when the server answers within a second. */
  isReady(): Promise<boolean>
  /** Closes every worker and connection, within less than five seconds whatever happens. */
  close(): Promise<void>
}

export type QueuesOptions = {
  /** `redis://`, `rediss://`, or the path of a unix socket. Absent: jobs run on the database. */
  redisUrl?: string | undefined
  databaseUrl: string
  /** Desks that share a server are kept apart by it. */
  prefix?: string
  log?: Log
  /** Told when the server goes away and when it is back. Absent: `log` is, in a line each. */
  outage?: Outage
}

export type JobQueue = Queue<object, void, string, object, void, string, IQueueBackend, Wiring>

const enqueueMsMax = 2_000
const closeMsMax = 500
/** BullMQ keeps a list of events that nobody here reads. */
const eventsMax = 100

/** @throws Error with one line when the server cannot be reached or may lose jobs. */
export async function openQueues(options: QueuesOptions): Promise<Queues> {
  const { redisUrl, databaseUrl, prefix = 'arbdesk', log = () => {} } = options
  let outages: OutageWatch | undefined
  const report = (error: Error) => outages?.report(error)
  const transport =
    redisUrl === undefined
      ? await openPostgresTransport(databaseUrl, prefix, report)
      : await openRedisTransport(redisUrl, prefix, report)
  const server = transport.backend === 'redis' ? 'Redis' : 'PostgreSQL'
  const { outage = outageLines(server, log) } = options
  outages = watchOutages(server, () => transport.probe(), log, outage)
  return assemble(transport, outages, prefix, log).catch(async (error: unknown) => {
    await transport.close()
    throw error
  })
}

async function assemble(
  transport: Transport,
  outages: OutageWatch,
  prefix: string,
  log: Log,
): Promise<Queues> {
  const queues = new Map(jobNames.map((name) => [name, openQueue(name)]))
  await Promise.all(Array.from(queues.values(), (queue) => queue.waitUntilReady()))
  const schedules = keepSchedules(queueOf, (error) => outages.report(error))
  const works = new Set<Work>()

  function openQueue(name: JobName): JobQueue {
    const queue: JobQueue = new Queue(
      `${prefix}-${name}`,
      {
        connection: transport.backend,
        prefix,
        streams: { events: { maxLen: eventsMax } },
        // A job that is kept would keep its id taken.
        defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
      },
      transport.factory,
    )
    queue.on('error', (error) => outages.report(error))
    return queue
  }
  function queueOf(name: JobName): JobQueue {
    const queue = queues.get(name)
    if (queue === undefined) throw new Error(`There is no job named ${name}.`)
    return queue
  }

  return {
    backend: transport.backend,
    publish: (channel, text) => transport.publish(channel, text),
    subscribe: (channel, listener, missed) => transport.subscribe(channel, listener, missed),
    async enqueue(name, payload, { id, delayMs, priority } = {}) {
      const job = queueOf(name).add(name, jobs[name].parse(payload), {
        ...(id === undefined ? {} : { jobId: jobIdOf(id) }),
        ...(delayMs === undefined ? {} : { delay: delayMs }),
        ...(priority === undefined ? {} : { priority }),
      })
      const late = `the queue did not take ${name} in ${enqueueMsMax} ms`
      await withDeadline(job, enqueueMsMax, late).catch((error: Error) => {
        outages.report(error)
        throw error
      })
    },
    async schedule(name, payload, everyMs) {
      await schedules.set(name, jobs[name].parse(payload), everyMs)
    },
    async work(name, handler, workOptions) {
      const queue = queueOf(name)
      const work = await startWorker(name, handler, workOptions, {
        queueName: queue.name,
        prefix,
        wiring: transport.backend,
        factory: transport.factory,
        outages,
        log,
        isTickRunning: schedules.isTickRunning(name),
      })
      works.add(work)
      return {
        async close() {
          works.delete(work)
          await work.close()
        },
      }
    },
    isReady: () =>
      transport.probe().then(
        () => true,
        () => false,
      ),
    async close() {
      outages.close()
      schedules.close()
      await Promise.all(Array.from(works, (work) => work.close()))
      const closed = Promise.all(Array.from(queues.values(), (queue) => queue.close()))
      await withDeadline(closed, closeMsMax, 'queues stay open').catch(() => undefined)
      await transport.close()
    },
  }
}
