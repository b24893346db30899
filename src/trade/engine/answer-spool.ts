// PORT: what venues answered to orders while the store was away, kept where it outlives this process. Such an
// answer may be the only one: a venue forgets a cancelled order within hours, and a definite no is never said
// again.
import type { Event } from './event.ts'

export type Answered = Extract<Event, { type: 'submission' }>

/** None of it throws: the venue can still be asked, and the next worker does. */
export type AnswerSpool = {
  /** It is on the disk when this returns. */
  keep(execution: string, answer: Answered): void
  of(execution: string): readonly Answered[]
  /** They are in the store now. */
  forget(execution: string): void
}

/** The answers of one drive, until the store has heard of each. */
export type Unheard = {
  arrived(event: Event): void
  committed(event: Event): void
  /** The store did not answer: from now on whatever arrives is kept. */
  storeAway(): void
  /** Nothing is on its way any more, and all of it was committed. */
  settled(): void
}

export function createUnheard(spool: AnswerSpool | undefined, execution: string): Unheard {
  const waiting = new Set<Answered>()
  let isAway = false
  return {
    arrived(event) {
      if (event.type !== 'submission') return
      if (isAway) spool?.keep(execution, event)
      else waiting.add(event)
    },
    committed(event) {
      if (event.type === 'submission') waiting.delete(event)
    },
    storeAway() {
      if (isAway) return
      isAway = true
      for (const answer of waiting) spool?.keep(execution, answer)
    },
    settled: () => spool?.forget(execution),
  }
}
