// Hands instrumented files to vitest, and reads what its one worker writes down about each mutant.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVitest, type TestSpecification } from 'vitest/node'
import type { Line, Run } from './switchboard.ts'

export const root = join(import.meta.dirname, '..', '..')
const lookMs = 1_000
/** A worker that says nothing for so long is in a loop that no mutant's own limit reaches. */
const silentMsMax = 90_000

export type Tries = {
  /** By the path of the file that each stands in for. */
  readonly texts: ReadonlyMap<string, string>
  readonly tests: readonly string[]
  readonly over: readonly number[]
  readonly active?: number
  readonly onLines?: (lines: readonly Line[]) => void
}

const readLines = (path: string): readonly Line[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line)

function openVitest({ texts, tests, active }: Tries) {
  const rank = ({ moduleId }: TestSpecification) =>
    tests.findIndex((file) => moduleId.endsWith(`/${file}`))
  class InTheirOrder {
    shard = (files: TestSpecification[]) => Promise.resolve(files)
    sort = (files: TestSpecification[]) =>
      Promise.resolve(files.toSorted((a, b) => rank(a) - rank(b)))
  }
  const plugin = {
    name: 'mutants',
    enforce: 'pre' as const,
    transform: (_code: string, id: string) => texts.get(id.slice(root.length + 1)),
  }
  return createVitest(
    'test',
    {
      root,
      config: false,
      watch: false,
      include: [...tests],
      pool: 'forks',
      isolate: false,
      maxWorkers: 1,
      bail: active === undefined ? 0 : 1,
      update: false,
      // What it kept would be another run's mutants.
      fsModuleCache: false,
      testTimeout: 120_000,
      runner: join(import.meta.dirname, 'mutant-runner.ts'),
      sequence: { sequencer: InTheirOrder },
      reporters: [{}],
      silent: true,
    },
    { plugins: [plugin] },
  )
}

/** Busy as it is, it hears nothing else. */
function endWorker(lines: readonly Line[]): void {
  const started = lines.findLast((line) => line.type === 'started')
  try {
    if (started !== undefined) process.kill(started.pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** Every line that was written, and whether the worker was held up for good by the last it tried. */
export async function tryMutants(tries: Tries): Promise<{
  readonly lines: readonly Line[]
  readonly isStuck: boolean
  /** Of the tests, each in a line. */
  readonly faults: readonly string[]
}> {
  const folder = mkdtempSync(join(tmpdir(), 'arbdesk-mutants-'))
  const path = join(folder, 'lines')
  writeFileSync(path, '')
  const told: Run = { path, over: tries.over, active: tries.active }
  const tidy = () => rmSync(folder, { recursive: true, force: true })
  const abandon = () => {
    endWorker(readLines(path))
    tidy()
  }
  process.once('exit', abandon)
  process.env['MUTATION_RUN'] = JSON.stringify(told)
  const vitest = await openVitest(tries)
  let [heard, heardMs, isStuck] = [0, performance.now(), false]
  const look = setInterval(() => {
    const lines = readLines(path)
    tries.onLines?.(lines)
    if (lines.length > heard) heardMs = performance.now()
    heard = lines.length
    if (isStuck || performance.now() - heardMs < silentMsMax) return
    isStuck = true
    endWorker(lines)
  }, lookMs)
  try {
    const { testModules, unhandledErrors } = await vitest.start()
    const faults: string[] = [
      ...testModules.flatMap((module) => [
        ...module.errors().map(({ message }) => `${module.relativeModuleId}: ${message}`),
        ...[...module.children.allTests('failed')].map(
          (test) => `${test.fullName}: ${test.result().errors?.[0]?.message ?? ''}`,
        ),
      ]),
      // What a mutant has begun and nobody waits for ends where it likes.
      ...(tries.active === undefined ? [] : unhandledErrors).map(
        (error) => `outside of all tests: ${(error as Error).message}`,
      ),
    ]
    return { lines: readLines(path), isStuck, faults }
  } finally {
    clearInterval(look)
    await vitest.close()
    process.off('exit', abandon)
    tidy()
  }
}
