// Slash commands as Discord takes them. Its description lacks the pattern of names and the order of options.
import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10'
import { z } from 'zod'
import { filled, repeated } from './text-rules.ts'

const type = ApplicationCommandOptionType
/** Names, descriptions and values of one command together. */
const commandCharactersMax = 8_000

const name = z
  .string()
  .regex(
    /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u,
    'is not a name: 1 to 32 letters, digits, - or _',
  )
  .refine((text) => text === text.toLowerCase(), 'command name is invalid: lower case only')

const choicesOf = <Value extends z.ZodType>(value: Value) =>
  z
    .array(z.looseObject({ name: filled(100), value }))
    .max(25, 'must be 25 or fewer in length')
    .refine(
      (choices) => repeated(choices.map((choice) => choice.name)).length === 0,
      'a choice name is given twice',
    )
    .nullish()

const common = { name, description: filled(100), required: z.boolean().nullish() }
const autocomplete = z.boolean().nullish()

const leaf = z.discriminatedUnion('type', [
  z
    .looseObject({
      ...common,
      type: z.literal(type.String),
      choices: choicesOf(filled(100)),
      autocomplete,
      min_length: z.int().min(0).max(6000).nullish(),
      max_length: z.int().min(1).max(6000).nullish(),
    })
    .refine(
      ({ choices, autocomplete: asks }) => !asks || !choices?.length,
      'choices or autocomplete',
    ),
  z
    .looseObject({
      ...common,
      type: z.literal([type.Integer, type.Number]),
      choices: choicesOf(z.number()),
      autocomplete,
      min_value: z.number().nullish(),
      max_value: z.number().nullish(),
    })
    .refine(
      ({ choices, autocomplete: asks }) => !asks || !choices?.length,
      'choices or autocomplete',
    ),
  z
    .looseObject({
      ...common,
      type: z.literal([
        type.Boolean,
        type.User,
        type.Channel,
        type.Role,
        type.Mentionable,
        type.Attachment,
      ]),
    })
    .refine(
      (option) => !option['autocomplete'] && !option['choices'],
      'this type has neither choices nor autocomplete',
    ),
])

const optionsOf = <Option extends z.ZodType<{ name: string }>>(option: Option) =>
  z
    .array(option)
    .max(25, 'must be 25 or fewer in length')
    .refine(
      (options) => repeated(options.map((one) => one.name)).length === 0,
      'an option name is given twice',
    )
    .refine(
      (options) =>
        options.every(
          (one, index) => !isRequired(one) || options.slice(0, index).every(isRequired),
        ),
      'required options must be placed before non-required options',
    )
    .nullish()

const isRequired = (option: unknown): boolean =>
  typeof option === 'object' && option !== null && 'required' in option && option.required === true

const subcommand = z.looseObject({
  ...common,
  type: z.literal(type.Subcommand),
  options: optionsOf(leaf),
})
const group = z.looseObject({
  ...common,
  type: z.literal(type.SubcommandGroup),
  options: optionsOf(subcommand),
})

/** Every text Discord counts towards a command's size. */
function charactersIn(value: unknown): number {
  if (Array.isArray(value))
    return (value as unknown[]).reduce<number>((sum, one) => sum + charactersIn(one), 0)
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce((sum, [key, one]) => {
    const counts = ['name', 'description', 'value'].includes(key) && typeof one === 'string'
    return sum + (counts ? one.length : charactersIn(one))
  }, 0)
}

const isBranch = (option: { type: ApplicationCommandOptionType }) =>
  option.type === type.Subcommand || option.type === type.SubcommandGroup

const command = z
  .looseObject({
    name,
    description: filled(100),
    // Discord takes a number, too, and answers with text.
    default_member_permissions: z.union([z.string(), z.number()]).nullish(),
    type: z.literal(ApplicationCommandType.ChatInput).nullish(),
    options: optionsOf(z.discriminatedUnion('type', [leaf, subcommand, group])),
  })
  .refine(
    ({ options }) => (options ?? []).every(isBranch) || !(options ?? []).some(isBranch),
    'sub-commands and other options exclude each other',
  )
  .refine(
    (one) => charactersIn(one) <= commandCharactersMax,
    `command exceeds maximum size of ${commandCharactersMax}`,
  )

export type CommandForm = z.infer<typeof command>
export const commandForm = command

export const commandsForm = z
  .array(command)
  .max(100, 'maximum number of application commands reached (100)')
  .refine(
    (all) => repeated(all.map((one) => one.name)).length === 0,
    'application command names must be unique',
  )
