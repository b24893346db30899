// A clock that only moves when everything that could be done at its hour is done, and goes straight to the
// next thing that is due.
import { setImmediate } from 'node:timers/promises'

export type VirtualTime = {
  /** Since the beginning, ms. */
  elapsedMs(): number
  now(): Date
  wait(ms: number): Promise<void>
  at(inMs: number, task: () => void): void
  /** Goes on until nothing is due before `untilMs`, or `isOver` says so; it is asked after each step. */
  run(untilMs: number, isOver?: () => boolean): Promise<void>
}

type Task = { readonly dueMs: number; readonly number: number; readonly task: () => void }

const isBefore = (a: Task, b: Task): boolean =>
  a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.number < b.number)

/** A binary heap: the earliest first, of those at one hour the first that was put in. */
function createHeap() {
  const heap: Task[] = []
  const swap = (a: number, b: number) => {
    const [one, other] = [heap[a] as Task, heap[b] as Task]
    heap[a] = other
    heap[b] = one
  }
  return {
    first: () => heap[0],
    push(task: Task) {
      let n = heap.push(task) - 1
      for (let up = (n - 1) >> 1; n > 0 && isBefore(heap[n] as Task, heap[up] as Task);) {
        swap(n, up)
        n = up
        up = (n - 1) >> 1
      }
    },
    pop() {
      swap(0, heap.length - 1)
      heap.pop()
      for (let n = 0; ;) {
        let least = n
        for (const child of [2 * n + 1, 2 * n + 2])
          if (child < heap.length && isBefore(heap[child] as Task, heap[least] as Task))
            least = child
        if (least === n) return
        swap(n, least)
        n = least
      }
    },
  }
}

export function createVirtualTime(startMs = Date.UTC(2026, 0, 1)): VirtualTime {
  const heap = createHeap()
  let nowMs = 0
  let count = 0
  const at = (inMs: number, task: () => void) =>
    heap.push({ dueMs: nowMs + Math.max(0, inMs), number: count++, task })
  return {
    elapsedMs: () => nowMs,
    now: () => new Date(startMs + nowMs),
    wait: async (ms) => new Promise<void>((resolve) => at(ms, resolve)),
    at,
    async run(untilMs, isOver = () => false) {
      // Whatever can go on without time goes on before the clock moves.
      await setImmediate()
      for (let next = heap.first(); next !== undefined && next.dueMs <= untilMs;) {
        heap.pop()
        nowMs = next.dueMs
        next.task()
        await setImmediate()
        if (isOver()) return
        next = heap.first()
      }
      if (heap.first() === undefined || nowMs < untilMs) nowMs = Math.max(nowMs, untilMs)
    },
  }
}
