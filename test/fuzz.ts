// `npm run -s fuzz -- --seconds 10`: that long for each reader of what comes from outside.
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { checkTarget, fuzzTargets } from './fuzz-targets.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } })
const seconds = Number(values.seconds)
if (!(seconds > 0 && seconds <= 86_400)) {
  process.stderr.write('fuzz: --seconds takes a number of seconds above 0\n')
  process.exit(2)
}
let inputs = 0
let failed = 0
for (const target of fuzzTargets) {
  const { name } = target
  const told = await checkTarget(target, {
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: seconds * 1_000,
  })
  inputs += told.numRuns
  if (told.failed) failed++
  process.stderr.write(`${name}: ${told.numRuns} inputs\n`)
  if (told.failed) process.stderr.write(`${fc.defaultReportMessage(told) ?? ''}\n`)
}
process.stdout.write(`${JSON.stringify({ targets: fuzzTargets.length, inputs, failed })}\n`)
process.exit(failed === 0 ? 0 : 1)
