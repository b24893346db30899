// What `settings`, `mode`, `pause` and `resume` share: change one setting, audited and told to everybody.
import { onlyTelling } from '../approval/policy.ts'
import type { SettingKey } from '../settings/settings.ts'
import type { SettingChange } from '../settings/settings-store.ts'
import { badUsage, signatureOf, type CommandContext, type Failure } from './command.ts'

export type Changed =
  | { readonly outcome: 'changed'; readonly change: SettingChange }
  /** The value stood there already. */
  | { readonly outcome: 'same'; readonly key: SettingKey; readonly value: unknown }

/** A setting's value as it is typed and shown. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  const isWords = Array.isArray(value) && value.every((each) => typeof each === 'string')
  return isWords ? value.join(',') : JSON.stringify(value)
}

export const isFailure = (result: Changed | Failure): result is Failure => 'message' in result

/** `subject` heads the announcement; without one the setting's name does. */
export async function changeSetting(
  { settings, actor, announce, approvals }: CommandContext,
  key: string,
  text: string,
  subject?: string,
): Promise<Changed | Failure> {
  const by = signatureOf(actor)
  const result = await settings.change(key, text, by)
  if (result.outcome === 'bad') return badUsage(result.message)
  if (result.outcome === 'same') return result
  const { change } = result
  await announce({
    kind: 'status',
    subject: subject ?? `Setting ${change.key} changed`,
    text: `${by} changed ${change.key} from ${valueText(change.from)} to ${valueText(change.to)}.`,
  })
  // Nobody may answer them any more; the workers see to it as well, should this be cut off.
  if (change.key === 'approval.mode' && change.to === 'alert')
    await approvals.supersedeAll(onlyTelling)
  return { outcome: 'changed', change }
}
