// Fetches updates one long request after the other, and hands each on. telegraf's own loop ends for good
// with a handler that throws, waits for slow ones, and confirms what it has not handled.
import { setTimeout as sleep } from 'node:timers/promises'
import { updateKinds, updateNumber } from './read-update.ts'
import type { Called, TelegramClient } from './telegram-client.ts'

export type PollWiring = {
  readonly client: TelegramClient
  /** Handles one update, and writes down that it was seen before anything else. */
  readonly handle: (raw: unknown) => Promise<void>
  /** Updates with one name are begun in their order, unless the one before takes long. */
  readonly laneOf: (raw: unknown) => string | undefined
  readonly reportBug: (error: unknown, what: string) => void
  readonly warn: (message: string) => void
  /** Telegram answered a request for updates. */
  readonly heard: () => void
}

export type PollEnd =
  | { readonly outcome: 'stopped' }
  /** Somebody else asks for this bot's updates, or takes them at an address. */
  | { readonly outcome: 'conflict'; readonly detail: string }
  /** Telegram does not know the token. */
  | { readonly outcome: 'refused'; readonly detail: string }

const pollSeconds = 30
/** A request that should have been over by then has lost its way. */
const pollMsMax = (pollSeconds + 12) * 1000
const batchMax = 100
/** What has been handled for this long was surely written down as seen. */
const seenMsMax = 150
/** How long one person's next word waits for the one before it. */
const orderMsMax = 500
const runningMax = 200
/** At the end, handlers get this long; what is not done by then comes again. */
const endMsMax = 700
const confirmMsMax = 500
const retryMsMax = 5000
/** Between requests to a server that answers at once with nothing. */
const emptyMs = 50

/** What is under way, and in which order it may begin. */
function createCrew({ handle, laneOf, reportBug }: PollWiring) {
  const running = new Map<number, Promise<void>>()
  const lanes = new Map<string, Promise<void>>()

  /** Resolves when the update is handled, or is surely written down. */
  async function begin(id: number, raw: unknown): Promise<void> {
    const lane = laneOf(raw)
    const before = lane === undefined ? undefined : lanes.get(lane)
    let begun = (): void => {}
    const begins = new Promise<void>((resolve) => {
      begun = resolve
    })
    const work = (async () => {
      if (before !== undefined) await within(before, orderMsMax)
      begun()
      try {
        await handle(raw)
      } catch (error) {
        reportBug(error, 'an update from Telegram')
      }
    })()
    running.set(id, work)
    if (lane !== undefined) lanes.set(lane, work)
    void work.finally(() => {
      running.delete(id)
      if (lane !== undefined && lanes.get(lane) === work) lanes.delete(lane)
    })
    await begins
    await within(work, seenMsMax)
  }

  return {
    begin,
    isFull: () => running.size >= runningMax,
    oneEnds: () => Promise.race(running.values()),
    allEnd: () => within(Promise.all(running.values()), endMsMax),
    /** The oldest that is not done. */
    oldest: (): number | undefined =>
      running.size === 0 ? undefined : Math.min(...running.keys()),
  }
}

/** Waits for the work, but no longer than this. */
async function within(work: Promise<unknown>, msMax: number): Promise<void> {
  const timer = new AbortController()
  const late = sleep(msMax, undefined, { signal: timer.signal }).catch(() => {})
  await Promise.race([work, late])
  timer.abort()
}

const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => {})

/** Until the signal, or until Telegram says that this is not the one to ask. */
export async function pollUpdates(wiring: PollWiring, signal: AbortSignal): Promise<PollEnd> {
  const { client, warn, heard } = wiring
  const crew = createCrew(wiring)
  let offset = 0
  let failures = 0

  const ask = (more: { readonly timeout: number; readonly limit: number }, msMax: number) =>
    client.call(
      'getUpdates',
      { offset, allowed_updates: [...updateKinds], ...more },
      { msMax, ...(more.timeout > 0 && { signal }) },
    )

  async function take(raws: readonly unknown[]): Promise<void> {
    const seen = raws.map(async (raw) => {
      const id = updateNumber(raw)
      if (id === undefined) return
      offset = Math.max(offset, id + 1)
      await crew.begin(id, raw)
    })
    await Promise.all(seen)
  }

  /** Undefined: go on. */
  async function judge(
    called: Exclude<Called<unknown>, { outcome: 'ok' }>,
  ): Promise<PollEnd | undefined> {
    if (signal.aborted) return { outcome: 'stopped' }
    const detail = called.outcome === 'refused' ? called.description : called.detail
    if (called.outcome === 'refused') {
      if (called.code === 409) return { outcome: 'conflict', detail }
      if (called.code === 401 || called.code === 404) return { outcome: 'refused', detail }
    }
    failures++
    if (failures === 2) warn(`Telegram gives no updates: ${detail}`)
    const usual = Math.min(retryMsMax, 100 * 2 ** failures) * (0.75 + Math.random() / 2)
    const asked = called.outcome === 'refused' ? (called.retryAfterMs ?? 0) : 0
    await pause(Math.max(asked, usual), signal)
    return undefined
  }

  async function loop(): Promise<PollEnd> {
    while (!signal.aborted) {
      if (crew.isFull()) await crew.oneEnds()
      const askedMs = performance.now()
      const called = await ask({ timeout: pollSeconds, limit: batchMax }, pollMsMax)
      if (called.outcome !== 'ok') {
        const end = await judge(called)
        if (end !== undefined) return end
        continue
      }
      if (failures > 1) warn('Telegram gives updates again')
      failures = 0
      heard()
      const raws: readonly unknown[] = Array.isArray(called.result) ? called.result : []
      await take(raws)
      if (raws.length === 0 && performance.now() - askedMs < emptyMs) await pause(emptyMs, signal)
    }
    return { outcome: 'stopped' }
  }

  const end = await loop()
  await crew.allEnd()
  // Only what was handled is confirmed; the rest comes again, to whoever asks next.
  offset = crew.oldest() ?? offset
  if (end.outcome === 'stopped' && offset > 0) await ask({ timeout: 0, limit: 1 }, confirmMsMax)
  return end
}
