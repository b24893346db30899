// What `settings`, `mode`, `pause` and `resume` share: change one setting, audited and told to everybody.
import type { SettingChange } from '../settings/settings-store.ts'
import { badUsage, failed, signatureOf, type CommandContext, type Failure } from './command.ts'

export type Changed = { readonly outcome: 'changed'; readonly change: SettingChange }

/** A setting's value as it is typed and shown. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  const isWords = Array.isArray(value) && value.every((each) => typeof each === 'string')
  return isWords ? value.join(',') : JSON.stringify(value)
}

/** `subject` heads the announcement; without one the setting's name does. */
export async function changeSetting(
  { settings, actor, announce }: CommandContext,
  key: string,
  text: string,
  subject?: string,
): Promise<Changed | Failure> {
  const fixed = [...settings.overridden].find((overridden) => overridden === key)
  if (fixed !== undefined)
    return failed(
      `${key} was given with --set and holds at ${valueText(settings.current()[fixed])} until the desk is started again without it`,
    )
  const by = signatureOf(actor)
  const result = await settings.change(key, text, by)
  if (result.outcome === 'bad') return badUsage(result.message)
  const { change } = result
  await announce({
    kind: 'status',
    subject: subject ?? `Setting ${change.key} changed`,
    text: `${by} changed ${change.key} from ${valueText(change.from)} to ${valueText(change.to)}.`,
  })
  return { outcome: 'changed', change }
}
