import { expect, test } from 'vitest'
import { allCommands } from './all-commands.ts'

test('every chat can take every command as it stands', () => {
  for (const { name, summary, options, surfaces } of allCommands) {
    expect(name).toMatch(/^[a-z][a-z0-9-]{0,31}$/)
    expect(summary.length, name).toBeLessThanOrEqual(100)
    expect(surfaces.length, name).toBeGreaterThan(0)
    expect(Object.keys(options).length, name).toBeLessThanOrEqual(25)
    for (const [option, { help, choices }] of Object.entries(options)) {
      expect(option, name).toMatch(/^[a-z][a-z0-9_]{0,31}$/)
      expect(help.length, `${name} ${option}`).toBeLessThanOrEqual(100)
      expect(choices?.length ?? 0, `${name} ${option}`).toBeLessThanOrEqual(25)
    }
    // Discord wants required options before the others.
    const required = Object.values(options).map((option) => option.required)
    expect(required, name).toEqual(required.toSorted((a, b) => Number(b) - Number(a)))
  }
})

test('names are unique, and places name options', () => {
  const names = allCommands.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const { name, positional, rest, options } of allCommands) {
    for (const place of positional) expect(Object.keys(options), name).toContain(place)
    if (rest !== undefined) expect(positional.at(-1), name).toBe(rest)
  }
})

test('every command has help beyond its summary, and examples', () => {
  for (const { name, help, summary, examples } of allCommands) {
    expect(help.length, name).toBeGreaterThan(20)
    expect(help, name).not.toBe(summary)
    expect(summary, name).not.toMatch(/\.$/)
    for (const example of examples) expect(example.split(' ')[0], name).toBe(name)
    expect(examples.length, name).toBeGreaterThan(0)
  }
})

test('only a command that reads this machine is kept from chats', () => {
  const kept = allCommands.filter(({ surfaces }) => surfaces.length < 3)
  expect(kept.map(({ name, surfaces }) => [name, surfaces])).toEqual([['scan', ['terminal']]])
})

test('everything that people were promised is there', () => {
  const promised =
    'help start status venues health version opportunities why watchlist approve deny approvals mandates mode trades trade resolve transfers pause resume kill ack alert balances inventory rebalance risk limits profit daily weekly monthly performance prices gaps chart settings notifications export logs audit operators scan commands'
  expect(allCommands.map(({ name }) => name).toSorted()).toEqual(promised.split(' ').toSorted())
})
