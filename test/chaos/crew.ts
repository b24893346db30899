// The worker processes of a chaos run. One that is killed is missed and replaced at once.
import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FromWorker, ToWorker } from './messages.ts'

export type CrewOptions = {
  readonly size: number
  readonly start: (worker: string) => Extract<ToWorker, { type: 'start' }>
  readonly onMessage: (message: FromWorker) => void
}

export type Crew = {
  readonly kills: number
  /** Those that were killed: their leases still stand in the database. */
  readonly dead: readonly string[]
  /** The names of those that work just now, in the order they started. */
  ready(): readonly string[]
  kill(worker: string): void
  /** Stops the process in the middle of whatever it does, until it is thawed. */
  freeze(worker: string): void
  thaw(worker: string): void
  /** Resolves when some worker has driven on it; a worker that dies before leaves it to the next. */
  tell(id: string, news: 'recheck' | 'retry'): Promise<void>
  close(): Promise<void>
}

type Member = {
  readonly child: ChildProcess
  readonly gone: Promise<void>
  isReady: boolean
  isFrozen: boolean
}

/** Until a new worker is ready, if there is none. */
const hireMs = 200

const send = ({ child }: Member, message: ToWorker) => {
  if (child.connected) child.send(message)
}

export function openCrew({ size, start, onMessage }: CrewOptions): Crew {
  const members = new Map<string, Member>()
  const dead: string[] = []
  const waiting = new Map<string, () => void>()
  let made = 0
  let kills = 0
  let turn = 0
  let isClosed = false

  function hire(): void {
    const name = `worker-${++made}`
    const child = fork(join(import.meta.dirname, 'worker-process.ts'), [], {
      stdio: ['ignore', 2, 2, 'ipc'],
      serialization: 'advanced',
    })
    const gone = new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
    })
    const member: Member = { child, gone, isReady: false, isFrozen: false }
    members.set(name, member)
    child.on('message', (message: FromWorker) => {
      if (message.type === 'ready') member.isReady = true
      if (message.type === 'told') waiting.get(message.id)?.()
      onMessage(message)
    })
    child.on('error', () => {})
    child.once('exit', () => {
      members.delete(name)
      dead.push(name)
      if (!isClosed) hire()
    })
    send(member, start(name))
  }
  for (let n = 0; n < size; n++) hire()

  const ready = () =>
    [...members].filter(([, { isReady, isFrozen }]) => isReady && !isFrozen).map(([name]) => name)

  return {
    get kills() {
      return kills
    },
    dead,
    ready,
    kill(worker) {
      if (members.get(worker)?.child.kill('SIGKILL') === true) kills++
    },
    freeze(worker) {
      const member = members.get(worker)
      if (member?.child.kill('SIGSTOP') === true) member.isFrozen = true
    },
    thaw(worker) {
      const member = members.get(worker)
      if (member === undefined) return
      member.child.kill('SIGCONT')
      member.isFrozen = false
    },
    async tell(id, news) {
      const told = new Promise<boolean>((resolve) => {
        waiting.set(id, () => resolve(true))
      })
      const message: ToWorker = { type: 'tell', id, news }
      for (;;) {
        const names = ready()
        const member = members.get(names[turn++ % Math.max(1, names.length)] ?? '')
        if (member !== undefined) send(member, message)
        const isLost = member === undefined ? sleep(hireMs, false) : member.gone.then(() => false)
        if ((await Promise.race([told, isLost])) || isClosed) break
      }
      waiting.delete(id)
    },
    async close() {
      isClosed = true
      const ended = Array.from(members.values(), ({ child, gone }) => {
        child.kill('SIGKILL')
        return gone
      })
      await Promise.all(ended)
    },
  }
}
