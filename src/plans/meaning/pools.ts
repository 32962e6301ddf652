/** A server of a pool. */
export interface PoolServer {
  /** By which it is known before and after. */
  readonly key: string
  /** As people know it. */
  readonly name: string
  readonly endpoint: string
  readonly weight: string
  readonly backup: boolean
}

/** Servers that share what comes for them. */
export interface Pool {
  /** Such as `the pool web_80`. */
  readonly name: string
  readonly servers: readonly PoolServer[]
  /** What else is known of how it shares, by words for people. */
  readonly how: Readonly<Record<string, string | undefined>>
}

/** Something was not there before. */
export function isNew(name: string, what: string): string {
  return `${name} is new: ${what}`
}

/** What becomes of pools, in sentences; `comes` makes that of a pool that was not there. */
export function poolsMean(
  before: readonly Pool[],
  after: readonly Pool[],
  comes: (name: string, what: string) => string = isNew,
): readonly string[] {
  const old = new Map(before.map((pool) => [pool.name, pool]))
  const made = new Map(after.map((pool) => [pool.name, pool]))
  return [
    ...before.filter(({ name }) => !made.has(name)).map(({ name }) => `${name} is gone`),
    ...after.flatMap((pool) => {
      const was = old.get(pool.name)
      return was ? poolMeans(was, pool) : [comes(pool.name, names(pool))]
    }),
  ]
}

function names({ servers }: Pool): string {
  return servers.length === 0 ? 'nobody is in it' : servers.map(({ name }) => name).join(', ')
}

function poolMeans(before: Pool, after: Pool): readonly string[] {
  const { name } = after
  const old = new Map(before.servers.map((server) => [server.key, server]))
  const made = new Map(after.servers.map((server) => [server.key, server]))
  return [
    ...before.servers.filter(({ key }) => !made.has(key)).map((server) => `${server.name} leaves ${name}`),
    ...after.servers.flatMap((server) => {
      const was = old.get(server.key)
      return was ? serverMeans(was, server, name) : [`${server.name} joins ${name}`]
    }),
    ...wordsMean(name, before.how, after.how),
  ]
}

function serverMeans(before: PoolServer, after: PoolServer, pool: string): readonly string[] {
  const of = `${after.name} of ${pool}`
  return [
    ...(before.endpoint === after.endpoint ? [] : [`${of}: ${before.endpoint} → ${after.endpoint}`]),
    ...(before.weight === after.weight ? [] : [`${of}: weight ${before.weight} → ${after.weight}`]),
    ...(before.backup === after.backup
      ? []
      : [`${of} ${after.backup ? 'serves only when no other does' : 'serves beside the others'}`]),
  ]
}

/** Words whose values are others now. */
export function wordsMean(
  of: string,
  before: Readonly<Record<string, string | undefined>>,
  after: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const all = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return all
    .filter((word) => before[word] !== after[word])
    .map((word) => `${of}: ${word} ${before[word] ?? '(none)'} → ${after[word] ?? '(none)'}`)
}

/** What is in one of two lists only, in sentences. */
export function listsMean(
  before: readonly string[],
  after: readonly string[],
  { comes, goes }: { readonly comes: (one: string) => string; readonly goes: (one: string) => string },
): readonly string[] {
  return [
    ...before.filter((one) => !after.includes(one)).map(goes),
    ...after.filter((one) => !before.includes(one)).map(comes),
  ]
}
