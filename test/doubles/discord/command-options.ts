// What a person types into a slash command, turned into what Discord would send for it.
import {
  ApplicationCommandOptionType,
  InteractionType,
  type APIApplicationCommand,
  type APIApplicationCommandInteractionDataOption,
  type APIApplicationCommandOption,
  type APIInteraction,
} from 'discord-api-types/v10'

export type Options = Readonly<Record<string, string | number | boolean>>
export type DataOption = APIApplicationCommandInteractionDataOption

const type = ApplicationCommandOptionType

const isBranch = (option: APIApplicationCommandOption) =>
  option.type === type.Subcommand || option.type === type.SubcommandGroup

const expected: Readonly<Partial<Record<ApplicationCommandOptionType, string>>> = {
  [type.Integer]: 'number',
  [type.Number]: 'number',
  [type.Boolean]: 'boolean',
}

/** What Discord's own client would not let a person send; one line, or undefined. */
function faultOf(option: APIApplicationCommandOption, value: Options[string]): string | undefined {
  if (typeof value !== (expected[option.type] ?? 'string')) return 'is of the wrong type'
  if (option.type === type.Integer && !Number.isInteger(value)) return 'is no whole number'
  if ('choices' in option && option.choices && option.choices.length > 0)
    if (!option.choices.some((choice) => choice.value === value)) return 'is none of the choices'
  if ('min_value' in option && option.min_value !== undefined && Number(value) < option.min_value)
    return `is below ${option.min_value}`
  if ('max_value' in option && option.max_value !== undefined && Number(value) > option.max_value)
    return `is above ${option.max_value}`
  const length = String(value).length
  if ('max_length' in option && length > (option.max_length ?? 6000)) return 'is too long'
  if ('min_length' in option && length < (option.min_length ?? 0)) return 'is too short'
  return undefined
}

export type Typing = {
  /** The registered command and, below it, the sub-command that the words name. */
  readonly command: APIApplicationCommand
  readonly path: readonly APIApplicationCommandOption[]
  readonly options: readonly APIApplicationCommandOption[]
}

/** Finds "settings set" among registered commands; throws where a person would find nothing. */
export function findCommand(commands: readonly APIApplicationCommand[], words: string): Typing {
  const [name, ...rest] = words.split(' ')
  const command = commands.find((one) => one.name === name)
  if (command === undefined) throw new Error(`no command /${name} is registered here`)
  let options = command.options ?? []
  const path: APIApplicationCommandOption[] = []
  for (const word of rest) {
    const branch = options.find((one) => one.name === word && isBranch(one))
    if (branch === undefined) throw new Error(`/${words}: there is no sub-command ${word}`)
    path.push(branch)
    options = 'options' in branch ? (branch.options ?? []) : []
  }
  if (options.some(isBranch)) throw new Error(`/${words} needs a sub-command`)
  return { command, path, options }
}

/** The `options` of the interaction; `focused` names the one being typed, which nothing is wrong with yet. */
export function dataOptions(typing: Typing, given: Options, focused?: string): DataOption[] {
  const unknown = Object.keys(given).filter((name) => !typing.options.some((o) => o.name === name))
  if (unknown.length > 0) throw new Error(`/${typing.command.name} has no option ${unknown[0]}`)
  const leaves = typing.options.flatMap((option): object[] => {
    const value = given[option.name]
    if (value === undefined) {
      const isMissing = option.required === true && focused === undefined
      if (isMissing) throw new Error(`/${typing.command.name}: ${option.name} is required`)
      return []
    }
    const isFocused = option.name === focused
    const fault = isFocused ? undefined : faultOf(option, value)
    if (fault !== undefined) throw new Error(`/${typing.command.name}: ${option.name} ${fault}`)
    return [
      { name: option.name, type: option.type, value, ...(isFocused ? { focused: true } : {}) },
    ]
  })
  const nested = typing.path.reduceRight<object[]>(
    (options, branch) => [{ name: branch.name, type: branch.type, options }],
    leaves,
  )
  return nested as DataOption[]
}

/** The option a person is typing in an autocomplete interaction. */
export function focusedOptionOf(payload: APIInteraction): DataOption | undefined {
  if (payload.type !== InteractionType.ApplicationCommandAutocomplete) return undefined
  const find = (options: readonly DataOption[]): DataOption | undefined => {
    for (const option of options) {
      if ('focused' in option && option.focused) return option
      const below = 'options' in option ? find(option.options ?? []) : undefined
      if (below !== undefined) return below
    }
    return undefined
  }
  return find(payload.data.options ?? [])
}
