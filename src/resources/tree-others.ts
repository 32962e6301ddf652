import type { Change } from '../model/change.ts'
import type { Query } from '../model/sensor.ts'
import { type CommandReading, listOf } from '../sensors/commands.ts'
import { lines, sh } from '../shell/quote.ts'
import { rsyncFilter } from './rsync-filter.ts'

/** Asks for all that is in a directory; what is a directory ends in `/`. */
export function askOthers(path: string): Query<CommandReading> {
  const script = sh`if [ -d ${path} ] && [ ! -h ${path} ]; then cd -- ${path} || exit 1
find . -type d -exec printf '%s/\n' {} +
find . ! -type d -exec printf '%s\n' {} +; fi`
  return { ...listOf(script), about: [`file:${path}`] }
}

/** A directory with what is to be in it; rsync was told to leave some of it alone. */
interface Alone {
  readonly path: string
  /** Paths below it. */
  readonly wanted: ReadonlySet<string>
  readonly excluded: readonly string[]
  /** What the directory is called in these rules. */
  readonly below: string | undefined
}

/** Removes all else. */
export function removeOthers({ path, wanted, excluded, below }: Alone, listing: string): Change | undefined {
  const { isExcluded } = rsyncFilter(excluded)
  const found = listing.split('\n').flatMap((line) => {
    // What a limit cut off has lost its beginning.
    if (!line.startsWith('./') || line === './/' || line === './') return []
    const isDirectory = line.endsWith('/')
    const name = line.slice(2, isDirectory ? -1 : undefined)
    return name === '' ? [] : [{ name, isDirectory }]
  })
  const isKept = (name: string, isDirectory: boolean) =>
    wanted.has(name) || isExcluded(below === undefined ? name : `${below}/${name}`, isDirectory)
  const kept = found.filter(({ name, isDirectory }) => isKept(name, isDirectory)).map(({ name }) => name)
  // A directory stays with what is to stay in it.
  const holders = new Set(kept.flatMap((name) => above(name)))
  const others = found.filter(({ name, isDirectory }) => !isKept(name, isDirectory) && !holders.has(name))
  const going = new Set(others.map(({ name }) => name))
  const tops = others.filter(({ name }) => !above(name).some((one) => going.has(one))).map(({ name }) => name)
  if (tops.length === 0) return undefined
  const chunks = Array.from({ length: Math.ceil(tops.length / 200) }, (_, index) =>
    tops.slice(index * 200, index * 200 + 200).map((name) => `${path === '/' ? '' : path}/${name}`),
  )
  return {
    summary: `remove ${tops.length === 1 ? tops[0] : `${tops.length} others`}`,
    differences: tops.slice(0, 20).map((name) => ({
      is: 'attribute',
      name: `${path}/${name}`,
      before: 'there',
      after: 'absent',
    })),
    script: lines(...chunks.map((paths) => sh`rm -rf -- ${paths}`)),
    impact: 'none',
    disturbs: [`file:${path}`],
    keeps: 'nothing',
  }
}

/** The directories above a path. */
function above(name: string): readonly string[] {
  const words = name.split('/')
  return words.slice(1).map((_, index) => words.slice(0, index + 1).join('/'))
}
