// The application's slash commands, for all servers or for one.
import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type APIApplicationCommand,
} from 'discord-api-types/v10'
import { created, noContent, ok, readForm, refusals, type Answer } from '../answer.ts'
import { commandForm, commandsForm, type CommandForm } from '../command-rules.ts'
import { withoutNulls } from '../message-parts.ts'
import type { Platform } from '../platform.ts'
import type { World } from '../world.ts'
import { blame, param, type RestRequest, type Route } from './route.ts'

/** New names a day for each place; writing over a name costs nothing. */
const createsMax = 200
const createdIn = new WeakMap<World, Map<string, number>>()

const placeOf = ({ params }: RestRequest): string => params['guild_id'] ?? 'global'
const commandsIn = ({ world }: Platform, request: RestRequest) =>
  world.commands.get(placeOf(request)) ?? []

/** Undefined where the request is for another application, or a server without the bot. */
function refusalOf({ world }: Platform, request: RestRequest): Answer | undefined {
  if (param(request, 'application_id') !== world.applicationId) return refusals.unknownApplication
  const guildId = request.params['guild_id']
  return guildId === undefined || world.guilds.has(guildId) ? undefined : refusals.unknownGuild
}

function register(
  { world }: Platform,
  request: RestRequest,
  form: CommandForm,
  before: APIApplicationCommand | undefined,
): APIApplicationCommand {
  const guildId = request.params['guild_id']
  const { default_member_permissions: permissions } = form
  return {
    ...(withoutNulls(form) as Pick<APIApplicationCommand, 'name' | 'description' | 'options'>),
    id: before?.id ?? world.nextId(),
    application_id: world.applicationId,
    version: world.nextId(),
    type: ApplicationCommandType.ChatInput,
    default_member_permissions:
      permissions === undefined || permissions === null ? null : String(permissions),
    nsfw: false,
    ...(guildId === undefined
      ? { contexts: null, integration_types: [ApplicationIntegrationType.GuildInstall] }
      : { guild_id: guildId }),
  }
}

/** True where `count` more new names are too many for today. */
function areTooMany({ world }: Platform, request: RestRequest, count: number): boolean {
  const counts = createdIn.get(world) ?? new Map<string, number>()
  createdIn.set(world, counts)
  const total = (counts.get(placeOf(request)) ?? 0) + count
  counts.set(placeOf(request), total)
  return total > createsMax
}

function putAll(platform: Platform, request: RestRequest): Answer {
  const refusal = refusalOf(platform, request)
  if (refusal !== undefined) return refusal
  const read = readForm(commandsForm, request.json)
  if (read.faults !== undefined) {
    for (const fault of read.faults) blame(platform, request, fault)
    return read.answer
  }
  const before = new Map(commandsIn(platform, request).map((one) => [one.name, one]))
  const fresh = read.form.filter(({ name }) => !before.has(name)).length
  if (areTooMany(platform, request, fresh)) return refusals.tooManyCommandCreates
  const all = read.form.map((form) => register(platform, request, form, before.get(form.name)))
  platform.world.commands.set(placeOf(request), all)
  platform.changed()
  return ok(all)
}

function postOne(platform: Platform, request: RestRequest): Answer {
  const refusal = refusalOf(platform, request)
  if (refusal !== undefined) return refusal
  const read = readForm(commandForm, request.json)
  if (read.faults !== undefined) {
    for (const fault of read.faults) blame(platform, request, fault)
    return read.answer
  }
  const others = commandsIn(platform, request).filter(({ name }) => name !== read.form.name)
  const before = commandsIn(platform, request).find(({ name }) => name === read.form.name)
  if (before === undefined && areTooMany(platform, request, 1))
    return refusals.tooManyCommandCreates
  const command = register(platform, request, read.form, before)
  platform.world.commands.set(placeOf(request), [...others, command])
  platform.changed()
  return before === undefined ? created(command) : ok(command)
}

function removeOne(platform: Platform, request: RestRequest): Answer {
  const refusal = refusalOf(platform, request)
  if (refusal !== undefined) return refusal
  const id = param(request, 'command_id')
  const all = commandsIn(platform, request)
  if (all.every((command) => command.id !== id)) return refusals.unknownCommand
  platform.world.commands.set(
    placeOf(request),
    all.filter((command) => command.id !== id),
  )
  platform.changed()
  return noContent
}

const places = [
  '/applications/{application_id}/commands',
  '/applications/{application_id}/guilds/{guild_id}/commands',
]

export const commandRoutes: readonly Route[] = places.flatMap((template) => [
  {
    method: 'GET',
    template,
    answer: (platform, request) =>
      refusalOf(platform, request) ?? ok(commandsIn(platform, request)),
  },
  { method: 'PUT', template, answer: putAll },
  { method: 'POST', template, answer: postOne },
  { method: 'DELETE', template: `${template}/{command_id}`, answer: removeOne },
])
