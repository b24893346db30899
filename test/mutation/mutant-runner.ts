// Runs each test as it is, and then once for every mutant that it passes and nobody has killed yet.
import fc from 'fast-check'
import { TestRunner, type RunnerTestCase, type RunnerTestFile } from 'vitest'
import { noMutant, OutOfTime, run, switchboard, workedMs, writeLine } from './switchboard.ts'

const triedMsMin = 1_000
const waitedMsMax = 30_000
/** So many times as long as without a mutant. */
const triedTimes = 3

/** What a property may take of a mutant's time: most that it finds at all it finds at once. */
const propertyMsMax = 200
const propertyGlobals = fc.readConfigureGlobal()
writeLine({ type: 'started', pid: process.pid })

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What waits for something that never comes works little, so it has a limit of its own. */
async function within(test: () => unknown): Promise<void> {
  const startMs = performance.now()
  let timer: ReturnType<typeof setInterval> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setInterval(() => {
      if (workedMs() > switchboard.endsAtMs || performance.now() - startMs > waitedMsMax)
        reject(new OutOfTime('it took too long'))
    }, 100)
  })
  try {
    await Promise.race([test(), late])
  } finally {
    clearInterval(timer)
  }
}

function notePassed(type: 'loaded' | 'passed'): readonly number[] {
  const passed = [...switchboard.passed]
  for (const mutant of passed) writeLine({ type, mutant })
  switchboard.passed.clear()
  return passed
}

export default class MutantRunner extends TestRunner {
  // What was passed by then was passed by a file that was loaded.
  onBeforeRunFiles(_files: RunnerTestFile[]): void {
    notePassed('loaded')
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    const isFixed = run.active !== undefined
    const again = TestRunner.getTestFn(test)
    const startMs = workedMs()
    try {
      await again()
    } catch (error) {
      writeLine(
        isFixed
          ? { type: 'killed', mutant: switchboard.active, by: test.name }
          : { type: 'broken', test: test.name, why: wordsOf(error) },
      )
      throw error
    }
    const ms = Math.max(triedMsMin, (workedMs() - startMs) * triedTimes)
    const alive = notePassed('passed').filter((mutant) => !switchboard.over.has(mutant))
    if (isFixed || alive.length === 0) return
    for (const mutant of alive) await this.#attempt(test, again, mutant, ms)
    switchboard.active = noMutant
    await this.#recheck(test, again)
    switchboard.passed.clear()
  }

  async #attempt(test: RunnerTestCase, again: () => unknown, mutant: number, ms: number) {
    // Forgets what an earlier attempt left in inline snapshots.
    super.onBeforeTryTask(test, { retry: 1, repeats: 0 })
    writeLine({ type: 'trying', mutant })
    switchboard.active = mutant
    const endsAtMs = workedMs() + ms
    switchboard.endsAtMs = endsAtMs
    // A smaller counterexample kills no better.
    fc.configureGlobal({
      ...propertyGlobals,
      endOnFailure: true,
      interruptAfterTimeLimit: propertyMsMax,
    })
    let killed: unknown
    try {
      await within(again)
    } catch (error) {
      killed = error
    }
    fc.configureGlobal(propertyGlobals)
    const isLate = killed instanceof OutOfTime || workedMs() >= endsAtMs
    switchboard.endsAtMs = Number.POSITIVE_INFINITY
    if (killed === undefined && !isLate) return
    switchboard.over.add(mutant)
    writeLine(isLate ? { type: 'timed-out', mutant } : { type: 'killed', mutant, by: test.name })
  }

  /** A test that some mutant has spoiled for good would call every later one killed. */
  async #recheck(test: RunnerTestCase, again: () => unknown): Promise<void> {
    super.onBeforeTryTask(test, { retry: 1, repeats: 0 })
    try {
      await again()
    } catch (error) {
      writeLine({ type: 'broken', test: test.name, why: `after its mutants: ${wordsOf(error)}` })
    }
  }
}
