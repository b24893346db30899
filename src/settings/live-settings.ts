// A snapshot of the settings that is read without I/O and kept current by the hub.
import type { Hub } from './hub.ts'
import type { KillLatch } from './kill-latch.ts'
import {
  checkSetting,
  parseSetting,
  settingKeys,
  type ReadSetting,
  type SettingKey,
  type Settings,
} from './settings.ts'
import type { SettingChange, SettingsStore } from './settings-store.ts'

export type LiveSettings = {
  /** Frozen; a change makes a new one. */
  current(): Settings
  /** Reads the truth again: done right before anything is sent. */
  refresh(): Promise<Settings>
  /** Saves, audits and tells every process. */
  change(
    key: string,
    text: string,
    by: string,
  ): Promise<
    | { readonly outcome: 'changed'; readonly change: SettingChange }
    /** It stood there already: nothing was saved, audited or told. */
    | { readonly outcome: 'same'; readonly key: SettingKey; readonly value: unknown }
    | Extract<ReadSetting, { outcome: 'bad' }>
  >
  /** Whether what holds is what this run was started with, and not what is stored. */
  isOverridden(key: SettingKey): boolean
  /** Returns the way to stop listening. */
  onChange(listener: (settings: Settings) => void): () => void
  close(): Promise<void>
}

const channel = 'settings'

const isAfter = (at: Date | undefined, start: Date): boolean => at !== undefined && at >= start

/** Whoever presses the latch expects the desk to stop within a second. */
const latchEveryMs = 250

/**
 * `overrides` hold for this run only and win over what was stored before `since`: a change by
 * somebody since then is never ignored, whichever process he made it in. A stored value that no longer
 * fits its schema is reported to `warn` and its default is used. While the latch is pressed, `desk.killed` is
 * true whatever the database says, and when it says nothing.
 */
export async function openLiveSettings(wiring: {
  readonly store: SettingsStore
  readonly hub: Hub
  readonly defaults: Settings
  readonly overrides: ReadonlyMap<SettingKey, unknown>
  /** By the clock of the database. */
  readonly since: Date
  readonly warn: (message: string) => void
  readonly latch?: Pick<KillLatch, 'isPressed'>
}): Promise<LiveSettings> {
  const { store, hub, defaults, overrides, since, warn, latch } = wiring
  const listeners = new Set<(settings: Settings) => void>()
  let snapshot = defaults
  let stored = defaults
  let overridden: ReadonlyMap<SettingKey, unknown> = overrides
  let asked = 0
  let answered = 0

  async function refresh(): Promise<Settings> {
    const turn = ++asked
    const rows = await store.load()
    // An answer that a later one has overtaken is older than what we know.
    if (turn < answered) return snapshot
    answered = turn
    const next: Record<string, unknown> = { ...defaults }
    for (const [key, { value }] of rows) {
      const read = checkSetting(key, value)
      if (read.outcome === 'ok') next[read.key] = read.value
      else warn(`stored setting ignored: ${read.message}`)
    }
    overridden = new Map(
      [...overrides].filter(([key]) => !isAfter(rows.get(key)?.changedAt, since)),
    )
    for (const [key, value] of overridden) next[key] = value
    stored = next as Settings
    return take()
  }

  /** What is stored, and the latch as it stands now. */
  function take(): Settings {
    const next: Settings = latch?.isPressed() === true ? { ...stored, 'desk.killed': true } : stored
    const changed = settingKeys.some(
      (key) => JSON.stringify(next[key]) !== JSON.stringify(snapshot[key]),
    )
    if (changed) {
      snapshot = Object.freeze({ ...next })
      for (const listener of listeners) listener(snapshot)
    }
    return snapshot
  }

  const reload = () => {
    refresh().catch((error: unknown) => warn(`settings could not be read: ${String(error)}`))
  }
  const unsubscribe = await hub.subscribe(channel, reload, reload)
  // A lost message must not leave a process on old settings for ever.
  const timer = setInterval(reload, 15_000)
  timer.unref()
  const latchTimer = latch === undefined ? undefined : setInterval(take, latchEveryMs)
  latchTimer?.unref()
  await refresh()

  return {
    current: () => snapshot,
    refresh,
    isOverridden: (key) => overridden.has(key),
    async change(key, text, by) {
      const read = parseSetting(key, text)
      if (read.outcome === 'bad') return read
      const given = overrides.has(read.key) ? { value: overrides.get(read.key), since } : undefined
      const change = await store.change(read.key, defaults[read.key], read.value, by, given)
      await refresh()
      if (change === undefined) return { outcome: 'same', key: read.key, value: read.value }
      // It is saved; whoever misses the message looks by himself.
      await hub
        .publish(channel, read.key)
        .catch((error: unknown) => warn(`a changed setting was not announced: ${String(error)}`))
      return { outcome: 'changed', change }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      clearInterval(timer)
      clearInterval(latchTimer)
      await unsubscribe()
    },
  }
}
