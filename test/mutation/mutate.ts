// Plants mistakes in the pure files, one at a time, and looks whether a test notices: npm run -s mutate
import { equivalents, isEquivalent } from './equivalents.ts'
import { scoreMin, type Group } from './groups.ts'
import { judgeGroup, type Judged } from './judge-group.ts'
import { readMutateOptions, usage } from './mutate-options.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const tell = (line: string) => process.stderr.write(`${line}\n`)
const progressMs = 10_000

type Count = {
  readonly files: number
  readonly mutants: number
  readonly killed: number
  readonly timed_out: number
  readonly survived: number
  readonly equivalent: number
  readonly score: number
}

function countOf(files: number, { mutants }: Judged): Count {
  const equivalent = mutants.filter(isEquivalent).length
  const number = (end: string) =>
    mutants.filter((each) => each.end === end && !isEquivalent(each)).length
  const [killed, late] = [number('killed'), number('timed-out')]
  const judged = mutants.length - equivalent
  return {
    files,
    mutants: mutants.length,
    killed,
    timed_out: late,
    survived: number('survived'),
    equivalent,
    score: judged === 0 ? 100 : Number((((killed + late) / judged) * 100).toFixed(1)),
  }
}

/** One line for each mutant that no test noticed, and for each reviewed one that some test did. */
function report(judged: Judged, sayOf: (line: string) => void): void {
  for (const mutant of judged.mutants) {
    const { file, line, from, to, end } = mutant
    const change = to === '' ? `without ${from}` : `${from} → ${to}`
    if (end === 'survived' && !isEquivalent(mutant)) sayOf(`${file}:${line} survived: ${change}`)
    if (end !== 'survived' && isEquivalent(mutant))
      tell(`${file}:${line} is no equivalent, a test notices it: ${change}`)
  }
}

function createWatch(name: string) {
  const startMs = performance.now()
  let toldMs = startMs
  return (mutants: number, over: number): void => {
    if (performance.now() - toldMs < progressMs) return
    toldMs = performance.now()
    const seconds = ((toldMs - startMs) / 1000).toFixed(0)
    tell(`${name}: ${over} of ${mutants} mutants noticed after ${seconds} s`)
  }
}

/** An entry that is no mutant any more hides nothing, and may hide something one day. */
function stale(all: Judged, files: readonly string[]): readonly string[] {
  return equivalents
    .filter(({ file }) => files.includes(file))
    .filter((each) => !all.mutants.some((mutant) => isSame(mutant, each)))
    .map(({ file, from, to }) => `${file}: a reviewed equivalent is no mutant: ${from} → ${to}`)
}

const isSame = (a: Judged['mutants'][number], b: (typeof equivalents)[number]): boolean =>
  a.file === b.file && a.lineText === b.lineText && a.from === b.from && a.to === b.to

async function mutate(groups: readonly Group[], json: boolean): Promise<number> {
  const all: Judged['mutants'][number][] = []
  const perGroup: Record<string, Count> = {}
  for (const group of groups) {
    const judged = await judgeGroup(group, createWatch(group.name))
    if ('broken' in judged) {
      for (const line of judged.broken) tell(`${group.name}: ${line}`)
      return 1
    }
    all.push(...judged.mutants)
    report(judged, json ? tell : say)
    const count = countOf(group.files.length, judged)
    perGroup[group.name] = count
    tell(`${group.name}: ${count.score} % of ${count.mutants - count.equivalent} mutants noticed`)
  }
  const files = groups.flatMap((group) => group.files)
  const old = stale({ mutants: all }, files)
  for (const line of old) tell(line)
  say(JSON.stringify({ ...countOf(files.length, { mutants: all }), per_group: perGroup }))
  const isLow = Object.values(perGroup).some(({ score }) => score < scoreMin)
  return isLow || old.length > 0 ? 1 : 0
}

// Whoever ends it early leaves nothing behind either.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const read = readMutateOptions(process.argv.slice(2))
switch (read.outcome) {
  case 'help':
    say(usage)
    break
  case 'bad-usage':
    tell(read.fault)
    process.exitCode = 2
    break
  case 'ok':
    process.exitCode = await mutate(read.groups, read.json)
    break
}
