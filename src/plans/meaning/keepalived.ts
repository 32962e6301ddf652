import {
  type Instance,
  includedBy,
  instancesIn,
  lastOf,
  type Statement,
  statementsIn,
} from '../../adoption/index.ts'
import { bracketed } from '../../model/endpoint.ts'
import { isNew, listsMean, type Pool, poolsMean, wordsMean } from './pools.ts'

/** What another keepalived.conf means. `nameOf`: the machine that has an address, where it is one of ours. */
export function keepalivedMeans(
  before: string,
  after: string,
  nameOf: (address: string) => string | undefined,
): readonly string[] {
  const [old, made] = [instancesIn(before), instancesIn(after)]
  const comes = asNew(includedBy(before).filter((pattern) => !includedBy(after).includes(pattern)))
  return [
    ...old
      .filter((one) => !partner(one, made))
      .map((one) => `${one.name} is gone, with ${addressesOf(one).join(', ')}`),
    ...made.flatMap((one) => {
      const was = partner(one, old)
      return was ? instanceMeans(was, one) : [comes(one.name, described(one))]
    }),
    ...poolsMean(virtualServers(before, nameOf), virtualServers(after, nameOf), comes),
  ]
}

/** What stands in files that were included may have been there all along: only the one that includes them is known. */
function asNew(included: readonly string[]): (name: string, what: string) => string {
  const where = included.join(', ')
  return (name, what) =>
    where === ''
      ? isNew(name, what)
      : `${name} stands in this file from now on, and is new unless it stood in ${where}: ${what}`
}

/** The same instance under whatever name: it has that name, that VRID or one of these addresses. */
function partner(one: Instance, others: readonly Instance[]): Instance | undefined {
  return (
    others.find(({ name }) => name === one.name) ??
    others.find((other) => addressesOf(other).some((address) => addressesOf(one).includes(address)))
  )
}

function described(one: Instance): string {
  return `VRID ${one.vrid}, priority ${one.priority}, ${addressesOf(one).join(', ')}`
}

function addressesOf({ addresses, rest }: Instance): readonly string[] {
  const excluded = rest
    .filter(({ keyword }) => keyword === 'virtual_ipaddress_excluded')
    .flatMap(({ block = [] }) => block.map(({ keyword }) => keyword.split('/')[0] ?? ''))
  return [...addresses.map(({ address }) => address), ...excluded]
}

function instanceMeans(before: Instance, after: Instance): readonly string[] {
  const { name } = after
  return [
    ...wordsMean(name, wordsOf(before), wordsOf(after)),
    ...listsMean(addressesOf(before), addressesOf(after), {
      comes: (address) => `${address} moves with ${name} from now on`,
      goes: (address) => `${address} does not move with ${name} any more`,
    }),
    ...listsMean(before.peers ?? [], after.peers ?? [], {
      comes: (peer) => `${name} speaks with ${peer} from now on`,
      goes: (peer) => `${name} does not speak with ${peer} any more`,
    }),
    ...listsMean(tracked(before), tracked(after), {
      comes: (what) => `${name} follows ${what} from now on`,
      goes: (what) => `${name} does not follow ${what} any more`,
    }),
    // What they say is secret.
    ...(authenticationOf(before) === authenticationOf(after) ? [] : [`${name}: another authentication`]),
  ]
}

function wordsOf(one: Instance): Readonly<Record<string, string | undefined>> {
  return {
    name: one.name,
    VRID: String(one.vrid),
    priority: String(one.priority),
    interface: one.interface,
    version: String(one.version),
    'interval of adverts': `${one.advertInterval} s`,
    preempts: one.nopreempt ? 'no' : 'yes',
    'waits before it preempts': `${one.preemptDelay} s`,
    'tells neighbours again': one.garpRefresh === 0 ? 'never' : `every ${one.garpRefresh} s`,
    speaks: one.peers ? 'by unicast' : 'by multicast',
    from: one.source,
  }
}

function tracked({ rest }: Instance): readonly string[] {
  return rest
    .filter(({ keyword }) => keyword.startsWith('track_'))
    .flatMap(({ block = [] }) => block.map(({ keyword, values }) => [keyword, ...values].join(' ')))
}

function authenticationOf({ rest }: Instance): string {
  const block = rest.filter(({ keyword }) => keyword === 'authentication').flatMap((one) => one.block ?? [])
  return block.map(({ raw }) => raw).join(' ')
}

function virtualServers(text: string, nameOf: (address: string) => string | undefined): readonly Pool[] {
  return statementsIn(text)
    .filter(({ keyword }) => keyword === 'virtual_server')
    .map(({ values, block = [] }) => ({
      name: `the pool of ${values[0] === 'fwmark' ? values.join(' ') : endpoint(values)}`,
      servers: block
        .filter(({ keyword }) => keyword === 'real_server')
        .map((server) => ({
          key: endpoint(server.values),
          name: nameOf(server.values[0] ?? '') ?? endpoint(server.values),
          endpoint: endpoint(server.values),
          weight: lastOf(server.block ?? [], 'weight')?.values[0] ?? '1',
          backup: false,
        })),
      how: {
        scheduler: said(block, 'lb_algo', 'lvs_sched'),
        forwarding: said(block, 'lb_kind', 'lvs_method'),
        persistence: said(block, 'persistence_timeout'),
        quorum: said(block, 'quorum'),
        'is checked every': said(block, 'delay_loop'),
      },
    }))
}

function said(block: readonly Statement[], ...keywords: readonly string[]): string | undefined {
  return lastOf(block, ...keywords)?.values[0]
}

function endpoint([address = '', port]: readonly string[]): string {
  const written = bracketed(address)
  return port === undefined ? written : `${written}:${port}`
}
