// What a process really holds. Its resident memory says little of that: V8 gives back what it no longer
// needs when it likes. So the process is told to collect its garbage first, as a debugger would.
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'

/** Node opens a debugger on a process that gets SIGUSR1, always here; one process at a time. */
const debuggerUrl = 'http://127.0.0.1:9229/json/list'
const openMsMax = 5_000
const answerMsMax = 10_000

const targets = z.tuple([z.object({ webSocketDebuggerUrl: z.url() })])
const reply = z.object({
  id: z.number(),
  result: z.object({ result: z.object({ value: z.unknown() }).optional() }).loose(),
})
const usage = z.object({ pid: z.number(), heapUsed: z.number(), external: z.number() })

async function debuggerOf(pid: number): Promise<string> {
  process.kill(pid, 'SIGUSR1')
  const untilMs = performance.now() + openMsMax
  for (;;) {
    const answer = await fetch(debuggerUrl).catch(() => undefined)
    if (answer !== undefined) return targets.parse(await answer.json())[0].webSocketDebuggerUrl
    if (performance.now() > untilMs) throw new Error(`process ${pid} opens no debugger`)
    await sleep(50)
  }
}

function createCalls(socket: WebSocket) {
  const waiting = new Map<number, (value: unknown) => void>()
  socket.addEventListener('message', ({ data }) => {
    const read = reply.safeParse(JSON.parse(String(data)))
    if (read.success) waiting.get(read.data.id)?.(read.data.result.result?.value)
  })
  let last = 0
  return async (method: string, params: object = {}): Promise<unknown> => {
    const id = ++last
    const { promise, resolve } = Promise.withResolvers<unknown>()
    waiting.set(id, resolve)
    socket.send(JSON.stringify({ id, method, params }))
    const late = sleep(answerMsMax, undefined, { ref: false }).then(() => {
      throw new Error(`the debugger does not answer ${method}`)
    })
    return Promise.race([promise, late])
  }
}

/**
 * MB of live objects, and of what they hold outside the heap, in a process of Node on this machine.
 *
 * @throws where the process is gone, is no process of Node, or another one is being debugged.
 */
export async function liveMemoryMb(pid: number): Promise<number> {
  const socket = new WebSocket(await debuggerOf(pid))
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error('the debugger refuses')))
  })
  const call = createCalls(socket)
  const evaluate = (expression: string) => call('Runtime.evaluate', { expression })
  try {
    await call('HeapProfiler.collectGarbage')
    const said = await evaluate('JSON.stringify({ pid: process.pid, ...process.memoryUsage() })')
    const { pid: asked, heapUsed, external } = usage.parse(JSON.parse(String(said)))
    if (asked !== pid) throw new Error(`process ${asked} is being debugged, not ${pid}`)
    return (heapUsed + external) / 2 ** 20
  } finally {
    // It answers nobody any more once it has closed.
    socket.send(
      JSON.stringify({
        id: 0,
        method: 'Runtime.evaluate',
        params: { expression: 'process._debugEnd()' },
      }),
    )
    const untilMs = performance.now() + openMsMax
    while (socket.readyState !== WebSocket.CLOSED && performance.now() < untilMs) await sleep(20)
    socket.close()
  }
}
