import { JinjaError } from './failure.ts'

type Part = number | string

const operators: Readonly<Record<string, (found: number) => boolean>> = {
  eq: (found) => found === 0,
  ne: (found) => found !== 0,
  lt: (found) => found < 0,
  le: (found) => found <= 0,
  gt: (found) => found > 0,
  ge: (found) => found >= 0,
}

const signs: Readonly<Record<string, string>> = {
  '==': 'eq',
  '=': 'eq',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  '!=': 'ne',
  '<>': 'ne',
}

/** Do two versions stand in this order, by the rules of this kind of versions? */
export function compareVersions(a: string, b: string, operator: string, kind: string): boolean {
  if (a === '' || b === '') throw new JinjaError('a version cannot be empty')
  const holds = operators[signs[operator] ?? operator]
  if (!holds)
    throw new JinjaError(`"${operator}" compares no versions`, {
      next: `known: ${Object.keys(signs).join(' ')} eq ne lt le gt ge`,
    })
  return holds(orderOf(a, b, kind))
}

function orderOf(a: string, b: string, kind: string): number {
  if (kind === 'loose') return orderOfLoose(looseParts(a), looseParts(b))
  if (kind === 'strict') return orderOfLists(strictParts(a), strictParts(b))
  if (kind === 'semver' || kind === 'semantic') return orderOfSemantic(a, b)
  if (kind === 'pep440') return orderOfLists(pep440Parts(a), pep440Parts(b))
  throw new JinjaError(`"${kind}" is no kind of versions`, {
    next: 'known: loose, strict, semver, semantic, pep440',
  })
}

function looseParts(text: string): readonly Part[] {
  return (text.match(/\d+|[a-z]+|[^\d.a-z]+/g) ?? []).map((part) =>
    /^\d+$/.test(part) ? Number(part) : part,
  )
}

function orderOfLoose(a: readonly Part[], b: readonly Part[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]]
    if (left === right) continue
    if (typeof left !== typeof right)
      throw new JinjaError('these versions cannot be compared: a word stands where the other has a number', {
        next: "write version(…, version_type='semver')",
      })
    return (left as Part) < (right as Part) ? -1 : 1
  }
  return a.length - b.length
}

function orderOfLists(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function strictParts(text: string): readonly number[] {
  const [, major, minor, patch, letter, number] =
    /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/.exec(text) ?? []
  if (major === undefined)
    throw new JinjaError(`"${text}" is no strict version`, {
      next: 'it has two or three numbers: 1.2 or 1.2.3',
    })
  const release = letter === undefined ? 2 : letter === 'a' ? 0 : 1
  return [Number(major), Number(minor), Number(patch ?? 0), release, Number(number ?? 0)]
}

function pep440Parts(text: string): readonly number[] {
  const found =
    /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)[-_.]?(?:(a|alpha|b|beta|c|rc|pre|preview)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+[a-z0-9.]+)?$/i.exec(
      text.trim(),
    )
  if (!found) throw new JinjaError(`"${text}" is no version by PEP 440`)
  const [, epoch, release = '', pre, preNumber, short, post, postNumber, dev, devNumber] = found
  const numbers = release.split('.').map(Number)
  while (numbers.length > 1 && numbers.at(-1) === 0) numbers.pop()
  if (numbers.length > 20) throw new JinjaError(`"${text}" has too many numbers`)
  const isPost = short !== undefined || post !== undefined
  const stage =
    pre === undefined
      ? dev !== undefined && !isPost
        ? -1
        : 3
      : pre[0]?.toLowerCase() === 'a'
        ? 0
        : pre[0]?.toLowerCase() === 'b'
          ? 1
          : 2
  return [
    Number(epoch ?? 0),
    ...Array.from({ length: 20 }, (_, index) => numbers[index] ?? 0),
    stage,
    Number(preNumber || 0),
    isPost ? Number(short ?? (postNumber || 0)) + 1 : 0,
    dev === undefined ? 1 : 0,
    Number(devNumber || 0),
  ]
}

function orderOfSemantic(a: string, b: string): number {
  const parts = (text: string) => {
    const found = /^v?(\d+)\.(\d+)\.(\d+)(?:-([\dA-Za-z.-]+))?(?:\+[\dA-Za-z.-]+)?$/.exec(text)
    if (!found)
      throw new JinjaError(`"${text}" is no semantic version`, { next: 'it has three numbers: 1.2.3' })
    return { numbers: found.slice(1, 4).map(Number), pre: found[4]?.split('.') }
  }
  const [left, right] = [parts(a), parts(b)]
  const difference = orderOfLists(left.numbers, right.numbers)
  if (difference !== 0) return difference
  if (!left.pre || !right.pre) return (left.pre ? 0 : 1) - (right.pre ? 0 : 1)
  for (let index = 0; index < Math.max(left.pre.length, right.pre.length); index++) {
    const [one, other] = [left.pre[index], right.pre[index]]
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1
    if (one === other) continue
    const [isNumber, otherNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)]
    if (isNumber && otherNumber) return Number(one) - Number(other)
    if (isNumber !== otherNumber) return isNumber ? -1 : 1
    return one < other ? -1 : 1
  }
  return 0
}
