// What people took out of trading, known without a wait to everything in this process that decides.
import { blocksOf, type Blocks } from '../src/opportunity/watch-wish.ts'
import type { Runtime } from '../src/runtime.ts'
import { every } from './every.ts'

const readEveryMs = 1000

export type LiveBlocks = {
  readonly current: () => Blocks
  readonly close: () => void
}

/** Reads them before it returns, so that nothing blocked is offered at the start. */
export async function openLiveBlocks({
  wishes,
  log,
}: Pick<Runtime, 'wishes' | 'log'>): Promise<LiveBlocks> {
  let blocks = blocksOf(await wishes.list())
  const read = async () => {
    blocks = blocksOf(await wishes.list())
  }
  const close = every(readEveryMs, read, (error) =>
    log.warn('what is blocked stays as it was', { error }),
  )
  return { current: () => blocks, close }
}
