// The desk above the platforms: it lets in who may come in, gives commands to the registry, redeems
// buttons, and writes down what anybody tried.
import type { Actor, BareContext, Command, Desk } from '../../src/commands/command.ts'
import { complete } from '../../src/commands/complete.ts'
import { includesRole } from '../../src/approval/role.ts'
import type { ButtonStore } from '../../src/notification/button-store.ts'
import { createDispatch, type Call } from '../dispatch.ts'
import { arrivalActor, createAdmit, type AdmitWiring, type Admission } from './admit.ts'
import { createAuditTrail, type Attempt, type AuditWiring } from '../audit-trail.ts'
import { burnedKeyWarning, looksLikeKey } from '../burned-key.ts'
import { digestOf } from './buttons.ts'
import type { Arrival, ChatDesk, ChatReply } from './chat-desk.ts'
import { answered, told, type ReplyWiring } from './chat-reply.ts'
import { detailOf, isUrgentPress, pressButton } from './press-button.ts'

export type ChatDeskWiring = AdmitWiring &
  AuditWiring &
  Omit<ReplyWiring, 'buttons'> & {
    readonly desk: Desk
    readonly buttons: ButtonStore
    readonly readTickerDump: BareContext['readTickerDump']
  }

type Given = readonly string[] | ReadonlyMap<string, unknown>

const textsOf = (given: Given): readonly string[] =>
  given instanceof Map ? [...given.values()].map(String) : (given as readonly string[])

const nameOf = (typed: string): string => typed.toLowerCase().replace(/^\//, '')
const awayText = 'That could not be done at the moment; try again'

export function createChatDesk(wiring: ChatDeskWiring): ChatDesk {
  const { surface, commands, desk, buttons, readTickerDump, now, reportBug, warn } = wiring
  const admit = createAdmit(wiring)
  const trail = createAuditTrail(wiring)
  const dispatch = createDispatch({ commands, desk, readTickerDump, now, reportBug })
  const commandOf = (name: string): Command | undefined =>
    commands.find((each) => each.name === nameOf(name))

  /** Whatever goes wrong, somebody who asked is answered. */
  async function guarded(what: string, work: () => Promise<ChatReply>): Promise<ChatReply> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Error && 'code' in error) warn(`${what}: ${error.message}`)
      else reportBug(error, what)
      return told(awayText)
    }
  }

  async function turnAway(
    arrival: Arrival,
    admission: Exclude<Admission, { outcome: 'admitted' }>,
    attempt: Pick<Attempt, 'action' | 'given'>,
  ): Promise<ChatReply> {
    if (admission.outcome === 'ignored') return { outcome: 'repeated' }
    const { why, text, actor } = admission
    const who = why === 'stranger' ? ` (${arrival.account.displayName})` : ''
    await trail(arrival, actor, { ...attempt, outcome: why, detail: `${text}${who}` })
    return told(text)
  }

  async function burned(arrival: Arrival, actor: Actor | undefined, action: string) {
    const attempt = { action, given: [], outcome: 'burned-key', detail: 'looked like a key' }
    await trail(arrival, actor, attempt)
    return told(burnedKeyWarning)
  }

  async function obey(
    arrival: Arrival,
    name: string,
    given: Given,
    progress?: (line: string) => void,
  ): Promise<ChatReply> {
    const action = nameOf(name)
    const isUrgent = () => Promise.resolve(commandOf(name)?.urgent === true)
    const admission = await admit(arrival, isUrgent)
    if (admission.outcome !== 'admitted') return turnAway(arrival, admission, { action, given })
    const { actor } = admission
    if ([name, ...textsOf(given)].some(looksLikeKey)) return burned(arrival, actor, action)
    const call: Call = { actor, command: name, arguments: given, ...(progress && { progress }) }
    const reply = await dispatch(call)
    await trail(arrival, actor, {
      action,
      given,
      outcome: reply.outcome,
      detail: detailOf(reply),
    })
    if (reply.outcome !== 'answered') return told(reply.message)
    return answered(wiring, arrival, reply.card)
  }

  async function press(
    arrival: Arrival,
    message: string,
    hash: Buffer | undefined,
    typed: string | undefined,
  ): Promise<ChatReply> {
    const { account, chat } = arrival
    const admission = await admit(arrival, () =>
      isUrgentPress(buttons, commands, hash, {
        surface,
        chat,
        message,
        account: account.id,
        by: '',
      }),
    )
    if (admission.outcome !== 'admitted')
      return turnAway(arrival, admission, { action: 'press', given: [] })
    const { actor } = admission
    const record = (attempt: Attempt) => trail(arrival, actor, attempt)
    return pressButton(
      { ...wiring, dispatch, record, burned: (action) => burned(arrival, actor, action) },
      { arrival, actor, message, hash, typed },
    )
  }

  return {
    command: (arrival, name, given, progress) =>
      guarded(`command ${nameOf(name)}`, () => obey(arrival, name, given, progress)),
    press: (arrival, message, data, typed) =>
      guarded('a press', () => press(arrival, message, digestOf(data), typed)),
    async answer(arrival, message, typed) {
      const { chat, account } = arrival
      try {
        const hash = await buttons.awaiting({ surface, chat }, message, account.id)
        if (hash === undefined) return undefined
        return await guarded('an answer', () => press(arrival, message, hash, typed))
      } catch (error) {
        warn(`an answer: ${String(error)}`)
        return told(awayText)
      }
    },
    async overhear(arrival, text) {
      if (!looksLikeKey(text)) return undefined
      return guarded('an overheard key', async () => {
        const admission = await admit(arrival, () => Promise.resolve(false))
        if (admission.outcome === 'ignored') return { outcome: 'repeated' }
        // A stranger's key is burned as well.
        return burned(arrival, admission.actor, 'text')
      })
    },
    async complete(arrival, name, option, typed) {
      try {
        const person = await wiring.operators(surface, arrival.account.id)
        const known = commandOf(name)
        const wanted = known?.options[option]
        if (person === undefined || known === undefined || wanted === undefined) return []
        if (!includesRole(person.role, known.role)) return []
        const actor = arrivalActor(arrival, person)
        return await complete(wanted, typed, { actor, now, commands, readTickerDump, ...desk })
      } catch (error) {
        warn(`suggestions for ${name}: ${String(error)}`)
        return []
      }
    },
  }
}
