// One text that holds every mutant of a file: which of them is in force is asked of the switchboard at run
// time, so that all are tried without loading anything again.
import { changesAt, type Change } from './operators.ts'
import { childrenOf, isNode, parse, type Node } from './syntax.ts'

export type Mutant = {
  readonly file: string
  /** Counted from one. */
  readonly line: number
  /** The line as it stands, without what is around it. */
  readonly lineText: string
  readonly from: string
  /** Empty: it is left out. */
  readonly to: string
}

export type Instrumented = { readonly text: string; readonly mutants: readonly Mutant[] }

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

/** Whether wrapping a node would part a chain of `?.`, a callee from its object, or a pattern. */
function isWhole(node: Node, parent: Node, name: string): boolean {
  if (['MemberExpression', 'CallExpression'].includes(node.type))
    return !(
      (parent.type === 'MemberExpression' && name === 'object') ||
      (parent.type === 'CallExpression' && name === 'callee') ||
      parent.type === 'ChainExpression' ||
      parent.type === 'TSNonNullExpression'
    )
  return true
}

/** In a chain without `?.` a call in the middle can be wrapped. */
const isMiddleCall = (node: Node, parent: Node, inChain: boolean): boolean =>
  node.type === 'CallExpression' && parent.type === 'MemberExpression' && !inChain

function wrapped(node: Node, text: string, changes: readonly Change[], first: number): string {
  const [only] = changes
  if (only?.gone !== true) {
    const choices = changes.map(({ to }, n) => `m$(${first + n})?(${to}):`).join('')
    return `(${choices}(${text}))`
  }
  switch (node.type) {
    case 'SpreadElement':
    case 'Property':
      return `...(m$(${first})?{}:{${text}})`
    default:
      return `{if(!m$(${first})){${text}}}`
  }
}

const isFunction = ({ type }: Node): boolean =>
  ['ArrowFunctionExpression', 'FunctionDeclaration', 'FunctionExpression'].includes(type)

const nameOf = (node: unknown): string => (isNode(node) ? String(node['name']) : '')

/** A function, or a function of an object, of that name. */
const isPart = (node: Node, parts: readonly string[]): boolean =>
  (node.type === 'FunctionDeclaration' && parts.includes(nameOf(node['id']))) ||
  (node.type === 'Property' && parts.includes(nameOf(node['key'])))

/**
 * `firstId` is the number of the file's first mutant: numbers are unique in a whole run. With `parts`
 * nothing outside the functions of these names is mutated.
 */
export function instrument(
  file: string,
  source: string,
  firstId: number,
  parts?: readonly string[],
): Instrumented {
  const mutants: Mutant[] = []
  const lines = source.split('\n')
  const textOf = (node: unknown): string => (isNode(node) ? source.slice(node.start, node.end) : '')
  const note = (node: Node, { to }: Change): void => {
    const line = source.slice(0, node.start).split('\n').length
    const lineText = (lines[line - 1] as string).trim()
    mutants.push({ file, line, lineText, from: oneLine(textOf(node)), to: oneLine(to) })
  }
  let depth = 0
  let partDepth = parts === undefined ? 1 : 0
  /** Outside all functions a property is an entry of a table, and another table is no mistake of code. */
  const isEntry = ({ type }: Node) => depth === 0 && ['Property', 'SpreadElement'].includes(type)
  const render = (node: Node, parent: Node, name: string, inChain: boolean): string => {
    const isChain = node.type === 'ChainExpression'
    const isLink = ['MemberExpression', 'CallExpression', 'TSNonNullExpression'].includes(node.type)
    const begins = parts !== undefined && isPart(node, parts)
    const canWrap =
      partDepth > 0 &&
      !isEntry(node) &&
      (isWhole(node, parent, name) || isMiddleCall(node, parent, inChain))
    const changes = canWrap ? changesAt(node, parent, name, textOf) : []
    const first = firstId + mutants.length
    for (const change of changes) note(node, change)
    let text = ''
    let at = node.start
    if (isFunction(node)) depth++
    if (begins) partDepth++
    for (const [under, child] of childrenOf(node)) {
      const isSpine = isLink && (under === 'object' || under === 'callee' || under === 'expression')
      text += source.slice(at, child.start)
      text += render(child, node, under, isChain || (isSpine && inChain))
      at = child.end
    }
    if (isFunction(node)) depth--
    if (begins) partDepth--
    text += source.slice(at, node.end)
    return changes.length === 0 ? text : wrapped(node, text, changes, first)
  }
  const root = parse(source)
  const text = render(root, root, '', false)
  const whole = source.slice(0, root.start) + text + source.slice(root.end)
  return { text: `const m$ = globalThis.mutantInForce;${whole}`, mutants }
}
