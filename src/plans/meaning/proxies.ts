import { type Directive, flattened, readNginx, readSections } from '../../adoption/index.ts'
import { listsMean, type Pool, poolsMean } from './pools.ts'

/** What another haproxy.cfg means. */
export function haproxyMeans(before: string, after: string): readonly string[] {
  return [
    ...portsMean(bindsOf(before), bindsOf(after)),
    ...poolsMean(haproxyPools(before), haproxyPools(after)),
  ]
}

/** What another nginx.conf means. `nameOf`: the machine that has an address, where it is one of ours. */
export function nginxMeans(
  before: string,
  after: string,
  nameOf: (address: string) => string | undefined,
): readonly string[] {
  const [old, made] = [directivesOf(before), directivesOf(after)]
  return [
    ...portsMean(listensOf(old), listensOf(made)),
    ...poolsMean(nginxPools(old, nameOf), nginxPools(made, nameOf)),
  ]
}

/** No client comes to a loopback address. */
function isOfClients(where: string): boolean {
  return !/^(?:127\.|\[?::1\]?:)/.test(where)
}

function portsMean(before: readonly string[], after: readonly string[]): readonly string[] {
  return listsMean(before.filter(isOfClients), after.filter(isOfClients), {
    comes: (where) => `clients are served on ${where} from now on`,
    goes: (where) => `clients are not served on ${where} any more`,
  })
}

function sectionsOf(text: string) {
  return readSections({ path: '', text })
}

function bindsOf(text: string): readonly string[] {
  const all = sectionsOf(text)
    .filter(({ kind }) => kind === 'frontend' || kind === 'listen')
    .flatMap(({ lines }) => lines)
  return [...new Set(all.filter(({ words }) => words[0] === 'bind').map(({ words }) => words[1] ?? ''))]
}

function haproxyPools(text: string): readonly Pool[] {
  return sectionsOf(text)
    .filter(({ kind }) => kind === 'backend' || kind === 'listen')
    .map(({ name, lines }) => ({
      name: `the pool ${name}`,
      servers: lines
        .filter(({ words }) => words[0] === 'server')
        .map(({ words: [, server = '', endpoint = '', ...more] }) => ({
          key: server,
          name: server,
          endpoint,
          weight: more.includes('weight') ? (more[more.indexOf('weight') + 1] ?? '1') : '1',
          backup: more.includes('backup'),
        })),
      how: {
        balance: lines
          .findLast(({ words }) => words[0] === 'balance')
          ?.words.slice(1)
          .join(' '),
        check: lines
          .findLast(({ words }) => words[1] === 'httpchk')
          ?.words.slice(2)
          .join(' '),
      },
    }))
}

/** All directives, those in blocks included. */
function directivesOf(text: string): readonly Directive[] {
  const { directives } = readNginx({ path: '', text }, new Map())
  const inside = (all: readonly Directive[]): readonly Directive[] =>
    flattened(all).flatMap((one) => [one, ...inside(one.block ?? [])])
  return inside(directives)
}

function listensOf(directives: readonly Directive[]): readonly string[] {
  return [...new Set(directives.filter(({ name }) => name === 'listen').map(({ values }) => values[0] ?? ''))]
}

function nginxPools(
  directives: readonly Directive[],
  nameOf: (address: string) => string | undefined,
): readonly Pool[] {
  return directives
    .filter(({ name }) => name === 'upstream')
    .map(({ values, block = [] }) => ({
      name: `the pool ${values[0] ?? ''}`,
      servers: block
        .filter(({ name }) => name === 'server')
        .map(({ values: [endpoint = '', ...more] }) => ({
          key: endpoint,
          name: nameOf(endpoint.replace(/:\d+$/, '').replaceAll(/[[\]]/g, '')) ?? endpoint,
          endpoint,
          weight: more.find((word) => word.startsWith('weight='))?.slice('weight='.length) ?? '1',
          backup: more.includes('backup'),
        })),
      how: {
        balance: block.find(({ name }) => /^(least_conn|ip_hash|hash|random)$/.test(name))?.raw ?? 'in turns',
      },
    }))
}
