// PORT: settings as the database keeps them, the truth behind every snapshot.
import type { SettingKey } from './settings.ts'

export type SettingChange = {
  readonly key: SettingKey
  readonly from: unknown
  readonly to: unknown
  readonly by: string
  readonly at: Date
}

export type StoredSetting = { readonly value: unknown; readonly changedAt: Date }

/** For one run, from `since` on by the clock of the database. */
export type Given = { readonly value: unknown; readonly since: Date }

export type SettingsStore = {
  /** Only what differs from the defaults. Values are as stored: check them before use. */
  load(): Promise<ReadonlyMap<string, StoredSetting>>
  /**
   * Saves and audits in one transaction; `from` is what stood there if nothing was stored. `given` is what
   * this run was given instead of what was stored before it began: that stood there, unless something was
   * stored since, and whoever goes back to it goes back to what was stored before as well, so that the next
   * run does not inherit it. Undefined when `to` stood there already: that is no change, and leaves no trace.
   */
  change(
    key: SettingKey,
    from: unknown,
    to: unknown,
    by: string,
    given?: Given,
  ): Promise<SettingChange | undefined>
  /** Newest first. */
  history(limit: number, key?: SettingKey): Promise<readonly SettingChange[]>
}
