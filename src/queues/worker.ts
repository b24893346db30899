// Runs the jobs of one name in this process: each job once at a time, handed on when it cannot finish.
import { DelayedError, WaitingError, Worker } from 'bullmq'
import type { BackendFactory, IQueueBackend, Job } from 'bullmq'
import { z } from 'zod'
import { jobs } from '../jobs.ts'
import type { JobName, JobPayload } from '../jobs.ts'
import { withDeadline } from './deadline.ts'
import { shownJobId } from './job-id.ts'
import { openLeases } from './leases.ts'
import type { Lease } from './leases.ts'
import type { OutageWatch } from './outage.ts'
import type { Log, Wiring } from './transport.ts'

/** A worker killed with -9 is missed after the lock's rest and at most two checks: under 8 s. */
const lockMs = 5_000
const stalledCheckMs = 1_000
/** Being taken over many times is the life of an endless job, not a fault. */
const takeoversMax = 1_000_000
/** An endless job whose handler threw starts again after this. */
const endlessRetryMs = 2_000
const serverRetryMs = 500
const readyMsMax = 5_000
/** Everything of a desk that closes is gone within five seconds, so these are well below it. */
const handlerStopMsMax = 2_500
const workerCloseMsMax = 1_000
/** For a last word to the server about one job. */
const lastWordMsMax = 1_000

type JobContext = {
  /** For the log. */
  jobId: string
  /** Aborted when the job is lost to another worker or the worker closes. Stop at once. */
  signal: AbortSignal
  /** 1 for the first start; more after a takeover. */
  attempt: number
}
/**
 * Returning means done. A handler that stops early because its signal was aborted throws
 * (`signal.throwIfAborted()`), so that its job is run again elsewhere; an endless one may just return.
 */
export type Handler<Name extends JobName> = (
  payload: JobPayload<Name>,
  context: JobContext,
) => Promise<void>

export type WorkOptions = {
  /** How many jobs run at once in this process. */
  concurrency: number
  /** The handler runs until its signal is aborted; when it throws it is started again. */
  endless?: boolean
}

export type Work = {
  /** Aborts the handlers and waits for them, at most 2.5 s. What was not done goes back to the queue. */
  close(): Promise<void>
}

export type WorkerParts = {
  queueName: string
  prefix: string
  wiring: Wiring
  factory: BackendFactory<IQueueBackend, Wiring>
  outages: OutageWatch
  log: Log
  /** True while another tick of the same schedule runs anywhere: this one is then skipped. */
  isTickRunning: (jobId: string) => Promise<boolean>
}

export async function startWorker<Name extends JobName>(
  name: Name,
  handler: Handler<Name>,
  { concurrency, endless = false }: WorkOptions,
  { queueName, prefix, wiring, factory, outages, log, isTickRunning }: WorkerParts,
): Promise<Work> {
  const leases = openLeases(lockMs, (jobId, why) =>
    log(`${name} ${shownJobId(jobId)} is stopped here: ${why}`, new Error(why)),
  )
  let closing = false

  async function processJob(job: Job<unknown, void>, token = ''): Promise<void> {
    const jobId = job.id ?? ''
    const payload = jobs[name].safeParse(job.data)
    if (!payload.success) {
      log(`a ${name} job is dropped, its payload is wrong: ${oneLine(payload.error)}`)
      return
    }
    if (job.repeatJobKey !== undefined && (await isTickRunning(jobId))) return
    if (closing) return handBack(job, token)

    const lease = leases.begin(jobId)
    const thrown = await run(payload.data as JobPayload<Name>, lease, job.attemptsStarted)
    leases.end(lease)
    // Whoever has the lock now finishes the job; if nobody has, it is found stalled and run again.
    if (lease.isLost() && (endless || thrown !== undefined)) throw new DelayedError()
    if (closing && (endless || thrown !== undefined)) return handBack(job, token)
    if (thrown === undefined) return
    log(`${name} ${shownJobId(jobId)} failed: ${thrown.message}`, thrown)
    if (endless) return startAgain(job, token)
    throw thrown
  }

  async function run(
    payload: JobPayload<Name>,
    lease: Lease,
    attempt: number,
  ): Promise<Error | undefined> {
    try {
      await handler(payload, { jobId: lease.jobId, signal: lease.signal, attempt })
      return undefined
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  const worker = new Worker<unknown, void, string, IQueueBackend, object, Wiring>(
    queueName,
    processJob,
    {
      connection: wiring,
      prefix,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: stalledCheckMs,
      maxStalledCount: takeoversMax,
      runRetryDelay: serverRetryMs,
    },
    factory,
  )
  worker.on('locksRenewed', ({ jobIds }) => leases.renewed(jobIds))
  worker.on('lockRenewalFailed', (jobIds) => leases.refused(jobIds))
  worker.on('error', (error) => outages.report(error))
  await withDeadline(worker.waitUntilReady(), readyMsMax, 'no answer').catch((error: unknown) => {
    leases.close()
    worker.close().catch(() => undefined)
    throw error
  })

  async function close() {
    if (closing) return
    closing = true
    // BullMQ waits for the handlers without telling them to stop, so that is done in the same breath.
    const closed = worker.close()
    leases.abortAll('the worker closes')
    if (!(await leases.allEnded(handlerStopMsMax)))
      log(
        `a ${name} handler did not stop in ${handlerStopMsMax} ms; its job is run again elsewhere`,
      )
    await withDeadline(closed, workerCloseMsMax, 'the worker stays open').catch(() => {
      // The server is gone, or a handler still runs: what is left of the connections is cut.
      worker.disconnect().catch(() => undefined)
    })
    leases.close()
  }
  return { close }
}

/** Another worker takes it at once. If that cannot be said, it is found stalled a little later. */
async function handBack(job: Job<unknown, void>, token: string): Promise<never> {
  await withDeadline(job.moveToWait(token), lastWordMsMax, 'no answer').catch(() => undefined)
  throw new WaitingError()
}

async function startAgain(job: Job<unknown, void>, token: string): Promise<never> {
  const moved = job.moveToDelayed(Date.now() + endlessRetryMs, token)
  await withDeadline(moved, lastWordMsMax, 'no answer').catch(() => undefined)
  throw new DelayedError()
}

const oneLine = (error: z.ZodError) => z.prettifyError(error).replaceAll(/\s*\n\s*/g, ' ')
