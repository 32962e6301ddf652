import ipaddr from 'ipaddr.js'
import { canonical, familyOf } from '../addresses.ts'
import { routeWords } from '../routes.ts'
import { eachAddress } from '../together.ts'
import { type Doubt, doubtful, type Family, repeated, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about the routes, and the rules of routing, that move with a VIP. */
export const routeRules = {
  'route-network': {
    severity: 'error',
    reason: 'The kernel refuses a network that has bits of a host.',
    source: 'ip-route(8)',
    find: destinationsAreNetworks,
  },
  'route-family': {
    severity: 'error',
    reason: 'A route leads, and a rule compares, within one address family.',
    source: 'ip-route(8); ip-rule(8)',
    find: familiesAgree,
  },
  'route-router': {
    severity: 'error',
    reason: 'The holder of a VIP cannot be its own router, and a link-local router is of an interface.',
    source: 'ip-route(8), via',
    find: routersAreOthers,
  },
  'route-source': {
    severity: 'error',
    reason:
      'A source that does not move with the VIP is missing on the other directors, and the kernel refuses the route there.',
    source: 'ip-route(8), src',
    find: sourcesMove,
  },
  'route-of-neighbours': {
    severity: 'error',
    reason:
      'Whoever is in the network of the VIP is a neighbour of its holder, whose own route leads there: one by a router stands in its way.',
    source: 'ip-route(8), scope link and via',
    find: neighboursNeedNoRouter,
  },
  'route-twice': {
    severity: 'error',
    reason: 'Of two routes to one network with one metric the kernel keeps one.',
    source: 'ip-route(8), metric',
    find: routesDiffer,
  },
  'route-rule-priority-twice': {
    severity: 'error',
    reason: 'Rules of one priority are asked in an order that nobody knows.',
    source: 'ip-rule(8), priority',
    find: placesDiffer,
  },
  'route-rule-for-all': {
    severity: 'error',
    reason:
      'A rule without a condition sends every packet of the machine to its table, those of the administrator too.',
    source: 'ip-rule(8)',
    find: rulesConcernSomething,
  },
  'route-rule-table': {
    severity: 'warning',
    reason: 'A rule that asks an empty table changes nothing: the packet goes on to the next rule.',
    source: 'ip-rule(8)',
    find: tablesHaveRoutes,
  },
} satisfies Family<'route'>

type Place = readonly PropertyKey[]

/** Each network that is written, with its place. */
function destinations({ settings }: Subject): readonly { readonly text: string; readonly path: Place }[] {
  return settings.vips.flatMap(({ routes, rules }, index) => [
    ...routes.map(({ to }, at) => ({ text: to, path: ['vips', index, 'routes', at, 'to'] })),
    ...rules.flatMap((rule, at) =>
      (['from', 'to'] as const).flatMap((word) => {
        const text = rule[word]
        return text === undefined ? [] : [{ text, path: ['vips', index, 'rules', at, word] }]
      }),
    ),
  ])
}

/** The kernel takes no network with bits of a host. */
function destinationsAreNetworks(subject: Subject): readonly Wrong[] {
  return destinations(subject).flatMap(({ text, path }) => {
    const [address = '', prefix] = text.split('/')
    if (prefix === undefined) return []
    const kind = familyOf(address) === 'ipv6' ? ipaddr.IPv6 : ipaddr.IPv4
    const meant = `${kind.networkAddressFromCIDR(text).toString()}/${prefix}`
    if (meant === `${canonical(address)}/${prefix}`) return []
    return [
      wrong(
        subject,
        path,
        `${text} is an address in a network, where a network is needed`,
        `Write ${meant}, or ${address} for that address alone.`,
      ),
    ]
  })
}

function familiesAgree(subject: Subject): readonly Wrong[] {
  return subject.settings.vips.flatMap(({ routes, rules }, index) => [
    ...routes.flatMap((route, at) =>
      (['via', 'src'] as const).flatMap((word) => {
        const address = route[word]
        if (address === undefined || familyOf(address) === familyOf(route.to)) return []
        return [apart(subject, ['vips', index, 'routes', at, word], address, route.to)]
      }),
    ),
    ...rules.flatMap(({ from, to }, at) =>
      from === undefined || to === undefined || familyOf(from) === familyOf(to)
        ? []
        : [apart(subject, ['vips', index, 'rules', at, 'to'], to, from)],
    ),
  ])
}

function apart(subject: Subject, path: Place, one: string, other: string): Wrong {
  return wrong(
    subject,
    path,
    `${one} is of another address family than ${other}`,
    'Give both in one family, or write a second entry for the other.',
  )
}

/** Who holds the VIP cannot be its own router, and nobody would be one who is a neighbour of an unknown link. */
function routersAreOthers(subject: Subject): readonly Wrong[] {
  const { cluster, settings } = subject
  const moving = new Set(cluster.vips.flatMap((vip) => eachAddress(vip).map(({ address }) => address)))
  if (cluster.nat) moving.add(cluster.nat.gateway)
  const own = new Map(
    cluster.directors.flatMap(({ host, connection, address }) =>
      [connection, ...(address === undefined ? [] : [address])].map((one) => [canonical(one), host]),
    ),
  )
  return cluster.vips.flatMap(({ routes }, index) =>
    routes.flatMap(({ via, dev }, at) => {
      if (via === undefined) return []
      const path = ['vips', index, 'routes', at, 'via']
      const written = settings.vips[index]?.routes[at]?.via ?? via
      if (moving.has(via) || own.has(via))
        return [
          wrong(
            subject,
            path,
            moving.has(via)
              ? `the router ${written} is an address that moves with a VIP: the holder would send packets to itself`
              : `the router ${written} is ${own.get(via)} itself, which may hold the VIP`,
            'Give the address of a router that is none of the directors.',
          ),
        ]
      const isOfTheLink = /^fe[89ab]/.test(via)
      return isOfTheLink && dev === undefined
        ? [
            wrong(
              subject,
              path,
              `${written} is an address of a link, and no interface tells of which`,
              'Name the interface as dev beside it.',
            ),
          ]
        : []
    }),
  )
}

/** The same line holds for every director: no address of one of them does for all. */
function sourcesMove(subject: Subject): readonly Wrong[] {
  return subject.cluster.vips.flatMap((vip, index) => {
    const moving = eachAddress(vip).map(({ address }) => address)
    return vip.routes.flatMap(({ src, family }, at) => {
      if (src === undefined || moving.includes(src) || familyOf(src) !== family) return []
      const choice = moving.filter((address) => familyOf(address) === family)
      return [
        wrong(
          subject,
          ['vips', index, 'routes', at, 'src'],
          `${src} does not move with the VIP ${vip.address}: a director without it could not use the route`,
          choice.length > 0
            ? `Give ${choice.join(' or ')}, or leave src out.`
            : 'Leave src out, or list an address of that family under also.',
        ),
      ]
    })
  })
}

/** In a table of its own it may be meant. */
function neighboursNeedNoRouter(subject: Subject): readonly Wrong[] {
  return subject.cluster.vips.flatMap((vip, index) => {
    const own = new Set(
      eachAddress(vip).flatMap(({ address, prefix }) =>
        prefix === undefined ? [] : [networkOf(address, prefix)],
      ),
    )
    return vip.routes.flatMap(({ to, via, table }, at) =>
      via !== undefined && (table ?? mainTable) === mainTable && own.has(to)
        ? [
            wrong(
              subject,
              ['vips', index, 'routes', at],
              `${to} is the network of the VIP ${vip.address}, and its route leads to the router ${via}`,
              'Remove it, or give it a table of its own.',
            ),
          ]
        : [],
    )
  })
}

/** What ip-route(8) calls main. */
const mainTable = 254

function networkOf(address: string, prefix: number): string {
  const kind = familyOf(address) === 'ipv6' ? ipaddr.IPv6 : ipaddr.IPv4
  return `${kind.networkAddressFromCIDR(`${address}/${prefix}`).toString()}/${prefix}`
}

function routesDiffer(subject: Subject): readonly Wrong[] {
  const all = subject.cluster.vips.flatMap(({ routes }, index) =>
    routes.map((route, at) => ({ route, path: ['vips', index, 'routes', at] })),
  )
  return repeated(all, ({ route: { to, table, metric } }) => `${to} ${table} ${metric}`).map(
    ({ item, earlier }) =>
      wrong(
        subject,
        item.path,
        `two routes lead to ${item.route.to}: ${routeWords(earlier.route)}, and ${routeWords(item.route)}`,
        'Remove one of the two, or tell them apart by metric or table.',
      ),
  )
}

/** Rules of one place are asked in an order that nobody knows. */
function placesDiffer(subject: Subject): readonly Wrong[] {
  const all = subject.cluster.vips.flatMap(({ rules }, index) =>
    rules.map(({ family, priority }, at) => ({
      family,
      priority,
      path: ['vips', index, 'rules', at, 'priority'],
    })),
  )
  return repeated(all, ({ family, priority }) => `${family} ${priority}`).map(({ item }) =>
    wrong(
      subject,
      item.path,
      `another rule has the priority ${item.priority}, too: which of them is asked first is left to chance`,
      'Give each rule a priority of its own.',
    ),
  )
}

function rulesConcernSomething(subject: Subject): readonly Wrong[] {
  return subject.settings.vips.flatMap(({ rules }, index) =>
    rules.flatMap(({ from, to, iif, fwmark, table }, at) =>
      [from, to, iif, fwmark].some((word) => word !== undefined)
        ? []
        : [
            wrong(
              subject,
              ['vips', index, 'rules', at],
              `the rule asks table ${table} for every packet: nothing tells which it concerns`,
              'Say from, to, iif or fwmark.',
            ),
          ],
    ),
  )
}

/** Whoever fills a table by other means has no route of another table here. */
function tablesHaveRoutes(subject: Subject): readonly Doubt[] {
  const { vips } = subject.settings
  const filled = new Set(vips.flatMap(({ routes }) => routes.flatMap(({ table }) => table ?? [])))
  if (filled.size === 0) return []
  return vips.flatMap(({ rules }, index) =>
    rules.flatMap(({ table }, at) =>
      filled.has(table) || table >= firstOfKernel
        ? []
        : [
            doubtful(
              subject,
              ['vips', index, 'rules', at, 'table'],
              `no route here is in table ${table}: those that are given a table are in ${[...filled].join(', ')}`,
              `Write ${[...filled].join(' or ')}, or give a route this table.`,
            ),
          ],
    ),
  )
}

/** What ip-route(8) calls default, main and local come last. */
const firstOfKernel = 253
