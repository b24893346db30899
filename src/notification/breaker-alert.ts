// What people are told when a circuit breaker trips.
import { breakerNamed, type Tripping } from '../trade/breakers.ts'
import type { Notification } from './notification.ts'

export const breakerAlert = ({ breaker, why }: Tripping): Notification => ({
  kind: 'alert',
  severity: breakerNamed(breaker).severity,
  subject: `Breaker ${breaker} tripped`,
  text: `${why[0]?.toUpperCase()}${why.slice(1)}. No new risk is taken until an operator says "risk reset ${breaker}"; trades under way finish.`,
})
