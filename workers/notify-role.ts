// The role 'notify': sees to it that what people must hear is heard, also when no chat can be reached.
import { setTimeout as sleep } from 'node:timers/promises'
import { followOutbox } from '../bots/follow-outbox.ts'
import type { Labels } from '../src/notification/labels.ts'
import { openRuntime, type Runtime } from '../src/runtime.ts'
import { createAlertCaller, type AlertCaller } from './alert-caller.ts'
import { createDailySummary } from './daily-summary.ts'
import { readPulse } from './desk-pulse.ts'
import { every } from './every.ts'
import { createHeartbeat } from './heartbeat.ts'
import { request } from './post-webhook.ts'
import type { Role, RoleRun } from './role-run.ts'
import { createStallAlarm } from './stall-alarm.ts'

const callEveryMs = 500
const repeatEveryMs = 1000
const pulseEveryMs = 5000
const summaryEveryMs = 30_000

/** Its place in the outbox. */
const surface = 'notify'

const nowMs = () => performance.now()

function callerOf(runtime: Runtime, labels: Labels): AlertCaller | undefined {
  const { alertCalls, announce, log } = runtime
  const url = runtime.config.alertWebhookUrl
  if (url === undefined) return undefined
  return createAlertCaller({
    url,
    calls: alertCalls,
    labels,
    announce,
    warn: (message, facts) => log.warn(message, facts),
  })
}

/** What is looked at every few seconds, on this desk's own account. */
function pulseOf(runtime: Runtime, labels: Labels, run: RoleRun, caller: AlertCaller | undefined) {
  const { config, log, announce } = runtime
  const { alertWebhookUrl, heartbeatUrl } = config
  const heartbeat =
    heartbeatUrl === undefined ? undefined : createHeartbeat(heartbeatUrl, { log, nowMs })
  const alarm = createStallAlarm({
    labels,
    announce,
    nowMs,
    ...(alertWebhookUrl === undefined
      ? {}
      : {
          call: async (message) => (await request(alertWebhookUrl, message)).outcome === 'heard',
        }),
  })
  return async (): Promise<void> => {
    const pulse = await readPulse(runtime)
    run.report({ desk: pulse.outcome, webhook: caller?.state() ?? 'none' })
    await Promise.all([heartbeat?.beat(pulse), alarm.note(pulse)])
  }
}

export const notifyRole: Role = async (run, signal) => {
  const runtime = await openRuntime(run.config, run.log, 'notify')
  const { settings, urgentAlerts, outbox, queues, log } = runtime
  const labels: Labels = { mode: run.config.mode, market: run.config.market.kind }
  const caller = callerOf(runtime, labels)
  const summary = createDailySummary(runtime)
  const repeatMs = () => settings.current()['alerts.repeat_ms']
  const onError = (what: string) => (error: unknown) => log.warn(what, { error })
  const pump = async () => caller?.pump()
  const repeat = async () => void (await urgentAlerts.repeatDue(repeatMs()))

  const stops = [
    every(callEveryMs, pump, onError('the webhook waits')),
    every(repeatEveryMs, repeat, onError('urgent alerts are not repeated now')),
    every(
      pulseEveryMs,
      pulseOf(runtime, labels, run, caller),
      onError('the desk was not looked at'),
    ),
    every(summaryEveryMs, () => summary.look(new Date()), onError('the daily summary waits')),
  ]
  // A surface new to the desk begins at the newest: nothing told after this line is missed.
  await outbox.position(surface)
  run.ready()
  await followOutbox(
    {
      outbox,
      hub: queues,
      surface,
      async deliver(posted) {
        await urgentAlerts.take(posted, { repeatMs: repeatMs(), calls: caller !== undefined })
        // At once; who waits on the webhook must not hold up what comes next.
        void caller?.pump().catch(onError('the webhook waits'))
      },
      warn: (message) => log.warn(message),
      recovered: (message) => log.info(message),
    },
    signal,
  )
  for (const stop of stops) stop()
  await caller?.close()
  // Whoever is in the middle of a look finds the database open for a moment more.
  await sleep(50)
  await runtime.close()
}
