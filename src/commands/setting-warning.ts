// What a changed setting will not do, although it is a right value: told with the change.
import { unlistedOf } from '../market/unlisted.ts'
import type { SettingChange } from '../settings/settings-store.ts'
import type { CommandContext } from './command.ts'

/** Undefined when there is nothing to warn of, and while nobody knows what is listed. */
export async function warningAbout(
  { key, to }: SettingChange,
  { markets }: Pick<CommandContext, 'markets'>,
): Promise<string | undefined> {
  if (key !== 'trading.start_assets') return undefined
  const listed = await markets.markets()
  const unknown = unlistedOf(to as readonly string[], listed)
  if (listed.length === 0 || unknown.length === 0) return undefined
  return `No venue lists ${unknown.join(' or ')}: no cycle can start there.`
}
