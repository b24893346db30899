// Says why a test needed its second try: what passes in the end is otherwise silent about it.
import type { Reporter, TestCase } from 'vitest/node'

export default class TellRetries implements Reporter {
  onTestCaseResult(testCase: TestCase): void {
    if (testCase.diagnostic()?.flaky !== true) return
    for (const { message, stacks, diff } of testCase.result().errors ?? []) {
      const at = stacks?.map(({ file, line }) => `${file}:${line}`).join(' ') ?? ''
      process.stdout.write(`first try of "${testCase.fullName}": ${message} ${at}\n${diff ?? ''}\n`)
    }
  }
}
