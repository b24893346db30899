// What became of each mutant of a group of files.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Group } from './groups.ts'
import { instrument, type Mutant } from './instrument.ts'
import type { Line } from './switchboard.ts'
import { root, tryMutants } from './try-mutants.ts'

export type End = 'killed' | 'timed-out' | 'survived'
export type Judged = { readonly mutants: readonly (Mutant & { readonly end: End })[] }
export type Broken = { readonly broken: readonly string[] }

type Watch = (mutants: number, over: number) => void

function plant({ files, parts = {} }: Group) {
  const texts = new Map<string, string>()
  const mutants: Mutant[] = []
  for (const file of files) {
    const planted = instrument(
      file,
      readFileSync(join(root, file), 'utf8'),
      mutants.length,
      parts[file],
    )
    texts.set(file, planted.text)
    mutants.push(...planted.mutants)
  }
  return { texts, mutants }
}

function takeLines(ends: Map<number, End>, lines: readonly Line[]): void {
  for (const line of lines)
    if (line.type === 'killed' || line.type === 'timed-out') ends.set(line.mutant, line.type)
}

/** Nothing that tests say counts where they fail without any mutant. */
const brokenOf = (lines: readonly Line[]): readonly string[] =>
  lines.flatMap((line) => (line.type === 'broken' ? [`${line.test}: ${line.why}`] : []))

const lastTried = (lines: readonly Line[]): number | undefined =>
  lines.flatMap((line) => (line.type === 'trying' ? [line.mutant] : [])).at(-1)

export async function judgeGroup(group: Group, watch: Watch): Promise<Judged | Broken> {
  const { tests } = group
  const { texts, mutants } = plant(group)
  const ends = new Map<number, End>()
  const loaded = new Set<number>()
  let isStuck = true
  while (isStuck) {
    const tried = await tryMutants({
      texts,
      tests,
      over: [...ends.keys()],
      onLines: (lines) => {
        takeLines(ends, lines)
        watch(mutants.length, ends.size)
      },
    })
    const broken = brokenOf(tried.lines)
    if (broken.length > 0) return { broken }
    takeLines(ends, tried.lines)
    for (const line of tried.lines) if (line.type === 'loaded') loaded.add(line.mutant)
    isStuck = tried.isStuck
    const last = lastTried(tried.lines)
    if (isStuck && last === undefined) return { broken: ['the tests do not end'] }
    if (isStuck && last !== undefined) ends.set(last, 'timed-out')
    if (!isStuck && tried.faults.length > 0) return { broken: tried.faults }
  }
  // What is worked out while files are loaded is there once: each needs tests of its own.
  for (const active of loaded) {
    if (ends.has(active)) continue
    const { lines, isStuck: isHeld, faults } = await tryMutants({ texts, tests, over: [], active })
    takeLines(ends, lines)
    if (isHeld) ends.set(active, 'timed-out')
    else if (faults.length > 0) ends.set(active, 'killed')
    watch(mutants.length, ends.size)
  }
  return { mutants: mutants.map((mutant, id) => ({ ...mutant, end: ends.get(id) ?? 'survived' })) }
}
