// What a command is, and all it may touch. A command knows no platform: it is given typed arguments
// and answers with a card, and every surface offers the same list.
import type { ApprovalStore } from '../approval/approval-store.ts'
import type { PeopleStore } from '../approval/people-store.ts'
import type { Audit } from '../history/audit.ts'
import type { ExportStore } from '../history/export-store.ts'
import type { HistoryStore } from '../history/history-store.ts'
import type { LogStore } from '../history/log-store.ts'
import type { ProfitStore } from '../history/profit-store.ts'
import type { ReadVitals } from '../history/vitals.ts'
import type { VenueId } from '../market/market.ts'
import type { MarketStore } from '../market/market-store.ts'
import type { ShardStore } from '../market/shard-store.ts'
import type { Ticker } from '../market/ticker.ts'
import type { AlertRuleStore } from '../notification/alert-rule.ts'
import type { Card } from '../notification/card.ts'
import type { ChatStore } from '../notification/chat-store.ts'
import type { Labels } from '../notification/labels.ts'
import type { Notification } from '../notification/notification.ts'
import type { UrgentAlertStore } from '../notification/urgent-alert.ts'
import type { WatchWishStore } from '../opportunity/watch-wish.ts'
import type { KillLatch } from '../settings/kill-latch.ts'
import type { LiveSettings } from '../settings/live-settings.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import type { BreakerStore } from '../trade/breaker-store.ts'
import type { ReconcileStore } from '../trade/reconcile/reconcile-store.ts'
import type { ExposureStore } from '../trade/exposure-store.ts'
import type { TransferStore } from '../trade/transfer/transfer-store.ts'
import type { StreamStore } from '../trade/stream-store.ts'
import type { TradeStore } from '../trade/trade-store.ts'
import { nearest } from './nearest.ts'
import type { ArgumentsOf, Options } from './option.ts'
import { includesRole, type Role } from '../approval/role.ts'

export const surfaces = ['discord', 'telegram', 'terminal'] as const
export type Surface = (typeof surfaces)[number]

/** Whoever gave the command. `name` is the same for one person on every surface. */
export type Actor = {
  readonly name: string
  readonly role: Role
  readonly surface: Surface
  /** The chat it was given in, as the platform numbers it; undefined in the terminal. */
  readonly chat?: string
  /** Nobody else reads that chat. */
  readonly isPrivate?: boolean
  /** The account it came from, as the platform numbers it; undefined in the terminal. */
  readonly account?: string
}

/** As approvals, settings and announcements record a person: "terminal:ann". */
export const signatureOf = ({ surface, name }: Actor): string =>
  name.startsWith(`${surface}:`) ? name : `${surface}:${name}`

/** A folder of recorded tickers, one list a venue. Reading never throws for what is on the disk. */
export type TickerDump =
  | {
      readonly outcome: 'ok'
      readonly venues: readonly { readonly venue: VenueId; readonly tickers: readonly Ticker[] }[]
      readonly faults: readonly { readonly file: string; readonly reason: string }[]
      readonly readMs: number
      readonly parseMs: number
    }
  | { readonly outcome: 'unreadable'; readonly detail: string }

/** What every command may use, with or without a running desk. */
export type BareContext = {
  readonly actor: Actor
  readonly now: () => Date
  readonly commands: readonly Command[]
  readonly readTickerDump: (folder: string, venues?: readonly VenueId[]) => Promise<TickerDump>
}

/** The desk itself: its ports and the few things a command may set in motion. */
export type Desk = {
  readonly labels: Labels
  /** Whether a desk works on this database now; undefined where only what it writes can tell. */
  readonly runs: boolean | undefined
  readonly approvals: ApprovalStore
  readonly trades: TradeStore
  readonly exposures: Pick<ExposureStore, 'ask' | 'find' | 'refuse'>
  readonly breakers: BreakerStore
  /** Asking for a transfer, not sending one. */
  readonly transfers: Pick<
    TransferStore,
    'request' | 'declareAbsent' | 'find' | 'list' | 'open' | 'inTransit' | 'usedTodayUsdt'
  >
  readonly reconciling: Pick<ReconcileStore, 'standings'>
  readonly accountStreams: Pick<StreamStore, 'list'>
  readonly markets: MarketStore
  readonly shards: ShardStore
  readonly history: HistoryStore
  readonly profits: ProfitStore
  readonly exports: ExportStore
  readonly people: PeopleStore
  readonly audit: Audit
  readonly logs: Pick<LogStore, 'list'>
  readonly readVitals: ReadVitals
  /** Where jobs run, and whether it answers within a second. */
  readonly queue: {
    readonly backend: 'redis' | 'postgres'
    readonly isReady: () => Promise<boolean>
  }
  readonly chats: ChatStore
  readonly urgentAlerts: Pick<UrgentAlertStore, 'listOpen' | 'acknowledge'>
  readonly alertRules: Pick<AlertRuleStore, 'list' | 'add' | 'remove'>
  readonly wishes: WatchWishStore
  readonly killLatch: KillLatch
  readonly settings: LiveSettings
  readonly settingsHistory: SettingsStore['history']
  /** Has a worker carry an approved trade out; harmless to ask twice. */
  readonly executeTrade: (tradeId: string) => Promise<void>
  /** Has a worker carry out what was decided about an open position; harmless to ask twice. */
  readonly answerExposure: (answerId: string) => Promise<void>
  /** Has a worker ask current books what closing this trade's open position costs. */
  readonly quoteExposure: (tradeId: string) => Promise<void>
  /** Writes a notification to the outbox and wakes the surfaces. */
  readonly announce: (notification: Notification) => Promise<void>
}

export type CommandContext = BareContext & Desk

/** 'bad-usage': the line was wrong. 'failed': it was right and could not be done. One line each. */
export type Failure = { readonly outcome: 'bad-usage' | 'failed'; readonly message: string }
export const badUsage = (message: string): Failure => ({ outcome: 'bad-usage', message })
export const failed = (message: string): Failure => ({ outcome: 'failed', message })

export type Answer = Card | Failure
/** A long command yields lines that say how far it is and returns its answer. */
export type Run = Promise<Answer> | AsyncGenerator<string, Answer, void>

/** Arguments that were checked, waiting for somebody who may give them. */
export type Prepared =
  | { readonly outcome: 'prepared'; readonly role: Role; readonly run: (context: Contexts) => Run }
  | Failure

/** Both halves of a context: a command that needs no desk runs without one. */
export type Contexts = { readonly bare: BareContext; readonly desk: Desk | undefined }

export type Command = {
  readonly name: string
  /** One line, at most 100 characters. */
  readonly summary: string
  /** What a first-time reader needs beyond the summary. */
  readonly help: string
  /** The least role for its mildest use; some arguments need a higher one. */
  readonly role: Role
  readonly options: Options
  /** Options that may be given by place, in order. */
  readonly positional: readonly string[]
  /** The positional option that takes all words that are left, such as a route's name. */
  readonly rest: string | undefined
  /** As typed after the surface's own prefix: "approve k3f9". */
  readonly examples: readonly string[]
  readonly needsDesk: boolean
  readonly surfaces: readonly Surface[]
  /** Never held back for coming too often: stopping must always work. */
  readonly urgent: boolean
  /** Checks arguments given by name; values are text or already typed. */
  readonly prepare: (given: ReadonlyMap<string, unknown>) => Prepared
}

type Definition<O extends Options, C> = {
  readonly name: string
  readonly summary: string
  readonly help: string
  readonly role: Role
  /** Raises the role for some arguments: looking at a setting is not changing it. */
  readonly roleFor?: (args: ArgumentsOf<O>) => Role
  readonly options: O
  readonly positional?: readonly (keyof O & string)[]
  readonly rest?: keyof O & string
  readonly examples: readonly string[]
  readonly surfaces?: readonly Surface[]
  readonly urgent?: boolean
  readonly run: (args: ArgumentsOf<O>, context: C) => Run
}

/** Reads every option, or names the first fault in one line. */
function readArguments<O extends Options>(
  command: string,
  options: O,
  given: ReadonlyMap<string, unknown>,
): { readonly outcome: 'ok'; readonly args: ArgumentsOf<O> } | Failure {
  const names = Object.keys(options)
  for (const name of given.keys()) {
    if (names.includes(name)) continue
    const near = nearest(name, names)
    const advice =
      near === undefined
        ? `; ${names.length === 0 ? 'it takes none' : `it takes ${names.join(', ')}`}`
        : `; did you mean ${near}?`
    return badUsage(`${command} has no option "${name.slice(0, 40)}"${advice}`)
  }
  const read: [string, unknown][] = []
  for (const [name, option] of Object.entries(options)) {
    const result = option.schema.safeParse(given.get(name))
    if (!result.success) {
      const why = result.error.issues[0]?.message ?? 'is not valid'
      const value = given.get(name)
      const shown = typeof value === 'string' && value !== '' ? `, not "${value.slice(0, 40)}"` : ''
      return badUsage(`${command}: ${name} ${why}${shown}. ${option.help}`)
    }
    read.push([name, result.data])
  }
  return { outcome: 'ok', args: Object.fromEntries(read) as ArgumentsOf<O> }
}

function define<O extends Options, C>(
  definition: Definition<O, C>,
  needsDesk: boolean,
  contextOf: (contexts: Contexts) => C,
): Command {
  const { name, summary, help, role, options, examples } = definition
  return Object.freeze({
    name,
    summary,
    help,
    role,
    options,
    positional: definition.positional ?? [],
    rest: definition.rest,
    examples,
    needsDesk,
    surfaces: definition.surfaces ?? surfaces,
    urgent: definition.urgent ?? false,
    prepare(given): Prepared {
      const read = readArguments(name, options, given)
      if (read.outcome !== 'ok') return read
      const asked = definition.roleFor?.(read.args) ?? role
      return {
        outcome: 'prepared',
        role: includesRole(asked, role) ? asked : role,
        run: (contexts) => definition.run(read.args, contextOf(contexts)),
      }
    },
  } satisfies Command)
}

/** A command that works on the running desk. */
export const defineCommand = <const O extends Options>(
  definition: Definition<O, CommandContext>,
): Command =>
  define(definition, true, ({ bare, desk }) => {
    if (desk === undefined) throw new Error(`${definition.name} was run without a desk`)
    return { ...bare, ...desk }
  })

/** A command that needs no desk, no database and no network. */
export const defineBareCommand = <const O extends Options>(
  definition: Definition<O, BareContext>,
): Command => define(definition, false, ({ bare }) => bare)
