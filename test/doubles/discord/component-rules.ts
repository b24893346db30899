// Buttons, select menus and their rows, as a message may carry them.
import { ButtonStyle, ComponentType } from 'discord-api-types/v10'
import { z } from 'zod'
import { customId, filled, optionalText, repeated } from './text-rules.ts'

const rowsMax = 5
const buttonsMax = 5
/** With the newer layout components count one by one, and their texts together. */
const componentsMax = 40
const textMax = 4_000

/** A custom emoji has an id; any other must be one by its name. */
const emoji = z
  .looseObject({ id: z.string().nullish(), name: z.string().nullish() })
  .refine(
    ({ id, name }) =>
      Boolean(id) || /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(name ?? ''),
    'invalid emoji',
  )

const button = z
  .looseObject({
    type: z.literal(ComponentType.Button),
    style: z.enum(ButtonStyle),
    label: optionalText(80),
    emoji: emoji.nullish(),
    custom_id: customId.nullish(),
    url: z
      .string()
      .max(512)
      .regex(/^(https?|discord):\/\/\S+$/)
      .nullish(),
    disabled: z.boolean().nullish(),
  })
  .refine(
    ({ style, label, emoji: sign }) =>
      style === ButtonStyle.Premium || Boolean(label?.trim()) || Boolean(sign),
    'a button needs a label or an emoji',
  )
  .refine(
    ({ style, custom_id, url }) =>
      style === ButtonStyle.Link
        ? Boolean(url) && !custom_id
        : style === ButtonStyle.Premium || (Boolean(custom_id) && !url),
    'a button has a custom id, a link button an address, and none has both',
  )

const menu = {
  custom_id: customId,
  placeholder: optionalText(150),
  min_values: z.int().min(0).max(25).nullish(),
  max_values: z.int().min(1).max(25).nullish(),
  disabled: z.boolean().nullish(),
}

const option = z.looseObject({
  label: filled(100),
  value: filled(100),
  description: optionalText(100),
  emoji: emoji.nullish(),
  default: z.boolean().nullish(),
})

export const stringSelect = z
  .looseObject({
    ...menu,
    type: z.literal(ComponentType.StringSelect),
    options: z.array(option).min(1).max(25, 'must be between 1 and 25 in length'),
  })
  .refine(
    ({ options }) => repeated(options.map(({ value }) => value)).length === 0,
    'an option value is given twice',
  )
  .refine(
    ({ options, min_values, max_values }) =>
      (min_values ?? 1) <= options.length && (max_values ?? 1) <= options.length,
    'more values wanted than there are options',
  )

const entitySelect = z.looseObject({
  ...menu,
  type: z.literal([
    ComponentType.UserSelect,
    ComponentType.RoleSelect,
    ComponentType.MentionableSelect,
    ComponentType.ChannelSelect,
  ]),
})

const row = z
  .looseObject({
    type: z.literal(ComponentType.ActionRow),
    components: z
      .array(z.discriminatedUnion('type', [button, stringSelect, entitySelect]))
      .min(1)
      .max(buttonsMax, `must be between 1 and ${buttonsMax} in length`),
  })
  .refine(
    ({ components }) =>
      components.length === 1 || components.every(({ type }) => type === ComponentType.Button),
    'a select menu fills its row',
  )

/** The newer layout: only what counts for limits is looked at. */
const laidOut = z.looseObject({
  type: z.literal([
    ComponentType.Section,
    ComponentType.TextDisplay,
    ComponentType.MediaGallery,
    ComponentType.File,
    ComponentType.Separator,
  ]),
})
const container = z.looseObject({
  type: z.literal(ComponentType.Container),
  components: z.array(z.discriminatedUnion('type', [row, laidOut])).min(1),
})

export const components = z.array(z.discriminatedUnion('type', [row, laidOut, container]))

type Node = { readonly [key: string]: unknown }
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

/** Every component at any depth, parents before children. */
export function allComponents(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(allComponents)
  if (!isNode(value)) return []
  return [
    value,
    ...allComponents(value['components']),
    ...allComponents(value['component']),
    ...allComponents(value['accessory']),
  ]
}

/** Custom ids at any depth. */
export const customIdsOf = (value: unknown): string[] =>
  allComponents(value).flatMap(({ custom_id: id }) => (typeof id === 'string' ? [id] : []))

const textLength = (value: unknown) => (typeof value === 'string' ? value.length : 0)

/** What is wrong with all components of one message together, one line each. */
export function layoutFaults(value: unknown, isLaidOut: boolean): string[] {
  const top = Array.isArray(value) ? (value as unknown[]).filter(isNode) : []
  const all = allComponents(value)
  const faults = repeated(customIdsOf(value)).map((id) => `custom id ${id} is given twice`)
  if (isLaidOut) {
    const length = all.reduce((sum, { content }) => sum + textLength(content), 0)
    if (all.length > componentsMax) faults.push(`has more than ${componentsMax} components`)
    if (length > textMax) faults.push(`has more than ${textMax} characters of text`)
    return faults
  }
  if (top.length > rowsMax) faults.push(`must be ${rowsMax} or fewer in length`)
  if (top.some(({ type }) => type !== ComponentType.ActionRow))
    faults.push('only action rows without the flag IS_COMPONENTS_V2')
  return faults
}
