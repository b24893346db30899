// The environment, read once and checked whole. Nothing else looks at process.env.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { z } from 'zod'
import { marketChoice } from './config/market-choice.ts'
import { operatorList } from './config/operators.ts'
import { roleList, withTransfers } from './config/role-names.ts'
import { readRun, type Run } from './config/run.ts'
import { address, digits, hidden, oneOf, port, redisAddress, wholeUpTo } from './config/text.ts'
import { readVenueVariables, venueList, type VenueVariables } from './config/venue-variables.ts'
import type { VenueId } from './market/market.ts'
import { secret, type Secret } from './secret.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

const web = /^https?:$/
const variables = {
  ARBDESK_MODE: oneOf(['paper', 'live']).default('paper'),
  ARBDESK_MARKET: marketChoice.prefault('simulator'),
  ARBDESK_ROLES: roleList.prefault('all'),
  ARBDESK_SEED: z.string().max(100, { error: 'is longer than 100 characters' }).default('arbdesk'),
  ARBDESK_VENUES: venueList.optional(),
  ARBDESK_HOME: z
    .string()
    .prefault('.arbdesk')
    .transform((path) => resolve(path)),
  ARBDESK_HTTP_HOST: z.string().default('127.0.0.1'),
  ARBDESK_HTTP_PORT: port.optional(),
  ARBDESK_SIMULATOR_HOST: z.string().default('127.0.0.1'),
  ARBDESK_SIMULATOR_PORT: port.optional(),
  ARBDESK_SIMULATOR_MESSAGES: wholeUpTo(20_000).prefault('0'),
  ARBDESK_SIMULATOR_GAPS: wholeUpTo(100).prefault('0'),
  ARBDESK_LOG_LEVEL: oneOf(logLevels).default('info'),
  ARBDESK_OPERATORS: operatorList.prefault(''),
  ARBDESK_ALERT_WEBHOOK_URL: hidden(address(web, 'https://example.com/hook')).optional(),
  ARBDESK_HEARTBEAT_URL: hidden(address(web, 'https://example.com/ping')).optional(),
  ARBDESK_KEYS_FILE: z
    .string()
    .transform((path) => resolve(path))
    .optional(),
  ARBDESK_TRANSFER_ADDRESSES: z
    .string()
    .transform((path) => resolve(path))
    .optional(),
  ARBDESK_KEYS_PASSPHRASE: hidden(
    z.string().min(16, { error: 'is shorter than 16 characters' }),
  ).optional(),
  DATABASE_URL: hidden(
    address(/^postgres(ql)?:$/, 'postgres://user:password@host:5432/arbdesk'),
  ).optional(),
  REDIS_URL: hidden(redisAddress).optional(),
  DISCORD_TOKEN: hidden(z.string()).optional(),
  DISCORD_GUILD_ID: digits('Discord server id').optional(),
  DISCORD_CHANNEL_ID: digits('Discord channel id').optional(),
  DISCORD_API_URL: address(web, 'https://discord.com/api').default('https://discord.com/api'),
  TELEGRAM_TOKEN: hidden(z.string()).optional(),
  TELEGRAM_CHAT_ID: z
    .string()
    .regex(/^-?\d{1,25}(?:\/\d{1,10})?$/, {
      error: 'is no Telegram chat id such as -100123, nor a topic of one such as -100123/7',
    })
    .optional(),
  TELEGRAM_API_ROOT: address(web, 'https://api.telegram.org').default('https://api.telegram.org'),
}
type Variables = { [Name in keyof typeof variables]: z.output<(typeof variables)[Name]> }

/** The names a person may set, without those of single venues. */
export const variableNames = Object.keys(variables) as readonly (keyof Variables)[]

export type Config = {
  readonly mode: Variables['ARBDESK_MODE']
  readonly market: Variables['ARBDESK_MARKET']
  readonly roles: Variables['ARBDESK_ROLES']
  readonly seed: string
  /** Undefined: every venue the market has. */
  readonly venues: readonly VenueId[] | undefined
  /** Keys and addresses by venue; venues without any are absent. */
  readonly venueVariables: Readonly<Partial<Record<VenueId, VenueVariables>>>
  /** Sealed keys; those of the environment stand over them. */
  readonly keysFile: { readonly path: string; readonly passphrase: Secret } | undefined
  /** The list of places that coins may be sent to. */
  readonly transferAddresses: string
  /** Absolute path of the desk's own folder. */
  readonly home: string
  /** Where /health answers; undefined: nowhere. */
  readonly http: { readonly host: string; readonly port: number } | undefined
  /** Where the venue servers of the simulator listen; without a port they take a free one. */
  readonly venueServers: { readonly host: string; readonly port: number | undefined }
  /** How much the simulator's market does beyond what it does by itself; 0: nothing. */
  readonly simulatorLoad: { readonly messagesPerSecond: number; readonly gapsPerMinute: number }
  readonly logLevel: LogLevel
  /** Undefined: the embedded PostgreSQL, which only the supervisor starts. */
  readonly databaseUrl: Secret | undefined
  /** A URL or a socket's path. Undefined: a private Redis if there is one, else the database. */
  readonly redisUrl: Secret | undefined
  /** Empty means that nobody on a chat may act; the terminal's own user always may. */
  readonly operators: Variables['ARBDESK_OPERATORS']
  readonly alertWebhookUrl: Secret | undefined
  readonly heartbeatUrl: Secret | undefined
  readonly discord:
    | {
        readonly token: Secret
        /** Undefined: commands are registered for every server the bot is in. */
        readonly guildId: string | undefined
        readonly channelId: string
        readonly apiUrl: string
      }
    | undefined
  readonly telegram:
    | { readonly token: Secret; readonly chatId: string; readonly apiRoot: string }
    | undefined
  /** Set in the processes that a supervisor started. */
  readonly run: Run | undefined
}

/** Every value that must never be seen, for the log to blot out. */
export function secretsOf(config: Config): readonly Secret[] {
  const { databaseUrl, redisUrl, alertWebhookUrl, heartbeatUrl, keysFile } = config
  const { discord, telegram } = config
  const keys = Object.values(config.venueVariables).flatMap((venue) => [
    venue?.keys,
    venue?.readKeys,
    venue?.transferKeys,
  ])
  const ofVenues = keys.flatMap((each) => [each?.apiKey, each?.secret, each?.password])
  const others = [databaseUrl, redisUrl, alertWebhookUrl, heartbeatUrl, keysFile?.passphrase]
  return [...ofVenues, ...others, discord?.token, telegram?.token].filter(
    (each) => each !== undefined,
  )
}

/** Everything wrong with the environment; the message has one line for each fault. */
export class ConfigError extends Error {
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'ConfigError'
    this.faults = faults
  }
}

/** Variables that are right each and wrong together. Those with a fault of their own are absent. */
function faultsBetween(read: Partial<Variables>): string[] {
  const faults: string[] = []
  const { ARBDESK_MARKET: market } = read
  const { ARBDESK_ROLES: roles } = read
  const isOurs = market?.kind === 'simulator' || market?.kind === 'replay'
  const tradesHere = roles?.some((role) => ['sweep', 'loop', 'trade'].includes(role))
  if (isOurs && tradesHere && roles?.includes('simulator') === false)
    faults.push(
      `ARBDESK_ROLES leaves out simulator, which ARBDESK_MARKET=${market.kind} needs; add it, or set ARBDESK_MARKET=venues:<url>`,
    )
  const needs = {
    DISCORD_CHANNEL_ID: 'DISCORD_TOKEN',
    TELEGRAM_CHAT_ID: 'TELEGRAM_TOKEN',
    ARBDESK_KEYS_PASSPHRASE: 'ARBDESK_KEYS_FILE',
  } as const
  for (const [name, token] of Object.entries(needs) as [keyof typeof needs, keyof Variables][])
    if (read[token] !== undefined && name in read && read[name] === undefined)
      faults.push(`${name} is not set, which ${token} needs`)
  return faults
}

function configOf(read: Variables, run: Run | undefined): Omit<Config, 'venueVariables'> {
  const { DISCORD_TOKEN, DISCORD_GUILD_ID, DISCORD_CHANNEL_ID } = read
  const { TELEGRAM_TOKEN, TELEGRAM_CHAT_ID } = read
  const { ARBDESK_KEYS_FILE, ARBDESK_KEYS_PASSPHRASE } = read
  return {
    mode: read.ARBDESK_MODE,
    market: Object.freeze(read.ARBDESK_MARKET),
    roles: Object.freeze(read.ARBDESK_ROLES),
    seed: read.ARBDESK_SEED,
    venues: Object.freeze(read.ARBDESK_VENUES),
    keysFile:
      ARBDESK_KEYS_FILE && ARBDESK_KEYS_PASSPHRASE
        ? Object.freeze({ path: ARBDESK_KEYS_FILE, passphrase: ARBDESK_KEYS_PASSPHRASE })
        : undefined,
    transferAddresses:
      read.ARBDESK_TRANSFER_ADDRESSES ?? join(read.ARBDESK_HOME, 'transfer-addresses.json'),
    home: read.ARBDESK_HOME,
    http:
      read.ARBDESK_HTTP_PORT === undefined
        ? undefined
        : Object.freeze({ host: read.ARBDESK_HTTP_HOST, port: read.ARBDESK_HTTP_PORT }),
    venueServers: Object.freeze({
      host: read.ARBDESK_SIMULATOR_HOST,
      port: read.ARBDESK_SIMULATOR_PORT,
    }),
    simulatorLoad: Object.freeze({
      messagesPerSecond: read.ARBDESK_SIMULATOR_MESSAGES,
      gapsPerMinute: read.ARBDESK_SIMULATOR_GAPS,
    }),
    logLevel: read.ARBDESK_LOG_LEVEL,
    databaseUrl: run?.databaseUrl === undefined ? read.DATABASE_URL : secret(run.databaseUrl),
    redisUrl: run?.redisUrl === undefined ? read.REDIS_URL : secret(run.redisUrl),
    operators: Object.freeze(read.ARBDESK_OPERATORS),
    alertWebhookUrl: read.ARBDESK_ALERT_WEBHOOK_URL,
    heartbeatUrl: read.ARBDESK_HEARTBEAT_URL,
    discord:
      DISCORD_TOKEN && DISCORD_CHANNEL_ID
        ? Object.freeze({
            token: DISCORD_TOKEN,
            guildId: DISCORD_GUILD_ID,
            channelId: DISCORD_CHANNEL_ID,
            apiUrl: read.DISCORD_API_URL,
          })
        : undefined,
    telegram:
      TELEGRAM_TOKEN && TELEGRAM_CHAT_ID
        ? Object.freeze({
            token: TELEGRAM_TOKEN,
            chatId: TELEGRAM_CHAT_ID,
            apiRoot: read.TELEGRAM_API_ROOT,
          })
        : undefined,
    run: Object.freeze(run),
  }
}

/** Blanks around a value are cut off, and an empty variable counts as unset. */
const setVariables = (environment: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment)
      .map(([name, text]) => [name, text?.trim() ?? ''] as const)
      .filter(([, text]) => text !== ''),
  )

/**
 * `check` adds what is wrong with variables that are right by themselves.
 *
 * @throws ConfigError naming every fault at once, each by its variable.
 */
export function readConfig(
  environment: Environment,
  check: (config: Config) => readonly string[] = () => [],
): Config {
  const env = setVariables(environment)
  const faults = Object.keys(env)
    .filter((name) => name.startsWith('ARBDESK_') && name !== 'ARBDESK_RUN' && !(name in variables))
    .map((name) => `${name} is no variable of Arbdesk; mend its name or remove it`)
  const entries = Object.entries(variables).flatMap(([name, schema]) => {
    const result = schema.safeParse(env[name])
    if (result.success) return [[name, result.data]]
    faults.push(...result.error.issues.map(({ message }) => `${name} ${message}`))
    return []
  })
  const read = Object.fromEntries(entries) as Partial<Variables>
  const venueVariables = readVenueVariables(env, faults)
  faults.push(...faultsBetween(read))
  if (entries.length < Object.keys(variables).length) throw new ConfigError(faults)
  const rest = configOf(read as Variables, readRun(env.ARBDESK_RUN))
  const hasTransferKeys = Object.values(venueVariables).some((venue) => venue?.transferKeys)
  const roles = Object.freeze(withTransfers(rest.roles, hasTransferKeys))
  const config = Object.freeze({ ...rest, roles, venueVariables })
  faults.push(...check(config))
  if (faults.length > 0) throw new ConfigError(faults)
  return config
}

/** This process's own, as its supervisor gave it: without what `.env` has for others. */
export const givenEnvironment = (): Environment => process.env

/**
 * This process's environment over what `.env` in `folder` says. Only files that start a process call it.
 *
 * @throws ConfigError when the file is there and cannot be read.
 */
export function readEnvironment(folder: string): Environment {
  const file = join(folder, '.env')
  if (!existsSync(file)) return process.env
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...process.env }
  } catch (error) {
    throw new ConfigError([`${file} cannot be read: ${(error as Error).message}`])
  }
}
