// Everything one desk keeps running, and how it is brought down again, in order.
import type { Environment } from '../../src/config.ts'
import type { Log } from '../../src/log.ts'
import type { Role, RoleFacts, RoleRun } from '../role-run.ts'
import { startChild, type Entry } from './child-part.ts'
import { keepRunning, type Kept, type KeptStatus } from './keep-running.ts'
import { startOwn } from './own-part.ts'
import type { RestartPolicy } from './restart-policy.ts'
import { startServer, type StartedServer } from './server-part.ts'

/** Stopped in this order: what works, then what tells people, then what both rest on. */
const stages = ['worker', 'own', 'base'] as const
type Stage = (typeof stages)[number]

export type ProcessTree = {
  /** Resolves when the server takes connections. */
  readonly addServer: <Server extends StartedServer>(
    name: string,
    start: (signal: AbortSignal) => Promise<Server>,
    /** Told after each start, the later ones included. */
    onStarted: (server: Server) => void,
  ) => Promise<void>
  /** Resolves when the venue servers listen. */
  readonly addMarket: (
    name: string,
    entry: Entry,
    environment: () => Environment,
    onReady: (facts: RoleFacts) => void,
  ) => Promise<void>
  /** Resolves when the role says for the first time that it does its work, or when it stays down. */
  readonly addChild: (
    name: string,
    entry: Entry,
    environment: () => Environment,
  ) => Promise<'ready' | 'given-up'>
  readonly addOwn: (
    name: string,
    role: Role,
    runOf: (hears: Pick<RoleRun, 'ready' | 'report'>) => RoleRun,
  ) => void
  readonly status: () => Readonly<Record<string, KeptStatus>>
  readonly stop: () => Promise<void>
}

export function growProcessTree(options: {
  readonly policy: RestartPolicy
  readonly log: Log
  /** Told when something stays down; the rest goes on. */
  readonly onGiveUp: (name: string, why: string) => void
}): ProcessTree {
  const { policy, log } = options
  const kept = new Map<string, { stage: Stage; kept: Kept }>()
  let isStopping = false

  function keep(
    name: string,
    stage: Stage,
    start: Parameters<typeof keepRunning>[0]['start'],
    onReady?: (facts: RoleFacts) => void,
  ): Promise<'ready' | 'given-up'> {
    // What a start brings up while everything is brought down would stay behind.
    if (isStopping) return new Promise(() => {})
    return new Promise((resolve, reject) => {
      let wasReady = false
      const one = keepRunning({
        name,
        start,
        policy,
        log,
        mustGetReady: stage === 'base',
        onReady(facts) {
          onReady?.(facts)
          wasReady = true
          resolve('ready')
        },
        onGiveUp(why) {
          if (stage === 'base' && !wasReady) return reject(new Error(why))
          options.onGiveUp(name, why)
          resolve('given-up')
        },
      })
      kept.set(name, { stage, kept: one })
    })
  }

  return {
    async addServer(name, start, onStarted) {
      await keep(name, 'base', ({ ready }) =>
        startServer(start, (server) => {
          onStarted(server)
          ready({})
        }),
      )
    },
    async addMarket(name, entry, environment, onReady) {
      const ready = keep(name, 'base', (hears) => child(entry, environment, hears), onReady)
      // Its log has said more; a server says in its own words why it did not start.
      await ready.catch((error: Error) => {
        throw new Error(`the ${name} cannot start: ${error.message}`)
      })
    },
    addChild: (name, entry, environment) =>
      keep(name, 'worker', (hears) => child(entry, environment, hears)),
    addOwn(name, role, runOf) {
      void keep(name, 'own', (hears) =>
        startOwn(role, runOf({ ...hears, ready: (facts = {}) => hears.ready(facts) })),
      )
    },
    status: () =>
      Object.fromEntries(Array.from(kept, ([name, each]) => [name, each.kept.status()])),
    async stop() {
      isStopping = true
      // Its turn may come late, and what ends before that must stay down: a signal reaches them all.
      for (const each of kept.values()) each.kept.retire()
      for (const stage of stages) {
        const ofStage = [...kept.values()].filter((each) => each.stage === stage)
        await Promise.all(ofStage.map((each) => each.kept.stop()))
      }
    },
  }
}

const child = (
  entry: Entry,
  environment: () => Environment,
  hears: { ready: (facts: RoleFacts) => void; report: (facts: RoleFacts) => void },
) =>
  startChild({
    entry,
    environment: environment(),
    onNews: ({ type, facts }) => hears[type](facts),
  })
