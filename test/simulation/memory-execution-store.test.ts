import { newId } from '../../src/id.ts'
import { executionStoreContract, type ExecutionStoreBench } from '../execution-store-contract.ts'
import { newExecution } from '../executions.ts'
import { crossOpportunity } from '../opportunities.ts'
import { createMemoryStore } from './memory-execution-store.ts'

async function openBench(): Promise<ExecutionStoreBench> {
  let shiftMs = 0
  const now = () => new Date(Date.now() + shiftMs)
  const store = createMemoryStore({ now })
  const { tables } = store
  const capital = (venue: string, asset: string) =>
    tables.capital.get(`${venue} ${asset}`) ?? { free: 0n, reserved: 0n }
  return {
    stores: [store, store],
    approved: async () =>
      newExecution(crossOpportunity(), { id: newId(Date.now()), approval: newId(Date.now()) }),
    async fund(venue, asset, free) {
      store.fund(venue, asset, free - capital(venue, asset).free)
    },
    // What is reserved is part of what is there.
    async funds(venue, asset) {
      const { free, reserved } = capital(venue, asset)
      return { free: free - reserved, reserved }
    },
    async press(mode) {
      store.press(mode)
      return now()
    },
    async pass(ms) {
      shiftMs += ms
    },
    told: async () => Array.from(tables.alerts.values(), ({ text }) => text),
    close: async () => {},
  }
}

executionStoreContract('the simulation', openBench)
