// The form that an interaction may open.
import { ComponentType, TextInputStyle } from 'discord-api-types/v10'
import { z } from 'zod'
import { customIdsOf, stringSelect } from './component-rules.ts'
import { customId, filled, optionalText, repeated } from './text-rules.ts'

const textInput = z
  .looseObject({
    type: z.literal(ComponentType.TextInput),
    custom_id: customId,
    style: z.enum(TextInputStyle),
    label: optionalText(45),
    value: optionalText(4000),
    placeholder: optionalText(100),
    required: z.boolean().nullish(),
    min_length: z.int().min(0).max(4000).nullish(),
    max_length: z.int().min(1).max(4000).nullish(),
  })
  .refine(
    ({ min_length, max_length }) => (min_length ?? 0) <= (max_length ?? 4000),
    'min_length is above max_length',
  )
  .refine(
    ({ value, max_length }) => (value ?? '').length <= (max_length ?? 4000),
    'the given value is longer than max_length',
  )

const row = z.looseObject({
  type: z.literal(ComponentType.ActionRow),
  components: z
    .array(textInput.refine(({ label }) => Boolean(label?.trim()), 'this field is required'))
    .length(1, 'a text input fills its row'),
})

const label = z.looseObject({
  type: z.literal(ComponentType.Label),
  label: filled(45),
  description: optionalText(100),
  component: z.union([
    textInput,
    stringSelect,
    z.looseObject({ type: z.number().min(ComponentType.UserSelect), custom_id: customId }),
  ]),
})

const textDisplay = z.looseObject({ type: z.literal(ComponentType.TextDisplay) })

export const modalForm = z
  .looseObject({
    custom_id: customId,
    title: filled(45),
    components: z
      .array(z.discriminatedUnion('type', [row, label, textDisplay]))
      .min(1)
      .max(5, 'must be between 1 and 5 in length'),
  })
  .refine(
    ({ components }) => repeated(customIdsOf(components)).length === 0,
    'a custom id is given twice',
  )
