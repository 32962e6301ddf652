import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'

const root = '/sys/fs/cgroup'
const prefix = 'understudy-bench.'
/** With version 2 one folder has everything, with version 1 there is one for each kind of thing that is counted. */
const unified = existsSync(join(root, 'cgroup.controllers'))
const trees = unified ? [root] : [join(root, 'cpuacct'), join(root, 'memory')]

/** Processes that the kernel counts together. */
export class Group {
  readonly #name: string

  constructor(owner: number, of: 'controller' | 'targets') {
    this.#name = `${prefix}${owner}.${of}`
  }

  /** Files into which a process writes 0 to be counted here with all that it starts. */
  get entrances(): readonly string[] {
    return trees.map((tree) => join(tree, this.#name, 'cgroup.procs'))
  }

  make(): void {
    for (const tree of trees) mkdirSync(join(tree, this.#name), { recursive: true })
  }

  /** Seconds of processors since the group was made. */
  seconds(): number {
    if (!unified) return Number(this.#read(0, 'cpuacct.usage')) / 1e9
    return Number(/^usage_usec (\d+)$/m.exec(this.#read(0, 'cpu.stat'))?.[1]) / 1e6
  }

  /** Bytes that no file stands behind; undefined where the kernel does not count memory here. */
  bytes(): number | undefined {
    const tree = trees.length - 1
    if (!existsSync(join(trees[tree] ?? root, this.#name, 'memory.stat'))) return undefined
    const found = /^(?:anon|total_rss) (\d+)$/m.exec(this.#read(tree, 'memory.stat'))?.[1]
    return found === undefined ? undefined : Number(found)
  }

  /** The processes in it, as this process numbers them. */
  processes(): readonly number[] {
    return this.#read(0, 'cgroup.procs').split('\n').filter(Boolean).map(Number)
  }

  /** Ends all that is in it, and waits until nothing is. */
  async empty(): Promise<void> {
    for (let turn = 0; turn < 500; turn++) {
      const left = this.processes()
      if (left.length === 0) return
      for (const id of left) end(id)
      await new Promise((done) => setTimeout(done, 20))
    }
    throw new Error(`processes ${this.processes().join()} of the bench do not end`)
  }

  #read(tree: number, file: string): string {
    return readFileSync(join(trees[tree] ?? root, this.#name, file), 'utf8')
  }
}

/** Removes the groups of benches that have ended, and those of this process: the kernel refuses where something is in them. */
export function removeGroups(): void {
  for (const tree of trees)
    for (const name of readdirSync(tree)) {
      const owner = new RegExp(`^${prefix.replace('.', '\\.')}(\\d+)\\.`).exec(name)?.[1]
      if (owner === undefined || (owner !== `${process.pid}` && existsSync(`/proc/${owner}`))) continue
      try {
        rmdirSync(join(tree, name))
      } catch {
        // Still in use: the next bench removes it.
      }
    }
}

function end(id: number): void {
  try {
    // 0 stands for one that this process does not see, as it belongs to another namespace.
    if (id > 0) process.kill(id, 'SIGKILL')
  } catch {
    // It ended by itself meanwhile.
  }
}
