/** A map that notes what is read of it. */
export class SeenMap<V> implements ReadonlyMap<string, V> {
  #beneath: ReadonlyMap<string, V>
  /** Absent while nothing was read: there is one of these for each part of what each task of each host knows. */
  #read: Map<string, V | undefined> | undefined
  #wholly = false

  constructor(beneath: ReadonlyMap<string, V>) {
    this.#beneath = beneath
  }

  /** The map itself, of which nothing is noted. */
  get beneath(): ReadonlyMap<string, V> {
    return this.#beneath
  }

  get(name: string): V | undefined {
    const value = this.#beneath.get(name)
    if (!this.#wholly) {
      this.#read ??= new Map()
      this.#read.set(name, value)
    }
    return value
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  /** Everything in it, which counts as read. */
  whole(): ReadonlyMap<string, V> {
    this.#wholly = true
    return this.#beneath
  }

  get size(): number {
    return this.whole().size
  }

  keys(): MapIterator<string> {
    return this.whole().keys()
  }

  values(): MapIterator<V> {
    return this.whole().values()
  }

  entries(): MapIterator<[string, V]> {
    return this.whole().entries()
  }

  forEach(each: (value: V, name: string, map: ReadonlyMap<string, V>) => void): void {
    this.whole().forEach(each)
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries()
  }

  /** Would everything that was read of it be the same in this one? */
  holds(now: ReadonlyMap<string, V>): boolean {
    if (!this.#wholly) return [...(this.#read ?? [])].every(([name, value]) => now.get(name) === value)
    return (
      now.size === this.#beneath.size && [...this.#beneath].every(([name, value]) => now.get(name) === value)
    )
  }

  /** What is read later is read of this one. */
  follow(now: ReadonlyMap<string, V>): void {
    this.#beneath = now
  }
}

/** A set that notes what is asked of it. */
export class SeenSet implements ReadonlySet<string> {
  #beneath: ReadonlySet<string>
  #asked: Map<string, boolean> | undefined
  #wholly = false

  constructor(beneath: ReadonlySet<string>) {
    this.#beneath = beneath
  }

  has(name: string): boolean {
    const has = this.#beneath.has(name)
    if (!this.#wholly) {
      this.#asked ??= new Map()
      this.#asked.set(name, has)
    }
    return has
  }

  get size(): number {
    return this.#whole().size
  }

  keys(): SetIterator<string> {
    return this.#whole().keys()
  }

  values(): SetIterator<string> {
    return this.#whole().values()
  }

  entries(): SetIterator<[string, string]> {
    return this.#whole().entries()
  }

  forEach(each: (value: string, name: string, set: ReadonlySet<string>) => void): void {
    this.#whole().forEach(each)
  }

  [Symbol.iterator](): SetIterator<string> {
    return this.values()
  }

  /** Would everything that was asked of it be answered the same by this one? */
  holds(now: ReadonlySet<string>): boolean {
    if (!this.#wholly) return [...(this.#asked ?? [])].every(([name, has]) => now.has(name) === has)
    return now.size === this.#beneath.size && [...this.#beneath].every((name) => now.has(name))
  }

  /** What is asked later is asked of this one. */
  follow(now: ReadonlySet<string>): void {
    this.#beneath = now
  }

  #whole(): ReadonlySet<string> {
    this.#wholly = true
    return this.#beneath
  }
}

/** The map apart from who reads it: what is made of it once is found again under it. */
export function beneathOf<V>(map: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
  return map instanceof SeenMap ? beneathOf(map.beneath as ReadonlyMap<string, V>) : map
}

/** Everything in a map, which counts as read where that is noted. */
export function wholeOf<V>(map: ReadonlyMap<string, V>): void {
  if (!(map instanceof SeenMap)) return
  wholeOf(map.whole() as ReadonlyMap<string, V>)
}
