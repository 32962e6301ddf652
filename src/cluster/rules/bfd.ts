import { canonical } from '../addresses.ts'
import { eachAddress } from '../together.ts'
import { type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about routers that directors watch by BFD. */
export const bfdRules = {
  'bfd-director': {
    severity: 'error',
    reason:
      'A director that watches another one by BFD gives its VIPs up when that one is gone, which is when it is needed; a VIP answers nowhere but with its holder.',
    source: 'keepalived.conf(5), BFD CONFIGURATION',
    find: routersAreOthers,
  },
  'bfd-twice': {
    severity: 'error',
    reason: 'There is one session of BFD with each neighbour.',
    source: 'RFC 5881, 3',
    find: routersDiffer,
  },
  'bfd-unbuilt': {
    severity: 'error',
    reason: 'A keepalived that is built without BFD does not know its words.',
    source: "keepalived's configure, --enable-bfd",
    find: bfdIsBuiltIn,
  },
} satisfies Family<'bfd'>

function routersAreOthers(subject: Subject): readonly Wrong[] {
  const { cluster, settings, all } = subject
  const directors = cluster.directors.map(({ host }) => host)
  const own = new Map(
    all
      .filter(({ name }) => directors.includes(name))
      .map((member) => [canonical(member.address), `is ${member.name}, a director`]),
  )
  for (const { host, address } of cluster.directors)
    if (address !== undefined) own.set(address, `is ${host}, a director`)
  for (const vip of cluster.vips)
    for (const { address } of eachAddress(vip)) own.set(address, 'is a VIP, which moves')
  return settings.vrrp.bfd.flatMap(({ neighbor }, index) => {
    const why = own.get(canonical(neighbor))
    return why === undefined
      ? []
      : [
          wrong(
            subject,
            ['vrrp', 'bfd', index, 'neighbor'],
            `${neighbor} ${why}: directors watch routers by BFD, and each other by VRRP`,
            'Name a router that speaks BFD with the directors, or leave it out.',
          ),
        ]
  })
}

function routersDiffer(subject: Subject): readonly Wrong[] {
  const { bfd } = subject.settings.vrrp
  return bfd.flatMap(({ neighbor }, index) =>
    bfd.findIndex((one) => canonical(one.neighbor) === canonical(neighbor)) === index
      ? []
      : [
          wrong(
            subject,
            ['vrrp', 'bfd', index, 'neighbor'],
            `the router ${neighbor} is watched already`,
            'Leave one of the two out.',
          ),
        ],
  )
}

function bfdIsBuiltIn(subject: Subject): readonly Wrong[] {
  const built = subject.cluster.source.keepalived
  if (!built || subject.settings.vrrp.bfd.length === 0 || built.configure.includes('--enable-bfd')) return []
  return [
    wrong(
      subject,
      ['source', 'keepalived'],
      'keepalived is built without BFD, by which routers are to be watched',
      'Add --enable-bfd to configure of source.keepalived.',
    ),
  ]
}
