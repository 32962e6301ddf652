import { readBlocks } from '../adoption/index.ts'
import type { Cluster, ClusterProblem, Said } from '../cluster/index.ts'
import { assumedMachines, type LoadedIntent } from '../config/index.ts'
import { complaintsAbout, readTold } from '../proof/index.ts'
import { renderedFile } from './rendered.ts'

/** Where keepalived looks. */
const path = '/etc/keepalived/keepalived.conf'

/** Lines of keepalived.conf that a user wrote into an inventory, and where. */
interface OwnLines {
  readonly text: string
  readonly path: readonly PropertyKey[]
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
 * directors: written for each of them, those lines stand among ours.
 */
export function ownLineProblems(intent: LoadedIntent): readonly ClusterProblem[] {
  return intent.clusters.flatMap((cluster) => {
    const facts = new Map(assumedMachines(cluster))
    const found = cluster.directors.flatMap(({ host }) => {
      const own = ownLinesOf(cluster, host)
      if (own.length === 0) return []
      const text = renderedFile(intent, { host, path, facts })
      return text === undefined ? [] : problemsOn(host, text, own)
    })
    return [...new Map(found.map((one) => [JSON.stringify([one.rule, one.message]), one])).values()]
  })
}

function problemsOn(host: string, text: string, own: readonly OwnLines[]): readonly ClusterProblem[] {
  const { statements } = readBlocks({
    main: { path, text },
    includes: new Map(),
    configId: host,
  })
  const written = { name: host, file: path, statements, told: readTold({ director: host, statements }) }
  const lines = text.split('\n')
  return complaintsAbout([written]).flatMap(
    ({ rule, severity, message, next, at }): readonly ClusterProblem[] => {
      const line = at && lines[at.line - 1]?.trim()
      const from = own.find((one) => line && one.text.split('\n').some((each) => each.trim() === line))
      return from && !toldElsewhere.has(rule)
        ? [{ rule, severity, message, ...(next === undefined ? {} : { next }), host, path: from.path }]
        : []
    },
  )
}

/** Those that every director gets, and those of one. */
function ownLinesOf({ balancer, extra, vips }: Cluster, host: string): readonly OwnLines[] {
  const all: readonly OwnLines[] = [
    { text: extra.keepalived, path: ['cluster', 'extra', 'keepalived'] },
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
