// `npm run -s fuzz -- --seconds 10`: that long for each reader of what comes from outside.
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { checkTarget } from './fuzz-inputs.ts'
import { fuzzTargets } from './fuzz-targets.ts'

const usage = `usage: npm run -s fuzz -- [--seconds 10] [--target <words of its name>] [--seed n]
  --seconds  how long each target is fed (default 10)
  --target   only targets whose name has these words
  --seed     the inputs of an earlier run again
targets: ${fuzzTargets.map(({ name }) => name).join(', ')}
`

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        seconds: { type: 'string', default: '10' },
        target: { type: 'string', default: '' },
        seed: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    const seconds = Number(values.seconds)
    const seed = values.seed === undefined ? undefined : Number(values.seed)
    const targets = fuzzTargets.filter(({ name }) => name.includes(values.target))
    if (values.help) return { told: usage, code: 0 }
    if (!(seconds > 0 && seconds <= 86_400))
      return { told: 'fuzz: --seconds takes a number of seconds above 0\n', code: 2 }
    if (seed !== undefined && !Number.isInteger(seed))
      return { told: 'fuzz: --seed takes the whole number that a run printed\n', code: 2 }
    if (targets.length === 0)
      return { told: `fuzz: no target is named like "${values.target}"\n${usage}`, code: 2 }
    return { seconds, seed, targets }
  } catch (error) {
    return { told: `fuzz: ${(error as Error).message}\n${usage}`, code: 2 }
  }
}

const options = readOptions()
if (options.targets === undefined) {
  ;(options.code === 0 ? process.stdout : process.stderr).write(options.told)
  process.exit(options.code)
}
const { seconds, seed, targets } = options
let inputs = 0
let failed = 0
for (const target of targets) {
  const { name } = target
  const told = await checkTarget(target, {
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: seconds * 1_000,
    ...(seed !== undefined && { seed }),
  })
  inputs += told.numRuns
  if (told.failed) failed++
  process.stderr.write(`${name}: ${told.numRuns} inputs\n`)
  if (told.failed) process.stderr.write(`${fc.defaultReportMessage(told) ?? ''}\n`)
}
process.stdout.write(`${JSON.stringify({ targets: targets.length, inputs, failed })}\n`)
process.exit(failed === 0 ? 0 : 1)
