import { UndefinedError } from './failure.ts'

/** A float that is a whole number: JavaScript would forget that it is one. Other floats are plain numbers. */
export class Float {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/** A list that Python writes with parentheses. */
export class Tuple extends Array<unknown> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }
}

/** A tuple of these. */
export function tuple(...items: readonly unknown[]): Tuple {
  return tupleOf(items)
}

/** A tuple of the items of a list. */
export function tupleOf(items: readonly unknown[]): Tuple {
  const made = new Tuple()
  for (const item of items) made.push(item)
  return made
}

/** What two times are apart. */
export class Duration {
  readonly seconds: number

  constructor(seconds: number) {
    this.seconds = seconds
  }
}

/** A mapping made by a template, in the order in which its keys came. Those from outside are plain objects. */
export type Dict = Map<unknown, unknown>

/** What is not there, and how it was asked for. */
export class Undefined {
  readonly message: string
  readonly next: (() => string | undefined) | undefined
  readonly offset: number | undefined
  /** Nobody minds if it is printed, asked or looped over: what an inline `if` without `else` gives. */
  readonly isLenient: boolean

  constructor(
    message: string,
    detail: {
      readonly isLenient?: boolean
      readonly next?: (() => string | undefined) | undefined
      readonly offset?: number
    } = {},
  ) {
    this.message = message
    this.next = detail.next
    this.offset = detail.offset
    this.isLenient = detail.isLenient ?? false
  }
}

/** The value of a field that is to be left out; Ansible's `omit`. */
export const omit: object = Object.freeze(new (class Omit {})())

/** Something that can be called from a template: a macro, a global or a method. */
export class Callable {
  readonly name: string
  readonly call: (given: Given) => unknown
  /** The list or mapping that a call changes. */
  readonly changes: object | undefined

  constructor(name: string, call: (given: Given) => unknown, changes?: object) {
    this.name = name
    this.call = call
    this.changes = changes
  }
}

/** Arguments of a call. */
export interface Given {
  readonly positional: readonly unknown[]
  readonly named: ReadonlyMap<string, unknown>
}

/** A value that `namespace()` made; templates change it with `{% set ns.x = … %}`. */
export class Namespace {
  readonly fields = new Map<string, unknown>()
}

/** Throws where a value is used that is not there. */
export function present(value: unknown): unknown {
  if (!(value instanceof Undefined)) return value
  throw new UndefinedError(value.message, {
    next: value.next?.(),
    ...(value.offset === undefined ? {} : { offset: value.offset }),
  })
}

/** A float, whatever its value. */
export function float(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value
}

/** A whole number; a large one is a bigint. */
export function int(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value
}

/** Is it a whole number of Python? A truth value counts as one there, too, and is none here. */
export function isInt(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
}

export function isFloat(value: unknown): value is number | Float {
  return value instanceof Float || (typeof value === 'number' && !Number.isInteger(value))
}

/** The number that a value is; `undefined` for what is none. Truth values are 1 and 0. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  return value instanceof Float ? value.value : undefined
}

export function isSequence(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

export function isMapping(value: unknown): value is Dict | Readonly<Record<string, unknown>> {
  if (value instanceof Map) return true
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(
      value instanceof Float ||
      value instanceof Undefined ||
      value instanceof Callable ||
      value instanceof Duration
    ) &&
    !(value instanceof Namespace || value instanceof Uint8Array || value instanceof Date) &&
    value !== omit
  )
}

/** The keys of a mapping, in its order. */
export function keysOf(mapping: Dict | Readonly<Record<string, unknown>>): readonly unknown[] {
  return mapping instanceof Map ? [...mapping.keys()] : Object.keys(mapping)
}

export function hasKey(mapping: Dict | Readonly<Record<string, unknown>>, key: unknown): boolean {
  if (mapping instanceof Map) return mapping.has(plainKey(key)) || (isInt(key) && mapping.has(String(key)))
  return (typeof key === 'string' || isInt(key)) && Object.hasOwn(mapping, String(key))
}

/** The value of a key that is there. */
export function valueAt(mapping: Dict | Readonly<Record<string, unknown>>, key: unknown): unknown {
  if (!(mapping instanceof Map)) return mapping[String(key)]
  const plain = plainKey(key)
  return mapping.has(plain) ? mapping.get(plain) : mapping.get(String(key))
}

export function entriesOf(
  mapping: Dict | Readonly<Record<string, unknown>>,
): readonly (readonly [unknown, unknown])[] {
  return keysOf(mapping).map((key) => [key, valueAt(mapping, key)] as const)
}

/** Equal keys are one: 1.0 and 1, and tuples of equal parts. */
export function plainKey(key: unknown): unknown {
  if (key instanceof Float) return key.value
  if (key === true) return 1
  if (key === false) return 0
  return key
}

/** The type of a value by Python's name. */
export function pythonType(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType'
  if (typeof value === 'string') return 'str'
  if (typeof value === 'boolean') return 'bool'
  if (isInt(value)) return 'int'
  if (isFloat(value)) return 'float'
  if (value instanceof Tuple) return 'tuple'
  if (Array.isArray(value)) return 'list'
  if (value instanceof Undefined) return 'AnsibleUndefined'
  if (value instanceof Callable) return 'function'
  if (value instanceof Namespace) return 'Namespace'
  if (value instanceof Date) return 'datetime'
  if (value instanceof Duration) return 'timedelta'
  if (value instanceof Uint8Array) return 'bytes'
  return 'dict'
}

/** The type as messages name it. */
export function typeWords(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'a truth value'
  if (isInt(value) || isFloat(value)) return 'a number'
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Callable) return 'a function'
  if (value instanceof Date) return 'a time'
  return value instanceof Undefined ? 'not defined' : 'a mapping'
}

/** What `if` takes for true. */
export function truth(value: unknown): boolean {
  if (value instanceof Undefined) return value.isLenient ? false : Boolean(present(value))
  if (value === null || value === undefined || value === false || value === '') return false
  if (value === true) return true
  const number = numberOf(value)
  if (number !== undefined) return number !== 0
  if (Array.isArray(value)) return value.length > 0
  if (value instanceof Map) return value.size > 0
  return isMapping(value) ? Object.keys(value).length > 0 : true
}

/** A mapping's order and keys as one of our own. */
export function dict(entries: Iterable<readonly [unknown, unknown]> = []): Dict {
  const made: Dict = new Map()
  for (const [key, value] of entries) made.set(plainKey(key), value)
  return made
}
