// A value that must never be seen: printing, joining or serialising it shows "[secret]" instead.

export type Secret = {
  readonly reveal: () => string
  readonly toString: () => string
  readonly toJSON: () => string
}

const hidden = () => '[secret]'

/** The value lives in a closure, so that no inspector and no serialiser can walk to it. */
export const secret = (value: string): Secret =>
  Object.freeze({ reveal: () => value, toString: hidden, toJSON: hidden })
