// Mutants that nobody could tell from the original, each looked at by a person. One that is killed, or is no
// mutant any more, may not stand here: the run says so.
import type { Mutant } from './instrument.ts'

type Equivalent = Pick<Mutant, 'file' | 'lineText' | 'from' | 'to'> & { readonly why: string }

export const equivalents: readonly Equivalent[] = [
  {
    file: 'src/approval/authority.ts',
    lineText: 'const own = waiting.find((mine) => mine.person === person)',
    from: 'mine.person === person',
    to: 'true',
    why: 'where somebody else waits as well, it is over before this line',
  },
]

export const isEquivalent = ({ file, lineText, from, to }: Mutant): boolean =>
  equivalents.some(
    (each) =>
      each.file === file && each.lineText === lineText && each.from === from && each.to === to,
  )
