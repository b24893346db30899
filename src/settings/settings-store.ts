// PORT: settings as the database keeps them, the truth behind every snapshot.
import type { SettingKey } from './settings.ts'

export type SettingChange = {
  readonly key: SettingKey
  readonly from: unknown
  readonly to: unknown
  readonly by: string
  readonly at: Date
}

export type SettingsStore = {
  /** Only what differs from the defaults. Values are as stored: check them before use. */
  load(): Promise<ReadonlyMap<string, unknown>>
  /**
   * Saves and audits in one transaction; `from` is what stood there (the default, if nothing did).
   * Undefined when `to` stood there already: that is no change, and leaves no trace.
   */
  change(
    key: SettingKey,
    from: unknown,
    to: unknown,
    by: string,
  ): Promise<SettingChange | undefined>
  /** Newest first. */
  history(limit: number, key?: SettingKey): Promise<readonly SettingChange[]>
}
