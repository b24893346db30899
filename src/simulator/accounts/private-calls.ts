// Answers one private call, or spoils it as was asked for: who asks is checked first, then what is wrong
// with the venue decides whether it acts and what of its answer leaves.
import type { RestCall, VenueContext } from '../venue-dialect.ts'
import type { CallKind } from './desk-faults.ts'
import {
  isAnswer,
  type PrivateDialect,
  type PrivateRoute,
  type VenueAnswer,
} from './private-side.ts'
import type { SpotDesk } from './spot-desk.ts'
import type { Transfers } from './transfers.ts'

export type Reply =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly body: string
      readonly headers?: Readonly<Record<string, string>>
    }
  /** The connection ends without a word. */
  | { readonly kind: 'cut' }

export type PrivateSide = {
  readonly dialect: PrivateDialect
  readonly desk: SpotDesk
  readonly transfers: Transfers
  /** How often each client id arrived in a placement or a withdrawal, whatever became of it. */
  readonly arrivals: Map<string, number>
  /** What was said last to a call of each kind. */
  readonly said: Map<CallKind, VenueAnswer>
}

export const openPrivateSide = (
  dialect: PrivateDialect,
  desk: SpotDesk,
  transfers: Transfers,
): PrivateSide => ({ dialect, desk, transfers, arrivals: new Map(), said: new Map() })

// Far above what a run sends; the oldest make room.
const arrivalsMax = 100_000

function countArrival({ arrivals }: PrivateSide, clientId: string): void {
  const oldest = arrivals.size < arrivalsMax ? undefined : arrivals.keys().next().value
  if (oldest !== undefined && !arrivals.has(clientId)) arrivals.delete(oldest)
  arrivals.set(clientId, (arrivals.get(clientId) ?? 0) + 1)
}

const textReply = ({ status, value }: VenueAnswer): Reply => ({
  kind: 'answer',
  status,
  body: JSON.stringify(value),
})

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms).unref())

/** Undefined: this is no private call, the venue's public routes may know it. */
export function answerPrivately(
  side: PrivateSide,
  call: RestCall,
  context: VenueContext,
): Reply | undefined {
  const { dialect, desk } = side
  const route = dialect.route(call)
  if (route === undefined) return undefined
  const account = dialect.authorise(call, desk, context.now())
  if (isAnswer(account)) return textReply(account)
  for (const id of route.clientIds?.(call) ?? []) if (id !== '') countArrival(side, id)
  if (!account.permissions.includes(route.needs)) return textReply(dialect.denied)
  const { transfers } = side
  const act = () => route.answer({ call, account, desk, transfers, context })
  const actLate = () => {
    const isAlive = !isAnswer(dialect.authorise(call, desk, context.now()))
    if (isAlive || !desk.habits.expiresRequests) act()
  }
  const orders = () => desk.orders(account).length
  return spoilt(side, route, { act, actLate, orders })
}

type Deed = {
  readonly act: () => VenueAnswer
  readonly actLate: () => void
  /** How many the account has ever had. */
  readonly orders: () => number
}

function spoilt(side: PrivateSide, { kind }: PrivateRoute, { act, actLate, orders }: Deed): Reply {
  const { faults } = side.desk
  const isHit = ({ on }: { on: CallKind }) => on === kind
  const lost = faults.take('lost-reply', isHit)
  if (lost !== undefined) {
    if (lost.lateMs === undefined) act()
    else void pause(lost.lateMs).then(actLate)
    return { kind: 'cut' }
  }
  const wrong = faults.take('wrong-reply', isHit)
  if (wrong !== undefined) {
    if (wrong.acts) act()
    const { status, body, headers } = wrong
    return { kind: 'answer', status, body, ...(headers !== undefined && { headers }) }
  }
  const ordersBefore = orders()
  const answer = act()
  const before = side.said.get(kind)
  // The refusal of another order, word for word, could be told from one of this order by nobody.
  if (kind !== 'place' || orders() > ordersBefore) side.said.set(kind, answer)
  const isOther = before !== undefined && faults.take('other-reply', isHit) !== undefined
  return textReply(isOther ? before : answer)
}
