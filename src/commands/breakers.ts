// Circuit breakers as commands show them, and how a person resets one.
import type { CardTable } from '../notification/card.ts'
import { badgesOf } from '../notification/labels.ts'
import { numberText } from '../notification/amount-text.ts'
import { durationText } from '../notification/time-text.ts'
import {
  breakerNamed,
  breakers,
  isOff,
  judge,
  mostOf,
  type BreakerFacts,
  type BreakerLimits,
  type BreakerName,
  type Tripping,
} from '../trade/breakers.ts'
import { failed, signatureOf, type Answer, type CommandContext } from './command.ts'
import { confirmStep } from './confirm-step.ts'

const shown = (value: number, unit: '' | ' USDT' | ' ms'): string =>
  unit === ' ms' ? durationText(value) : `${numberText(Math.round(value * 100) / 100)}${unit}`

/** Every breaker: what it measures now, its limit, and whether it tripped. */
export const breakerTable = (
  facts: BreakerFacts,
  limits: BreakerLimits,
  tripped: readonly Tripping[],
): CardTable => ({
  columns: ['breaker', 'now', 'trips at', 'state'],
  rows: breakers.map((breaker) => {
    const off = isOff(breaker, limits)
    const trip = tripped.find((each) => each.breaker === breaker.name)
    return [
      breaker.name,
      shown(breaker.measure(facts), breaker.unit),
      off
        ? 'never'
        : breaker.setting === undefined
          ? 'any'
          : shown(mostOf(breaker, limits), breaker.unit),
      trip === undefined ? (off ? 'off' : 'armed') : `TRIPPED: ${trip.why}`,
    ]
  }),
})

export const trippedJson = (tripped: readonly Tripping[]) =>
  tripped.map(({ breaker, measured, most, why }) => ({ breaker, measured, most, why }))

/** A line each. */
export const trippedLines = (tripped: readonly Tripping[]): readonly string[] =>
  tripped.map(
    ({ breaker, why }) =>
      `Breaker ${breaker} tripped: ${why}. No new risk until "risk reset ${breaker}".`,
  )

/** What some breakers measure is still there after a reset, and would trip them again at once. */
async function whatStands(
  name: BreakerName,
  { breakers: store, settings }: CommandContext,
): Promise<Tripping | undefined> {
  const breaker = breakerNamed(name)
  if (!breaker.outlivesReset) return undefined
  // What a venue has beside the ledger is what the reset accepts.
  const facts = { ...(await store.facts()), apart: [] }
  return judge(facts, await settings.refresh(), [breaker])[0]
}

const adviceFor = (name: BreakerName): string => {
  const { setting } = breakerNamed(name)
  return setting === undefined
    ? 'Find out what moved the money first; "trades" shows what was traded.'
    : `Raise ${setting} if you mean it, or wait for midnight UTC.`
}

const acceptsText = (name: BreakerName): string =>
  name === 'unexplained-balance'
    ? ' What venues have beside the ledger is booked as paid in or out at the next look.'
    : ''

export async function resetBreaker(
  name: BreakerName | undefined,
  typed: string | undefined,
  context: CommandContext,
): Promise<Answer> {
  const { breakers: store, labels, actor, announce } = context
  const tripped = await store.tripped()
  const names = tripped.map(({ breaker }) => breaker)
  if (name === undefined || !names.includes(name))
    return failed(
      names.length === 0
        ? 'No breaker is tripped, so there is nothing to reset'
        : `${name === undefined ? 'Say which breaker' : `The breaker ${name} is not tripped`}: tripped ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`,
    )
  const stands = await whatStands(name, context)
  if (stands !== undefined)
    return failed(`It would trip again at once, for ${stands.why}. ${adviceFor(name)}`)
  const waits = await confirmStep(
    {
      name: `reset ${name}`,
      what: `reset the breaker ${name}`,
      phrase: 'RESET',
      command: 'risk',
      args: { action: 'reset', breaker: name },
      role: 'operator',
      needsTwo: labels.mode === 'live',
    },
    typed,
    context,
  )
  if (waits !== undefined) return waits
  if (!(await store.reset(name, signatureOf(actor))))
    return failed(`The breaker ${name} was reset by somebody else a moment ago`)
  const left = await store.tripped()
  await announce({
    kind: 'status',
    subject: `Breaker ${name} reset`,
    text: `${signatureOf(actor)} reset it.`,
  })
  return {
    title: `The breaker ${name} is reset`,
    tone: left.length === 0 ? 'good' : 'warning',
    badges: badgesOf(labels),
    text:
      left.length === 0
        ? `No breaker is tripped any more; the desk may take new risk, within its limits.${acceptsText(name)}`
        : trippedLines(left).join('\n'),
    json: { reset: name, tripped: trippedJson(left) },
  }
}
