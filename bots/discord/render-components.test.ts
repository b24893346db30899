import { ButtonStyle, ComponentType } from 'discord.js'
import { expect, test } from 'vitest'
import type { Menu } from '../chat/platform.ts'
import { renderComponents } from './render-components.ts'

const button = (label: string, style: 'primary' | 'danger' | 'plain') => ({
  label,
  style,
  data: `data of ${label}`,
})
const choices = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ label: `c${i}`, data: `d${i}` }))

test('a button says what it does in words and colour, and carries its own data', () => {
  const buttons = [
    button('Approve', 'primary'),
    button('Deny', 'danger'),
    button('Why', 'plain'),
    button('', 'plain'),
  ]
  const shown = (label: string, style: ButtonStyle, data: string) => ({
    type: ComponentType.Button,
    style,
    label,
    custom_id: data,
  })
  expect(renderComponents({ buttons, menus: [] })).toEqual([
    {
      type: ComponentType.ActionRow,
      components: [
        shown('Approve', ButtonStyle.Success, 'data of Approve'),
        shown('Deny', ButtonStyle.Danger, 'data of Deny'),
        shown('Why', ButtonStyle.Secondary, 'data of Why'),
        shown('…', ButtonStyle.Secondary, 'data of '),
      ],
    },
  ])
  expect(renderComponents({ buttons: [], menus: [] })).toEqual([])
})

test('a menu says what is chosen, and a hint stands beside its choice where there is one', () => {
  const menu: Menu = {
    placeholder: 'Which?',
    id: 'menu 1',
    choices: [
      { label: 'one', hint: 'the first', data: 'd1' },
      { label: 'two', data: 'd2' },
      { label: '', hint: '', data: 'd3' },
    ],
  }
  expect(renderComponents({ buttons: [button('Why', 'plain')], menus: [menu] })[1]).toEqual({
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: 'menu 1',
        placeholder: 'Which?',
        options: [
          { label: 'one', value: 'd1', description: 'the first' },
          { label: 'two', value: 'd2' },
          { label: '…', value: 'd3' },
        ],
      },
    ],
  })
})

test('more choices than a menu holds are several menus, each of which says which it is', () => {
  const menuOf = (count: number): Menu => ({
    placeholder: 'Which?',
    id: 'menu 1',
    choices: choices(count),
  })
  const rowsOf = (count: number) =>
    renderComponents({ buttons: [], menus: [menuOf(count)] }).map(({ components: [menu] }) =>
      menu?.type === ComponentType.StringSelect
        ? [menu.custom_id, menu.placeholder, menu.options.map(({ value }) => value)]
        : [],
    )
  const values = (from: number, to: number) =>
    choices(to)
      .map(({ data }) => data)
      .slice(from)
  expect(rowsOf(25)).toEqual([['menu 1', 'Which?', values(0, 25)]])
  expect(rowsOf(26)).toEqual([
    ['menu 1', 'Which? (1/2)', values(0, 25)],
    ['menu 1, 2', 'Which? (2/2)', values(25, 26)],
  ])
})
