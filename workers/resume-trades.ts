// Trades that nobody drives are driven: whoever looks first takes them up.
import type { Runtime } from '../src/runtime.ts'

/** Those about which somebody decided, those whose job was lost before it began, and those whose next step is due. */
export async function resumeTrades({
  trades,
  executions,
  exposures,
  executeTrade,
  answerExposure,
}: Pick<
  Runtime,
  'trades' | 'executions' | 'exposures' | 'executeTrade' | 'answerExposure'
>): Promise<void> {
  for (const answer of await exposures.listAsked()) await answerExposure(answer)
  const due = [...(await trades.listGranted()), ...(await executions.listDue())]
  for (const trade of due) await executeTrade(trade)
}
