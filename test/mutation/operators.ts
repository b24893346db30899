// The mistakes that are planted, one at a time: what else could stand where a node stands.
import { isNode, type Node } from './syntax.ts'

/** Texts that a node is replaced with. `gone` marks a statement, property or spread that is left out. */
export type Change = { readonly to: string; readonly gone?: true }

const comparisons: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
}
const arithmetic: Readonly<Record<string, string>> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '**': '*',
}
const logic: Readonly<Record<string, string>> = { '&&': '||', '||': '&&', '??': '&&' }
const assignments: Readonly<Record<string, string>> = { '+=': '-=', '-=': '+=', '*=': '/=' }
/** A method and what it is taken for; an empty text leaves the call out and keeps what it was called on. */
const methods: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  filter: '',
  slice: '',
  toSorted: '',
  toReversed: '',
  trim: '',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
}

const isText = (node: unknown): boolean =>
  isNode(node) &&
  (node.type === 'TemplateLiteral' ||
    (node.type === 'Literal' && typeof node['value'] === 'string') ||
    (node.type === 'BinaryExpression' && (isText(node['left']) || isText(node['right']))))

/** Whether it can be nothing but true or false, as far as its own text shows. */
const isCondition = (node: Node): boolean =>
  (node.type === 'BinaryExpression' && String(node['operator']) in comparisons) ||
  (node.type === 'UnaryExpression' && node['operator'] === '!') ||
  (node.type === 'LogicalExpression' &&
    node['operator'] !== '??' &&
    [node['left'], node['right']].some((side) => isNode(side) && isCondition(side))) ||
  (node.type === 'ParenthesizedExpression' && isCondition(node['expression'] as Node))

const isUndefined = (node: Node): boolean =>
  node.type === 'Identifier' && node['name'] === 'undefined'
const isEmptyList = (node: Node): boolean =>
  node.type === 'ArrayExpression' && (node['elements'] as readonly unknown[]).length === 0
const isBoolean = (node: Node): boolean =>
  node.type === 'Literal' && typeof node['value'] === 'boolean'

/** What a function gives back, given back as nothing. */
function returned(node: Node): readonly Change[] {
  if (isCondition(node)) return [{ to: 'true' }, { to: 'false' }]
  const isLeft = isUndefined(node) || isBoolean(node)
  // A list has its own change.
  return isLeft || node.type === 'ArrayExpression' ? [] : [{ to: 'undefined' }]
}

/** The same node under its parent: what its place makes of it. */
function placed(node: Node, parent: Node, name: string): readonly Change[] {
  switch (parent.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return name === 'test' ? [{ to: 'true' }, { to: 'false' }] : []
    case 'WhileStatement':
    case 'ForStatement':
      return name === 'test' ? [{ to: 'false' }] : []
    case 'ReturnStatement':
      return returned(node)
    case 'ArrowFunctionExpression':
      return name === 'body' && node.type !== 'BlockStatement' ? returned(node) : []
    default:
      return []
  }
}

type TextOf = (node: unknown) => string

const closed: readonly string[] = [
  'CallExpression',
  'ChainExpression',
  'Identifier',
  'Literal',
  'MemberExpression',
  'TemplateLiteral',
]

/** What has lost its parentheses, which are no node, gets them back. */
const operand = (node: unknown, text: TextOf): string =>
  isNode(node) && closed.includes(node.type) ? text(node) : `(${text(node)})`

function binary(node: Node, text: TextOf): readonly Change[] {
  const { left, right } = node
  const operator = String(node['operator'])
  const others = comparisons[operator] ?? []
  const sum = arithmetic[operator]
  const isSum = sum !== undefined && !isText(node)
  return [...others, ...(isSum ? [sum] : [])].map((other) => ({
    to: `${operand(left, text)} ${other} ${operand(right, text)}`,
  }))
}

function called(node: Node, text: TextOf): readonly Change[] {
  const { callee } = node
  if (!isNode(callee) || callee.type !== 'MemberExpression' || callee['computed'] === true)
    return []
  const { object, property } = callee
  const other = methods[text(property)]
  if (other === undefined) return []
  if (other === '') return [{ to: operand(object, text) }]
  const args = (node['arguments'] as readonly unknown[]).map(text).join(', ')
  return [{ to: `${operand(object, text)}.${other}(${args})` }]
}

function leftOut(node: Node, parent: Node): readonly Change[] {
  if (parent.type !== 'ObjectExpression' || node['kind'] !== 'init') return []
  const siblings = parent['properties'] as readonly Node[]
  const isOverriding = siblings[0]?.type === 'SpreadElement'
  // A property that is undefined and one that is not there are the same to most readers.
  const isSame = isUndefined(node['value'] as Node) && !isOverriding
  return isSame || siblings.length === 1 ? [] : [{ to: '', gone: true }]
}

/** All mistakes at one node. `text` is the source of a node as it stands. */
export function changesAt(node: Node, parent: Node, name: string, text: TextOf): readonly Change[] {
  const here = placed(node, parent, name)
  switch (node.type) {
    case 'BinaryExpression':
      return [...here, ...binary(node, text)]
    case 'LogicalExpression': {
      const { left, right } = node
      const other = logic[String(node['operator'])]
      const to = `${operand(left, text)} ${other} ${operand(right, text)}`
      return [...here, { to }]
    }
    case 'UnaryExpression':
      return ['!', '-'].includes(String(node['operator']))
        ? [...here, { to: text(node['argument']) }]
        : here
    case 'Literal':
      return isBoolean(node) ? [...here, { to: String(node['value'] !== true) }] : here
    case 'ArrayExpression':
      return isEmptyList(node) ? here : [...here, { to: '[]' }]
    case 'CallExpression':
      return [...here, ...called(node, text)]
    case 'AssignmentExpression': {
      const other = assignments[String(node['operator'])]
      if (other === undefined || isText(node['right'])) return here
      return [...here, { to: `${text(node['left'])} ${other} ${text(node['right'])}` }]
    }
    case 'SpreadElement':
      return parent.type === 'ObjectExpression' ? [{ to: '', gone: true }] : here
    case 'Property':
      return leftOut(node, parent)
    case 'ExpressionStatement':
      return [{ to: '', gone: true }]
    default:
      return here
  }
}
