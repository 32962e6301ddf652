import type { FleetFile } from './file.ts'
import { sitesOf } from './file.ts'
import { type BucketName, bucketNames, consumerOf, deadSubject, jobSubject, placesOf } from './names.ts'

/** Who comes to the engine: by their public nkeys, as the file of a fleet has them. */
export interface Accounts {
  readonly fleet: string
  readonly operators: readonly string[]
  readonly readers: readonly string[]
  readonly sites: readonly {
    readonly site: string
    readonly workers: readonly string[]
    /** Of its leaf node, as bcrypt has it. */
    readonly password?: string | undefined
  }[]
}

/** What an nkey may send and hear; nothing else. */
export interface Leave {
  readonly publish: readonly string[]
  readonly subscribe: readonly string[]
}

/** What the file of a fleet says of who comes to the engine. */
export function accountsOf({ fleet, accounts, sites, clusters }: FleetFile): Accounts {
  return {
    fleet,
    operators: accounts.operators,
    readers: accounts.readers,
    sites: sitesOf({ sites, clusters }).map((site) => {
      const { workers = [], leaf: password } = sites[site] ?? {}
      return { site, workers, password }
    }),
  }
}

/** Where answers come to somebody: under his own name, so that nobody else may listen to them. */
export function inboxOf(key: string): string {
  return `_INBOX_${key}`
}

/** What a worker of a site does on the engine. `keys`: all of that site, as its leaf node comes for all of them. */
export function leaveOfWorker(
  fleet: string,
  site: string,
  { keys, domain }: { readonly keys: readonly string[]; readonly domain?: string | undefined },
): Leave {
  const { jobs, bundles } = placesOf(fleet)
  const mine = consumerOf(site)
  const objects = `OBJ_${bundles}`
  return {
    publish: [
      ...asked(domain, [
        ...reading(fleet, bucketNames, [streamOf(fleet, 'clusters'), streamOf(fleet, 'state')]),
        `STREAM.MSG.GET.${objects}`,
        `STREAM.MSG.GET.${jobs}`,
        `CONSUMER.INFO.${jobs}.${mine}`,
        `CONSUMER.CREATE.${jobs}.${mine}.${jobSubject(fleet, site, '*')}`,
        `CONSUMER.DURABLE.CREATE.${jobs}.${mine}`,
        `CONSUMER.DELETE.${jobs}.${mine}`,
        `CONSUMER.MSG.NEXT.${jobs}.${mine}`,
      ]),
      `$JS.ACK.${jobs}.${mine}.>`,
      '$JS.FC.>',
      jobSubject(fleet, site, '*'),
      `us.${fleet}.event.>`,
      deadSubject(fleet, site),
      ...(['locks', 'results', 'state', 'workers'] as const).flatMap((bucket) =>
        writing(domain, `$KV.${placesOf(fleet).buckets[bucket]}.>`),
      ),
    ],
    subscribe: keys.map((key) => `${inboxOf(key)}.>`),
  }
}

/** What somebody does on the engine who only looks: `fleet status`, `history`, `log`, `report`, `dead`, `serve`. */
export function leaveOfReader(
  fleet: string,
  { key, domain }: { readonly key: string; readonly domain?: string | undefined },
): Leave {
  const { events, dead } = placesOf(fleet)
  const buckets = ['about', 'locks', 'runs', 'state', 'workers'] as const
  return {
    publish: [
      ...asked(
        domain,
        reading(fleet, buckets, [events, dead, ...buckets.map((bucket) => streamOf(fleet, bucket))]),
      ),
      '$JS.FC.>',
    ],
    subscribe: [`${inboxOf(key)}.>`],
  }
}

/** Words of the interface of JetStream: about all places of the fleet, values of some buckets, and messages of some streams. */
function reading(
  fleet: string,
  buckets: readonly BucketName[],
  streams: readonly string[],
): readonly string[] {
  const { jobs, events, dead, bundles } = placesOf(fleet)
  const all = [jobs, events, dead, `OBJ_${bundles}`, ...bucketNames.map((name) => streamOf(fleet, name))]
  return [
    'INFO',
    ...all.map((stream) => `STREAM.INFO.${stream}`),
    ...new Set(
      [...buckets.map((bucket) => streamOf(fleet, bucket)), ...streams].map(
        (stream) => `STREAM.MSG.GET.${stream}`,
      ),
    ),
    ...streams.flatMap((stream) =>
      ['CREATE', 'INFO', 'DELETE', 'MSG.NEXT'].map((what) => `CONSUMER.${what}.${stream}.>`),
    ),
    ...streams.map((stream) => `CONSUMER.CREATE.${stream}`),
  ]
}

/** By its own name, and by that of its domain for who comes through a leaf node. */
function asked(domain: string | undefined, words: readonly string[]): readonly string[] {
  const prefixes = ['$JS.API', ...(domain === undefined ? [] : [`$JS.${domain}.API`])]
  return prefixes.flatMap((prefix) => words.map((word) => `${prefix}.${word}`))
}

function writing(domain: string | undefined, subject: string): readonly string[] {
  return [subject, ...(domain === undefined ? [] : [`$JS.${domain}.API.${subject}`])]
}

function streamOf(fleet: string, bucket: BucketName): string {
  return `KV_${placesOf(fleet).buckets[bucket]}`
}

/** The same in the words of nats-server's configuration: an account of the fleet's own, with all who come to it. */
export function configurationOf(
  { fleet, operators, readers, sites }: Accounts,
  domain: string | undefined,
): string {
  const users = [
    ...operators.map((key) => ['an operator: does everything in this account', `{ nkey: ${key} }`] as const),
    ...sites.flatMap(({ site, workers, password }) => {
      const leave = leaveOfWorker(fleet, site, { keys: workers, domain })
      return [
        ...workers.map((key) => [`a worker of ${site}`, userOf(`nkey: ${key}`, leave)] as const),
        ...(password === undefined
          ? []
          : [
              [
                `the leaf node of ${site}: what its workers may`,
                userOf(`user: "leaf-${site}", password: "${password}"`, leave),
              ] as const,
            ]),
      ]
    }),
    ...readers.map(
      (key) =>
        ['a reader: changes nothing', userOf(`nkey: ${key}`, leaveOfReader(fleet, { key, domain }))] as const,
    ),
  ]
  return `# Who may do what for the fleet ${fleet}: made by "understudy fleet accounts" of its file.
# In nats-server.conf: include "THIS FILE", beside jetstream {}; then: nats-server --signal reload
accounts {
  "us-${fleet}": {
    jetstream: enabled
    users: [
${users.map(([who, user]) => `      # ${who}\n      ${user}`).join('\n')}
    ]
  }
}
`
}

function userOf(who: string, { publish, subscribe }: Leave): string {
  const list = (subjects: readonly string[]) =>
    `{ allow: [\n${subjects.map((one) => `          "${one}"`).join('\n')}\n        ] }`
  return `{ ${who}, permissions: {\n        publish: ${list(publish)}\n        subscribe: ${list(subscribe)}\n      } }`
}
