// Who may act: "discord:1234=trader, ann@telegram:99=admin". An empty list means
// nobody on a chat: whoever sits at the machine's own terminal is not asked for.
import { z } from 'zod'
import type { Operator } from '../approval/operator.ts'
import { roles } from '../approval/role.ts'
import { fault, words } from './text.ts'

const pattern = /^(?:([\w.-]{1,40})@)?(discord|telegram):(\d{1,20})=(\w+)$/
const wanted = `discord:1234=trader or ann@telegram:1234=admin; roles are ${roles.join(', ')}`

function read(entry: string): Operator | undefined {
  const [, name, surface, id, authority] = pattern.exec(entry) ?? []
  const role = roles.find((each) => each === authority)
  if (role === undefined || id === undefined) return undefined
  if (surface !== 'discord' && surface !== 'telegram') return undefined
  return { surface, id, name: name ?? `${surface}:${id}`, role }
}

export const operatorList = z.string().transform((text, context): readonly Operator[] => {
  const accounts = new Set<string>()
  return words(text).flatMap((entry) => {
    const operator = read(entry)
    if (operator === undefined) return fault(context, `"${entry}" is not like ${wanted}`)
    const account = `${operator.surface}:${operator.id}`
    if (accounts.has(account)) return fault(context, `names ${account} twice; give it one role`)
    accounts.add(account)
    return [Object.freeze(operator)]
  })
})
