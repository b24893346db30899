// Whether the desk lives, as the database and its rows tell: what somebody outside is told each minute, by
// silence if it does not.
import { setTimeout as sleep } from 'node:timers/promises'
import { obstacleText, readDeskState, type DeskState } from '../src/commands/desk-state.ts'
import type { Runtime } from '../src/runtime.ts'

export type Pulse =
  | { readonly outcome: 'well' }
  /** `database`: whether it answered; one line says what is wrong. */
  | { readonly outcome: 'ill'; readonly database: boolean; readonly because: string }

const answerMsMax = 5000

function illness(desk: DeskState, now: Date): string | undefined {
  const unowned = desk.shards.filter(({ owner }) => owner === undefined).map(({ shard }) => shard)
  switch (desk.state) {
    case 'stopped':
      return 'no process sweeps, and none runs the trading loop'
    case 'no-sweep':
    case 'no-venue':
    case 'no-worker':
      return obstacleText(desk, now) ?? desk.state
    // A market in which nothing is worth a websocket is no fault of the desk's.
    case 'no-watchlist':
    case 'watching':
      return unowned.length === 0 ? undefined : `no living worker runs ${unowned.join(', ')}`
  }
}

/** Never throws, and answers within five seconds. */
export async function readPulse({
  markets,
  shards,
  settings,
}: Pick<Runtime, 'markets' | 'shards' | 'settings'>): Promise<Pulse> {
  const now = () => new Date()
  const read = readDeskState({ markets, shards, settings, runs: undefined, now })
  const late = sleep(answerMsMax, 'late' as const, { ref: false })
  try {
    const desk = await Promise.race([read, late])
    read.catch(() => undefined)
    if (desk === 'late')
      return { outcome: 'ill', database: false, because: 'the database does not answer' }
    const because = illness(desk, now())
    return because === undefined ? { outcome: 'well' } : { outcome: 'ill', database: true, because }
  } catch {
    return { outcome: 'ill', database: false, because: 'the database does not answer' }
  }
}
