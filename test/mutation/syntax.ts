// What mutation needs of a file's syntax tree: its expressions and statements, never its types.
import { parseAst } from 'vitest/node'

export type Node = {
  readonly type: string
  readonly start: number
  readonly end: number
} & Readonly<Record<string, unknown>>

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

export const parse = (source: string): Node => parseAst(source, { lang: 'ts' }) as unknown as Node

/** Types around an expression that is there at run time. */
const typedExpressions: readonly string[] = [
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
]
const typeKeys: readonly string[] = [
  'typeAnnotation',
  'returnType',
  'typeParameters',
  'typeArguments',
]

/** The nodes right below, in the order of the text, each with the name it has there. */
export function childrenOf(node: Node): readonly (readonly [name: string, child: Node])[] {
  if (node.type.startsWith('TS') && !typedExpressions.includes(node.type)) return []
  if (node.type.startsWith('Import')) return []
  // `{ asset }` is one text with two meanings.
  if (node.type === 'Property' && node['shorthand'] === true) return []
  return Object.entries(node)
    .filter(([name]) => !typeKeys.includes(name))
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((each) => [name, each]),
    )
    .filter((pair): pair is [string, Node] => isNode(pair[1]))
    .toSorted(([, a], [, b]) => a.start - b.start)
}
