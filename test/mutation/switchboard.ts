// Which mutant is in force. It lives in the process that runs the tests; instrumented files ask it.
import { appendFileSync } from 'node:fs'

export const noMutant = -1
const callsBetweenLooks = 1_024

/** A mutant that never ends is ended here: an endless loop passes some condition again and again. */
export class OutOfTime extends Error {}

type Switchboard = {
  active: number
  /** Mutants whose place was passed since it was emptied. */
  readonly passed: Set<number>
  /** Killed or timed out. */
  readonly over: Set<number>
  /** By the time that this process has worked: another's load is no endless loop. */
  endsAtMs: number
  calls: number
}

declare global {
  var mutantSwitchboard: Switchboard | undefined
  var mutantInForce: ((mutant: number) => boolean) | undefined
}

/** What one run of the tests is told, as JSON in MUTATION_RUN. */
export type Run = {
  /** Where it writes its lines. */
  readonly path: string
  readonly over: readonly number[]
  /** In force from the start to the end, for what is worked out while files are loaded. */
  readonly active: number | undefined
}

export const run = JSON.parse(process.env['MUTATION_RUN'] ?? '{}') as Partial<Run>

export function workedMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** One in a process, however often this file is loaded. */
export const switchboard: Switchboard = (globalThis.mutantSwitchboard ??= {
  active: run.active ?? noMutant,
  passed: new Set(),
  over: new Set(run.over),
  endsAtMs: Number.POSITIVE_INFINITY,
  calls: 0,
})

globalThis.mutantInForce ??= (mutant) => {
  if (switchboard.active === noMutant) switchboard.passed.add(mutant)
  if (++switchboard.calls % callsBetweenLooks === 0 && workedMs() > switchboard.endsAtMs)
    throw new OutOfTime('a mutant that does not end')
  return mutant === switchboard.active
}

export type Line =
  | { readonly type: 'started'; readonly pid: number }
  | { readonly type: 'trying' | 'loaded' | 'passed' | 'timed-out'; readonly mutant: number }
  | { readonly type: 'killed'; readonly mutant: number; readonly by: string }
  | { readonly type: 'broken'; readonly test: string; readonly why: string }

/** Whatever happens is written down at once, and known however this process ends. */
export function writeLine(line: Line): void {
  if (run.path !== undefined) appendFileSync(run.path, `${JSON.stringify(line)}\n`)
}
