// The websocket of a venue that is only spoken to by REST here: there is none.
import type { Connection, Session } from '../venue-dialect.ts'

export function restOnly(connection: Connection): Session {
  connection.close(1008, 'no websocket is served for this venue')
  return { message: () => undefined, close: () => undefined }
}
