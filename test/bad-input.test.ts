// What a person gets who types something wrong, or whose disk is full: one clear line, and nothing lost.
import { existsSync } from 'node:fs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { askDesk, arbdesk, discardHome, npmStart, processesOf } from './npm-desk.ts'
import { makeHome } from './started-desk.ts'

vi.setConfig({ testTimeout: 90_000 })

let home: string
beforeEach(() => {
  home = makeHome()
})
afterEach(() => discardHome(home))

/** How it ended, and everything it said. */
async function ended(desk: ReturnType<typeof npmStart>) {
  const code = await desk.ended
  return { code, output: desk.output(), errors: desk.errors() }
}

test.each([
  [['--fro', '45s'], /^arbdesk: there is no option "--fro"; npm start -- [^\n]+\n$/],
  [['--for', 'ever'], /^arbdesk: --for takes a time such as 45s, [^\n]+ not "ever"\n$/],
  [['--set', 'approval.mode=maybe'], /^arbdesk: --set approval.mode=maybe: [^\n]+\n$/],
  [['--set', 'aproval.mode=auto'], /^arbdesk: --set aproval.mode=auto: [^\n]+\n$/],
])('npm start -- %j is one line and exit 2, and nothing is started', async (args, line) => {
  const { code, output, errors } = await ended(npmStart(home, { args }))
  expect({ code, output }).toEqual({ code: 2, output: '' })
  expect(errors).toMatch(line)
  expect(existsSync(`${home}/desk.hold`)).toBe(false)
})

test('every fault of the environment is told at once, by its name, and no secret with it', async () => {
  const env = {
    ARBDESK_MODE: 'lvie',
    ARBDESK_MARKET: 'replay:',
    ARBDESK_HTTP_PORT: '99999',
    ARBDESK_RLOES: 'sweep',
    DATABASE_URL: 'mysql://ann:hunter2@db/x',
    TELEGRAM_TOKEN: '123:hunter3',
    OKX_API_KEY: 'hunter4',
  }
  const { code, output, errors } = await ended(npmStart(home, { env }))
  expect({ code, output }).toEqual({ code: 1, output: '' })
  const lines = errors.trimEnd().split('\n')
  for (const name of Object.keys(env).filter((each) => each !== 'TELEGRAM_TOKEN'))
    expect(
      lines.filter((line) => line.startsWith(`arbdesk: ${name}`) || line.includes(name)),
      name,
    ).not.toEqual([])
  expect(lines.every((line) => line.startsWith('arbdesk: '))).toBe(true)
  expect(errors).not.toContain('hunter')
})

test('a wrong command line is exit 2 and one line that says how it goes', async () => {
  const unknown = await arbdesk(home, ['statsu', '--json'])
  expect(unknown).toMatchObject({ code: 2, output: '' })
  expect(unknown.errors).toMatch(/^There is no command "statsu"; did you mean status\?\n$/)
  const option = await arbdesk(home, ['trades', '--limit', 'many', '--json'])
  expect(option).toMatchObject({ code: 2, output: '' })
  expect(option.errors).toMatch(/^[^\n]*limit[^\n]*\n$/)
})

test('where no desk runs a command starts the database for itself, and its answer comes first', async () => {
  const { code, output } = await arbdesk(home, ['status', '--json'])
  expect(code).toBe(0)
  expect(output[0]).toBe('{')
  expect(JSON.parse(output)).toMatchObject({ running: false, paused: false })
  expect(processesOf(home)).toEqual([])
})

test('a full disk is one line that says so, and what was stored before is still there', async () => {
  await askDesk(home, ['pause'])
  for (const kilobytes of [8, 500]) {
    // The size that a file may have stands in for the space that is left.
    const before = `ulimit -f ${kilobytes}`
    const { code, output, errors } = await ended(npmStart(home, { before }))
    expect({ code, output }, errors).toEqual({ code: 1, output: '' })
    expect(errors.trimEnd().split('\n').at(-1)).toMatch(
      /^arbdesk: .* disk .*is full.* free some space/,
    )
    expect(errors.split('\n').filter((line) => line.startsWith('arbdesk: '))).toHaveLength(1)
    expect(processesOf(home)).toEqual([])
  }
  expect(await askDesk(home, ['status'])).toMatchObject({ paused: true })
})
