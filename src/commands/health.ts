// `health`: does everything that the desk rests on answer, and is anything late.
import type { Vitals } from '../history/vitals.ts'
import { sweepAgeMsMax } from '../market/venue-now.ts'
import type { Tone } from '../notification/card.ts'
import { badgesOf } from '../notification/labels.ts'
import { durationText, sinceText } from '../notification/time-text.ts'
import type { StreamStatus } from '../trade/stream-store.ts'
import { defineCommand, type CommandContext } from './command.ts'
import {
  crossTradingText,
  obstacleText,
  readDeskState,
  venuesUp,
  type DeskState,
} from './desk-state.ts'

const databaseMsMax = 250
/** A person who waits longer for an approval card begins to wonder. */
const lagMsMax = 15_000
/** Every process asks the database for something far more often. */
const silentMsMax = 30_000

type Found = {
  readonly desk: DeskState
  readonly vitals: Vitals
  readonly streams: readonly StreamStatus[]
  readonly isQueueReady: boolean
  readonly now: Date
  readonly sweepMsMax: number
}

async function look(context: CommandContext): Promise<Found> {
  const [desk, vitals, streams, isQueueReady] = await Promise.all([
    readDeskState(context),
    context.readVitals(),
    context.accountStreams.list(),
    context.queue.isReady(),
  ])
  const sweepMsMax = sweepAgeMsMax(context.settings.current()['sweep.period_ms'])
  return { desk, vitals, streams, isQueueReady, now: context.now(), sweepMsMax }
}

/** A command's own process comes and goes; a surface that nobody started is not late. */
const partsOf = ({ processes }: Vitals) => processes.filter(({ role }) => role !== 'command')
const lateSurfaces = ({ processes, surfaces }: Vitals) =>
  surfaces.filter(
    ({ surface, oldestUnreadMs, oldestUnshownMs }) =>
      processes.some(({ role }) => role === surface) &&
      Math.max(oldestUnreadMs, oldestUnshownMs) > lagMsMax,
  )

/** What nobody can trade without. */
function faultsOf({ desk, isQueueReady, now }: Found): readonly string[] {
  return [
    isQueueReady ? undefined : 'The queue does not answer: no sweep and no trade begins.',
    obstacleText(desk, now),
  ].filter((line) => line !== undefined)
}

/** What goes on, but not as it should. */
function complaintsOf({ desk, vitals, streams, now, sweepMsMax }: Found): readonly string[] {
  const idle = desk.shards.filter(({ owner }) => owner === undefined)
  const sweepMs = now.getTime() - (desk.lastSweepAt?.getTime() ?? 0)
  return [
    crossTradingText(desk),
    vitals.databaseMs > databaseMsMax
      ? `The database took ${durationText(vitals.databaseMs)} to answer.`
      : undefined,
    desk.state === 'watching' && sweepMs > sweepMsMax
      ? `The last sweep was ${durationText(sweepMs)} ago.`
      : undefined,
    desk.state === 'watching' && idle.length > 0
      ? `Nobody runs ${idle.map(({ shard }) => shard).join(', ')}.`
      : undefined,
    ...partsOf(vitals)
      .filter(({ silentMs }) => silentMs > silentMsMax)
      .map(
        ({ role, pid, silentMs }) =>
          `${role} (process ${pid}) has asked the database nothing for ${durationText(silentMs)}.`,
      ),
    ...lateSurfaces(vitals).map(
      ({ surface, oldestUnreadMs, oldestUnshownMs }) =>
        `${surface} is ${durationText(Math.max(oldestUnreadMs, oldestUnshownMs))} behind with what it should tell.`,
    ),
    ...desk.venues
      .filter((venue) => venue.now !== 'up' && desk.state === 'watching')
      .map(({ venue, reason }) => `${venue} does not answer${reason === '' ? '' : `: ${reason}`}.`),
    ...streams.flatMap((stream) =>
      stream.state === 'away' && desk.state !== 'stopped'
        ? [`${stream.venue} tells nothing of our account, REST asks: ${stream.reason}.`]
        : [],
    ),
  ].filter((line) => line !== undefined)
}

const headline = (faults: readonly string[], complaints: readonly string[]): string =>
  faults.length > 0 ? 'Not well' : complaints.length > 0 ? 'Well enough' : 'All well'

const toneOf = (faults: readonly string[], complaints: readonly string[]): Tone =>
  faults.length > 0 ? 'bad' : complaints.length > 0 ? 'warning' : 'good'

const tablesOf = ({ desk, vitals }: Found) =>
  [
    {
      columns: ['process', 'number', 'last heard of'],
      rows: partsOf(vitals).map(({ role, pid, silentMs }) => [
        role,
        String(pid),
        `${durationText(silentMs)} ago`,
      ]),
    },
    {
      columns: ['shard', 'owner', 'epoch'],
      rows: desk.shards.map(({ shard, owner, epoch }) => [shard, owner ?? 'NOBODY', String(epoch)]),
    },
    {
      columns: ['tells on', 'unread', 'not shown', 'oldest'],
      rows: vitals.surfaces.map((surface) => [
        surface.surface,
        String(surface.unread),
        String(surface.unshown),
        surface.unread + surface.unshown === 0
          ? ''
          : durationText(Math.max(surface.oldestUnreadMs, surface.oldestUnshownMs)),
      ]),
    },
  ].filter(({ rows }) => rows.length > 0)

const healthJson = (
  { desk, vitals, streams, isQueueReady, now }: Found,
  backend: 'redis' | 'postgres',
  faults: readonly string[],
  complaints: readonly string[],
) => ({
  status: faults.length > 0 ? 'bad' : complaints.length > 0 ? 'degraded' : 'ok',
  faults,
  complaints,
  state: desk.state,
  database: { ms: vitals.databaseMs, version: vitals.databaseVersion, schema: vitals.schema },
  queue: { backend, ready: isQueueReady },
  sweep_age_ms: desk.lastSweepAt === undefined ? null : now.getTime() - desk.lastSweepAt.getTime(),
  venues: { up: venuesUp(desk).length, all: desk.venues.length },
  account_streams: streams.map(({ venue, state, since }) => ({
    venue,
    state,
    since: since.toISOString(),
  })),
  shards: desk.shards.map(({ shard, owner, epoch }) => ({ shard, owner: owner ?? null, epoch })),
  processes: partsOf(vitals).map(({ role, pid, silentMs }) => ({
    role,
    pid,
    silent_ms: silentMs,
  })),
  surfaces: vitals.surfaces.map((each) => ({
    surface: each.surface,
    unread: each.unread,
    oldest_unread_ms: each.oldestUnreadMs,
    unshown: each.unshown,
    oldest_unshown_ms: each.oldestUnshownMs,
  })),
})

export const health = defineCommand({
  name: 'health',
  summary: 'Does everything the desk rests on answer, and is anything late',
  help: 'Database, queue, sweep, shards, processes, venues, and how far each surface is behind with what it should tell. Red: nothing can be traded as it is. Yellow: it goes on, but not as it should.',
  role: 'viewer',
  options: {},
  examples: ['health'],
  async run(_args, context) {
    const found = await look(context)
    const { desk, vitals, isQueueReady, now } = found
    const { backend } = context.queue
    const faults = faultsOf(found)
    const complaints = complaintsOf(found)
    const lines = [...faults, ...complaints]
    const short = (name: string, value: string) => ({ name, value, short: true })
    const owned = desk.shards.filter(({ owner }) => owner !== undefined).length
    return {
      title: headline(faults, complaints),
      tone: toneOf(faults, complaints),
      badges: badgesOf(context.labels),
      ...(lines.length === 0 ? {} : { text: lines.join('\n') }),
      fields: [
        short('Database', durationText(vitals.databaseMs)),
        short('Queue', `${backend} ${isQueueReady ? 'answers' : 'DOES NOT ANSWER'}`),
        short(
          'Last sweep',
          desk.lastSweepAt === undefined ? 'never' : sinceText(desk.lastSweepAt, now),
        ),
        short('Venues up', `${venuesUp(desk).length} of ${desk.venues.length}`),
        short('Shards owned', `${owned} of ${desk.shards.length}`),
      ],
      tables: tablesOf(found),
      json: healthJson(found, backend, faults, complaints),
    }
  },
})
