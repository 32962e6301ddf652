import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Script } from 'node:vm'

/** The name of the error that a part is not there any more, known across parts, of which each may have classes of its own. */
export const partGone = 'PartGone'

/** What stands beside a part where V8 has compiled it before. */
export const compiled = '.compiled'

/**
 * The parts of the command as the build wrote them (`scripts/bundle.mjs`), each run when it is first asked for. Beside each
 * lies what V8 made of it then: compiling them is a third of what a command takes. V8 looks at its own version and flags and
 * at the length of the source, and compiles anew where it does not know them again. Node's `require` knows nothing of that.
 * Each is a function of what Node gives a module of CommonJS, in ASCII: so its text is neither decoded nor put together first.
 */
export class Parts {
  readonly #folder: string
  readonly #others: NodeJS.Require
  readonly #modules = new Map<string, { exports: unknown }>()
  readonly #waiting = new Map<string, object>()
  readonly #scripts = new Map<string, Script>()

  constructor(folder: string) {
    this.#folder = folder
    this.#others = createRequire(join(folder, 'main.js'))
  }

  /** Runs the part where it has not run yet. Throws what it throws, what reading it throws, and `partGone` where it is not there. */
  load(name: string): unknown {
    const known = this.#modules.get(name)
    if (known) return known.exports
    const path = join(this.#folder, name)
    const script = compile(path)
    this.#scripts.set(path, script)
    const module = { exports: {} }
    this.#modules.set(name, module)
    const require = (id: string) => (id.startsWith('./') ? this.#later(id.slice(2)) : this.#others(id))
    script.runInThisContext()(module.exports, require, module, path, this.#folder)
    return module.exports
  }

  /** The part's exports, before it has run: the first of them that is read makes it run. */
  #later(name: string): unknown {
    const known = this.#modules.get(name)
    if (known) return known.exports
    const waiting = this.#waiting.get(name)
    if (waiting) return waiting
    const exports: object = Object.create(
      new Proxy(Object.create(null), {
        get: (_, key) => {
          const real = this.load(name) as object
          // From now on they are found without asking here.
          Object.defineProperties(exports, Object.getOwnPropertyDescriptors(real))
          return Reflect.get(real, key)
        },
      }),
    )
    this.#waiting.set(name, exports)
    return exports
  }

  /** What V8 has compiled of them by now, by the paths of the parts. */
  compiled(): ReadonlyMap<string, Buffer> {
    return new Map([...this.#scripts].map(([path, script]) => [path, script.createCachedData()]))
  }
}

/** What V8 is given of a part: all its characters are of ASCII, and so are its bytes. */
export function sourceOf(path: string): string {
  return readFileSync(path, 'latin1')
}

function compile(path: string): Script {
  const cachedData = madeBefore(path)
  return new Script(presentSource(path), { filename: path, ...(cachedData ? { cachedData } : {}) })
}

/** An installation can be replaced while a run of hours goes on. */
function presentSource(path: string): string {
  try {
    return sourceOf(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw Object.assign(new Error(`${path} is not there any more`, { cause: error }), { name: partGone })
  }
}

function madeBefore(path: string): Buffer | undefined {
  try {
    return readFileSync(`${path}${compiled}`)
  } catch {
    return undefined
  }
}
