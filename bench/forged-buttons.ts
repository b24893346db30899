// A million forged presses against one real button: node bench/forged-buttons.ts [count]
// None may be accepted, and the real one must work afterwards.
import { createHash } from 'node:crypto'
import { digestOf, newSecret } from '../bots/chat/buttons.ts'
import { payloadsLike } from '../test/mutate-payload.ts'
import { openOwnDesk } from '../test/own-desk.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)
const count = Number(process.argv[2] ?? 1_000_000)
const batch = 200

const { runtime, close } = await openOwnDesk()
const { buttons } = runtime
const chat = { surface: 'discord', chat: '1' } as const
const data = newSecret()
await buttons.offer(chat, 'bench', [
  {
    hash: createHash('sha256').update(data).digest(),
    uses: 'once',
    action: { command: 'approve', args: { approval: 'k3f9' } },
    livesMs: 86_400_000,
  },
])
await buttons.bind('bench', chat, '900')
const press = { ...chat, message: '900', account: '1', by: 'discord:ann' }

const next = payloadsLike(data, 10)
let accepted = 0
let shaped = 0
async function forge(): Promise<void> {
  const hash = digestOf(next())
  if (hash === undefined) return
  shaped++
  if ((await buttons.press(hash, press)).outcome === 'pressed') accepted++
}
const startMs = performance.now()
for (let done = 0; done < count; done += batch)
  await Promise.all(Array.from({ length: Math.min(batch, count - done) }, forge))
const seconds = (performance.now() - startMs) / 1000
const real = await buttons.press(digestOf(data) ?? Buffer.alloc(0), press)
await close()
say(
  `${count} mutated payloads, ${shaped} of them shaped like a button's: ${accepted} accepted, in ${seconds.toFixed(1)} s`,
)
say(`the real one afterwards: ${real.outcome}`)
process.exitCode = accepted === 0 && real.outcome === 'pressed' ? 0 : 1
