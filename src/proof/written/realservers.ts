import { lastOf, type Statement } from '../../adoption/index.ts'
import { canonical } from '../../cluster/index.ts'
import { suggestion } from '../../model/suggest.ts'
import { numberOr } from '../tracks.ts'
import {
  blocksOf,
  isAddress,
  namedReal,
  namedServer,
  realsOf,
  servers,
  type WrittenFamily,
} from './subject.ts'

/** Names that keepalived takes for a scheduler of the kernel (check_parser.c, lvs_schedulers). */
const schedulers = 'rr wrr lc wlc lblc lblcr sh dh mh fo ovf sed nq'.split(' ')

/** Rules about whom a `virtual_server` chooses, and when it stops choosing them. */
export const realserverRules = {
  'keepalived-scheduler': {
    severity: 'error',
    reason: 'A scheduler of another name keepalived ignores, and takes wlc.',
    source: 'keepalived.conf(5), lvs_sched; keepalived check_parser.c, lvs_schedulers',
    find: (one) =>
      servers(one).flatMap((server) => {
        const line = lastOf(server.block ?? [], 'lb_algo', 'lvs_sched')
        const [name = ''] = line?.values ?? []
        return line === undefined || schedulers.includes(name)
          ? []
          : [
              {
                message: `${namedServer(server)} has the ${line.keyword} ${name}`,
                at: line.at,
                next: suggestion(name, schedulers),
              },
            ]
      }),
  },
  'keepalived-unchecked': {
    severity: 'warning',
    reason: 'Without a check a realserver is sent clients after it has died, too.',
    source: 'keepalived.conf(5), real_server',
    find: (one) =>
      servers(one).flatMap((server) =>
        realsOf(server)
          .filter(({ block = [] }) => !block.some(({ keyword }) => /_(CHECK|GET)$/.test(keyword)))
          .map((real) => ({
            message: `nobody looks whether ${namedReal(real, server)} is there`,
            at: real.at,
            next: 'Add a check of what it serves, such as HTTP_GET, TCP_CHECK or MISC_CHECK.',
          })),
      ),
  },
  'keepalived-check-port': {
    severity: 'error',
    reason:
      'A realserver that stands for all ports (0) is looked at on port 0, where nobody listens, unless its check names one.',
    source: 'keepalived.conf(5), connect_port',
    find: (one) =>
      servers(one).flatMap((server) =>
        realsOf(server)
          .filter(({ values }) => (values[1] ?? '0') === '0')
          .flatMap(({ values, block = [] }) =>
            block
              .filter(
                ({ keyword, block: lines = [] }) =>
                  /^((HTTP|SSL)_GET|(TCP|SMTP)_CHECK)$/.test(keyword) && !namesPort(lines),
              )
              .map(({ keyword, at }) => ({
                message: `${keyword} of ${namedReal({ values }, server)} names no port`,
                at,
                next: 'Add: connect_port 80 (or whichever it serves)',
              })),
          ),
      ),
  },
  'keepalived-server-unheld': {
    severity: 'warning',
    reason:
      'Clients come to the director that holds the address of a virtual_server: one that no vrrp_instance moves comes to nobody, or stays where it is.',
    source: 'keepalived.conf(5), virtual_server and virtual_ipaddress',
    find: (one) => {
      const held = new Set(one.told.speakers.flatMap(({ vips, excluded }) => [...vips, ...excluded]))
      const fixed = ['static_ipaddress', 'virtual_ipaddress']
        .flatMap((keyword) => blocksOf(one, keyword))
        .flatMap(({ block = [] }) => block.map(({ keyword }) => canonical(keyword.split('/')[0] ?? '')))
      const asked = [
        ...servers(one).map(({ values: [address = ''], at }) => ({ address, at })),
        ...blocksOf(one, 'virtual_server_group').flatMap(({ block = [] }) =>
          block.map(({ keyword: address, at }) => ({ address, at })),
        ),
      ]
      return held.size === 0
        ? []
        : asked.flatMap(({ address, at }) =>
            !isAddress(address) || held.has(canonical(address)) || fixed.includes(canonical(address))
              ? []
              : [
                  {
                    message: `no vrrp_instance of ${one.name} holds ${address}, to which clients of a virtual_server come`,
                    at,
                    next: 'Add it to the virtual_ipaddress of the instance with which it moves.',
                  },
                ],
          )
    },
  },
  'keepalived-quorum': {
    severity: 'warning',
    reason:
      'A quorum of more weight than all realservers have together is never there, and a hysteresis as large as the quorum is never left.',
    source: 'keepalived.conf(5), quorum and hysteresis',
    find: (one) =>
      servers(one).flatMap((server) => {
        const line = lastOf(server.block ?? [], 'quorum')
        const most = weightOf(server)
        const slack = lastOf(server.block ?? [], 'hysteresis')
        const quorum = numberOr(line?.values[0], 1)
        if (slack && quorum <= most && numberOr(slack.values[0], 0) >= quorum)
          return [
            {
              message: `${namedServer(server)} has the hysteresis ${slack.values[0]}, and the quorum ${quorum}, which is then never lost`,
              at: slack.at,
              next: `Write ${Math.max(0, quorum - 1)} at most.`,
            },
          ]
        return line === undefined || realsOf(server).length === 0 || numberOr(line.values[0], 1) <= most
          ? []
          : [
              {
                message: `${namedServer(server)} has the quorum ${line.values[0]}, and its realservers weigh ${most} together`,
                at: line.at,
                next: `Write ${Math.max(1, most)} at most.`,
              },
            ]
      }),
  },
  'keepalived-threshold': {
    severity: 'error',
    reason:
      'A realserver gets clients again below its lthreshold: the kernel refuses one that is not below the uthreshold at which it gets none.',
    source:
      'ipvsadm(8), --u-threshold and --l-threshold; Linux, net/netfilter/ipvs/ip_vs_ctl.c, ip_vs_add_dest',
    find: (one) =>
      servers(one).flatMap((server) =>
        realsOf(server).flatMap((real) => {
          const block = real.block ?? []
          const [lower, upper] = [lastOf(block, 'lthreshold'), lastOf(block, 'uthreshold')]
          return lower && upper && Number(lower.values[0]) > Number(upper.values[0])
            ? [
                {
                  message: `${namedReal(real, server)} has the lthreshold ${lower.values[0]}, above its uthreshold ${upper.values[0]}`,
                  at: lower.at,
                  next: `Write a number below ${upper.values[0]}.`,
                },
              ]
            : []
        }),
      ),
  },
  'keepalived-weightless': {
    severity: 'warning',
    reason: 'A realserver without weight gets no new connection.',
    source: 'ipvsadm(8), --weight',
    find: (one) =>
      servers(one).flatMap((server) =>
        realsOf(server).length > 0 && weightOf(server) === 0
          ? [
              {
                message: `no real_server of ${namedServer(server)} has a weight above 0`,
                at: server.at,
                next: 'Give those a weight that are to serve.',
              },
            ]
          : [],
      ),
  },
} as const satisfies WrittenFamily

/** Whether a check, or each of its hosts, says a port of its own. */
function namesPort(lines: readonly Statement[]): boolean {
  if (lastOf(lines, 'connect_port')) return true
  const hosts = lines.filter(({ keyword }) => keyword === 'host')
  return hosts.length > 0 && hosts.every(({ block = [] }) => lastOf(block, 'connect_port'))
}

/** All that the realservers weigh together: 1 each where nothing is said. */
function weightOf(server: Statement): number {
  const usual = numberOr(lastOf(server.block ?? [], 'weight')?.values[0], 1)
  return realsOf(server).reduce(
    (sum, { block = [] }) => sum + Math.max(0, numberOr(lastOf(block, 'weight')?.values[0], usual)),
    0,
  )
}
