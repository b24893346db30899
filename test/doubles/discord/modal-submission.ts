// A form as a person sends it back: every field of it, filled in or left as it was.
import {
  ComponentType,
  type APIModalInteractionResponseCallbackData,
  type APIModalSubmission,
} from 'discord-api-types/v10'
import { allComponents, customIdsOf } from './component-rules.ts'

type Node = { readonly [key: string]: unknown }

const nodes = (value: unknown): Node[] => (Array.isArray(value) ? (value as Node[]) : [])

function textOf(node: Node, given: string | undefined): string {
  const id = String(node['custom_id'])
  const value = given ?? (typeof node['value'] === 'string' ? node['value'] : '')
  const { min_length: min, max_length: max, required } = node
  if (required !== false && value === '') throw new Error(`${id} is required`)
  if (value !== '' && typeof min === 'number' && value.length < min)
    throw new Error(`${id} must have at least ${min} characters`)
  if (value.length > (typeof max === 'number' ? max : 4000))
    throw new Error(`${id} is longer than the form allows`)
  return value
}

function fieldOf(node: Node, id: number, inputs: Readonly<Record<string, string>>): object {
  const { type, custom_id: customId } = node
  const given = inputs[String(customId)]
  const shared = { type, id, custom_id: customId }
  if (type === ComponentType.TextInput) return { ...shared, value: textOf(node, given) }
  const defaults = nodes(node['options']).filter((option) => option['default'] === true)
  const values = given === undefined ? defaults.map(({ value }) => value) : given.split(',')
  return { ...shared, values }
}

/** Values of a select menu are given with commas between. Throws where the form would not go off. */
export function modalSubmission(
  modal: APIModalInteractionResponseCallbackData,
  inputs: Readonly<Record<string, string>>,
): APIModalSubmission {
  const fields = customIdsOf(modal.components)
  const unknown = Object.keys(inputs).find((name) => !fields.includes(name))
  if (unknown !== undefined) throw new Error(`the form has no field ${unknown}`)
  const ids = new Map(allComponents(modal.components).map((node, index) => [node, index + 1]))
  const components = nodes(modal.components).map((node): object => {
    const shared = { type: node['type'], id: ids.get(node) }
    if (node['type'] === ComponentType.TextDisplay) return shared
    if (node['type'] === ComponentType.ActionRow) {
      const below = nodes(node['components'])
      return { ...shared, components: below.map((one) => fieldOf(one, ids.get(one) ?? 0, inputs)) }
    }
    const child = node['component'] as Node
    return { ...shared, component: fieldOf(child, ids.get(child) ?? 0, inputs) }
  })
  return { custom_id: modal.custom_id, components } as APIModalSubmission
}
