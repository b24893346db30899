// Between a program and its PostgreSQL server: passes everything on, until it is told to cut.
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

export type Cutter = {
  /** The same database by way of the cutter. */
  readonly url: string
  /** 'before commit': COMMIT never arrives. 'after commit': it does, and its answer is lost. */
  cut(when: 'before commit' | 'after commit' | 'at once'): void
  heal(): void
  /** Where the database is from now on: it may have come back on another port. */
  aim(url: string): void
  close(): Promise<void>
}

const isCommit = (bytes: Buffer): boolean => bytes.includes('commit')

export async function openCutter(url: string): Promise<Cutter> {
  let target = new URL(url)
  const sockets = new Set<Socket>()
  let armed: Parameters<Cutter['cut']>[0] | undefined
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    const both = [client, upstream]
    let isDeaf = false
    for (const socket of both) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        for (const other of both) other.destroy()
      })
    }
    client.on('data', (bytes) => {
      const cuts = armed === 'at once' || (armed !== undefined && isCommit(bytes))
      if (cuts && armed === 'after commit') isDeaf = true
      else if (cuts) return void client.destroy()
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      // The server has answered, so it is done; nobody hears of it.
      if (isDeaf) client.destroy()
      else client.write(bytes)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String((server.address() as AddressInfo).port)
  return {
    url: through.href,
    cut(when) {
      armed = when
    },
    heal() {
      armed = undefined
    },
    aim(to) {
      target = new URL(to)
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}
