import { resolve } from 'node:path/posix'
import { readBlocks } from '../adoption/index.ts'
import { type Cluster, type ClusterProblem, globalLines, type Said } from '../cluster/index.ts'
import { assumedMachines, type LoadedIntent } from '../config/index.ts'
import type { Facts } from '../model/facts.ts'
import { complaintsAbout, readingRules, readTold } from '../proof/index.ts'
import { isSpokenOf, renderedFile } from './rendered.ts'

/** Where keepalived looks. */
const path = '/etc/keepalived/keepalived.conf'

/** Lines of keepalived.conf that a user wrote into an inventory, and where. */
interface OwnLines {
  readonly text: string
  readonly path: readonly PropertyKey[]
  /** Of what is told elsewhere, what is not told of these. */
  readonly unless?: ReadonlySet<string>
}

/** Of these the rules about inventories tell, in words of theirs. */
const toldElsewhere = new Set([
  'keepalived-comment',
  'keepalived-multicast-group',
  'keepalived-nopreempt-weight',
  'keepalived-said-twice',
  'keepalived-script-path',
  'keepalived-strict',
  'keepalived-typography',
])

/**
 * What the rules about configurations that somebody wrote by hand have against lines of a user's own in the keepalived.conf of
 * directors: written for each of them, those lines stand among ours. By what is known of the machines, where anything is.
 */
export function ownLineProblems(
  intent: LoadedIntent,
  known?: ReadonlyMap<string, Facts>,
): readonly ClusterProblem[] {
  return intent.clusters.flatMap((cluster) => {
    const facts = new Map([...assumedMachines(cluster), ...(known ?? [])])
    const found = cluster.directors.flatMap(({ host }) => {
      const own = ownLinesOf(cluster, host)
      if (own.length === 0) return []
      const text = renderedFile(intent, { host, path, facts })
      return text === undefined
        ? []
        : [...problemsOn(host, text, own), ...missingIncludes(intent, { host, facts }, own)]
    })
    return [...new Map(found.map((one) => [JSON.stringify([one.rule, one.message]), one])).values()]
  })
}

function problemsOn(host: string, text: string, own: readonly OwnLines[]): readonly ClusterProblem[] {
  const all = complaintsOn(host, text)
  const lines = text.split('\n')
  // What nobody has against our lines alone, somebody else's bring about, wherever it shows.
  const alone = own.map((one) => new Set(complaintsOn(host, without(lines, one)).map(keyOf)))
  return all.flatMap((complaint): readonly ClusterProblem[] => {
    const { rule, severity, message, next, at } = complaint
    const line = at && lines[at.line - 1]?.trim()
    const from =
      own.find((one) => line && one.text.split('\n').some((each) => each.trim() === line)) ??
      own.find((_, index) => !alone[index]?.has(keyOf(complaint)))
    if (!from || (toldElsewhere.has(rule) && !from.unless?.has(rule))) return []
    return [{ rule, severity, message, ...(next === undefined ? {} : { next }), host, path: from.path }]
  })
}

/** keepalived complains of an include that means no file, and `apply` refuses what it complains of. */
function missingIncludes(
  intent: LoadedIntent,
  on: { readonly host: string; readonly facts: ReadonlyMap<string, Facts> },
  own: readonly OwnLines[],
): readonly ClusterProblem[] {
  return own.flatMap((one) =>
    [...one.text.matchAll(/^\s*(?:@\S+\s+)?include[rmwba]?\s+["']?([^"'#!\s]+)/gm)].flatMap(
      ([, file = '']) => {
        const parts = resolve('/', path, '..', file).split('/')
        const last = parts.at(-1) ?? ''
        const what = /[*?[{]/.test(last) ? parts.slice(-3, -1).join('/') : last
        if (file.includes('$') || what === '' || isSpokenOf(intent, what, on)) return []
        return [
          {
            rule: 'keepalived-include',
            severity: readingRules['keepalived-include'].severity,
            message: `these lines include ${file}, and no task of the playbook writes it`,
            next: 'Write it by a task of yours; where it is on the machines already, say that it is meant.',
            host: on.host,
            path: one.path,
          },
        ]
      },
    ),
  )
}

function complaintsOn(host: string, text: string) {
  const { statements } = readBlocks({ main: { path, text }, includes: new Map(), configId: host })
  return complaintsAbout([
    { name: host, file: path, statements, told: readTold({ director: host, statements }) },
  ])
}

const keyOf = ({ rule, message, at }: ReturnType<typeof complaintsOn>[number]) =>
  JSON.stringify([rule, message, at?.line])

/** The configuration with nothing where lines of the user's stand, so that all others stay where they are. */
function without(lines: readonly string[], { text }: OwnLines): string {
  const left = [...lines]
  const { globals, outside } = globalLines(text)
  for (const part of new Set([text, globals, outside])) {
    const wanted = part
      .trim()
      .split('\n')
      .map((line) => line.trim())
    for (let at = 0; wanted[0] !== '' && at < left.length; at++)
      if (wanted.every((line, index) => left[at + index]?.trim() === line))
        left.fill('', at, at + wanted.length)
  }
  return left.join('\n')
}

/** Those that every director gets, and those of one. */
function ownLinesOf({ balancer, extra, vips }: Cluster, host: string): readonly OwnLines[] {
  const all: readonly OwnLines[] = [
    {
      text: extra.keepalived,
      path: ['cluster', 'extra', 'keepalived'],
      unless: new Set(['keepalived-said-twice']),
    },
    ...vips.flatMap((vip, index) => [
      { text: vip.extra, path: ['cluster', 'vips', index, 'extra'] },
      ...onDirector(vip.onDirectors.get(host)?.extra),
      // What nginx and HAProxy are told stands in other files.
      ...(balancer === 'ipvs' ? vip.services : []).flatMap(({ marked, extra: lines }, at) =>
        (['backend', 'servers'] as const).map((part) => ({
          text: lines[part],
          path: [...vip.servicesAt, marked ?? at, 'extra', part],
        })),
      ),
    ]),
  ]
  return all.filter(({ text }) => text.trim() !== '')
}

function onDirector(said: Said | undefined): readonly OwnLines[] {
  return said ? [{ text: said.value, path: said.path }] : []
}
