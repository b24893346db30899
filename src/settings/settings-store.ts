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

export type SettingsStore = {
  /** Only what differs from the defaults. Values are as stored: check them before use. */
  load(): Promise<ReadonlyMap<string, StoredSetting>>
  /**
   * Saves and audits in one transaction; `from` is what stood there if nothing was stored, or nothing
   * since `since`. Undefined when `to` stood there already: that is no change, and leaves no trace.
   */
  change(
    key: SettingKey,
    from: unknown,
    to: unknown,
    by: string,
    since?: Date,
  ): Promise<SettingChange | undefined>
  /** Newest first. */
  history(limit: number, key?: SettingKey): Promise<readonly SettingChange[]>
}
