// What the engine tells people. It is written in the transaction of the change it tells of, so none is
// lost; who hears it, and how often again, is somebody else's.

/** P0: at once, until acknowledged. P1: soon. P2: with the rest. */
export type Severity = 'P0' | 'P1' | 'P2'

export type AlertKind =
  | 'aborted'
  | 'exposed'
  | 'unknown'
  | 'escalated'
  | 'known'
  | 'leg-rejected'
  | 'overfill'
  | 'worse-than-limit'
  | 'backwards'
  | 'late-fill'
  | 'found-dead'
  | 'forbidden'
  | 'leftover'
  | 'settled'

export type Alert = {
  /** Unique for ever: writing it again tells nobody twice. */
  readonly key: string
  readonly severity: Severity
  readonly kind: AlertKind
  readonly execution: string
  readonly text: string
}
