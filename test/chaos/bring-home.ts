// After the mischief: everything is driven to its end by the desk's own means, and read once more.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Crew } from './crew.ts'
import type { Floor } from './floor.ts'

const progressMs = 5_000
const lookEveryMs = 250
const endMsMax = 150_000
const toldAtOnce = 24
/** What a venue was going to do late, it has done so long after the last fault. */
const lateMs = 3_000

async function untilQuiet(floor: Floor, tell: (line: string) => void): Promise<void> {
  const until = performance.now() + endMsMax
  let toldMs = performance.now()
  for (;;) {
    const { underWay } = await floor.progress()
    if (underWay.length === 0) return
    if (performance.now() > until) return tell(`${underWay.length} executions do not end`)
    if (performance.now() - toldMs > progressMs) {
      toldMs = performance.now()
      tell(`${underWay.length} executions are on their way to their end`)
    }
    await sleep(lookEveryMs)
  }
}

async function tellEach(crew: Crew, ids: readonly string[], news: 'recheck' | 'retry') {
  const queue = [...ids]
  const work = async () => {
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) await crew.tell(id, news)
  }
  await Promise.all(Array.from({ length: toldAtOnce }, work))
}

/**
 * What is open when the last fault is over ends as the desk has it, with what it does unasked where nobody
 * answers. Then every account is read as a reconciler reads it, and a person lets what the desk could not
 * bring home try once more.
 */
export async function bringHome(
  floor: Floor,
  crew: Crew,
  tell: (line: string) => void,
): Promise<void> {
  await floor.endLeases(crew.dead)
  await Promise.all([untilQuiet(floor, tell), sleep(lateMs)])
  tell('all is quiet; every execution is read once more')
  const { over, exposed: open } = await floor.progress()
  await tellEach(crew, [...over, ...open], 'recheck')
  await untilQuiet(floor, tell)
  const { exposed } = await floor.progress()
  if (exposed.length === 0) return
  tell(`${exposed.length} executions are exposed; a person lets them try again`)
  await tellEach(crew, exposed, 'retry')
  await untilQuiet(floor, tell)
}
