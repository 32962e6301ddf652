import { lastOf } from '../../adoption/index.ts'
import { canonical } from '../../cluster/index.ts'
import { suggestion } from '../../model/suggest.ts'
import {
  blocksOf,
  methodOf,
  namedReal,
  namedServer,
  protocolOf,
  realsOf,
  servers,
  type WrittenFamily,
} from './subject.ts'

/** Rules about where a `virtual_server` is, and where what it sends comes to. */
export const serviceRules = {
  'keepalived-protocol': {
    severity: 'error',
    reason: 'A virtual_server that says neither TCP nor UDP nor SCTP is one of UDP: no page is served by it.',
    source: 'keepalived check_data.c, validate_check_config; keepalived.conf(5), protocol',
    find: (one) =>
      servers(one).flatMap((server) => {
        if (server.values[0] === 'fwmark' || server.values[0] === 'group') return []
        const line = lastOf(server.block ?? [], 'protocol')
        const [name] = line?.values ?? []
        return /^(TCP|UDP|SCTP)$/i.test(name ?? '')
          ? []
          : [
              {
                message: `${namedServer(server)} has ${name === undefined ? 'no protocol' : `the protocol ${name}`}, which makes it one of UDP`,
                at: line?.at ?? server.at,
                next: 'Write: protocol TCP',
              },
            ]
      }),
  },
  'keepalived-one-packet': {
    severity: 'warning',
    reason: 'One-packet scheduling is of UDP: beside another protocol keepalived leaves it out.',
    source: 'keepalived check_data.c, validate_check_config; ipvsadm(8), --ops',
    find: (one) =>
      servers(one).flatMap((server) => {
        const line = lastOf(server.block ?? [], 'ops')
        const protocol = protocolOf(server)
        return line && (protocol === 'TCP' || protocol === 'SCTP')
          ? [
              {
                message: `${namedServer(server)} has ops and is of ${protocol}`,
                at: line.at,
                next: 'Remove ops.',
              },
            ]
          : []
      }),
  },
  'keepalived-method-unsaid': {
    severity: 'warning',
    reason:
      'Without an lvs_method keepalived takes NAT, under which answers have to come back through the director.',
    source: 'keepalived check_data.c, validate_check_config; keepalived.conf(5), lvs_method',
    find: (one) =>
      servers(one).flatMap((server) => {
        const says = ({ block = [] }: typeof server) => lastOf(block, 'lb_kind', 'lvs_method') !== undefined
        return says(server) || realsOf(server).length === 0 || realsOf(server).every(says)
          ? []
          : [
              {
                message: `${namedServer(server)} says no lvs_method`,
                at: server.at,
                next: 'Write NAT, DR or TUN.',
              },
            ]
      }),
  },
  'keepalived-server-group': {
    severity: 'error',
    reason:
      'A virtual_server of a group that is defined nowhere keepalived leaves out, or one that has no entries.',
    source: 'keepalived ipwrapper.c, link_vsg_to_vs; check_parser.c, vsg_handler',
    find: (one) => {
      const groups = blocksOf(one, 'virtual_server_group')
      const names = groups.map(({ values }) => values[0] ?? '')
      return [
        ...servers(one)
          .filter(({ values: [is, name = ''] }) => is === 'group' && !names.includes(name))
          .map((server) => ({
            message: `${namedServer(server)} names a virtual_server_group that is defined nowhere`,
            at: server.at,
            next: suggestion(server.values[1] ?? '', names),
          })),
        ...groups
          .filter(({ block = [] }) => block.length === 0)
          .map(({ values, at }) => ({
            message: `virtual_server_group ${values[0] ?? ''} has no entries`,
            at,
            next: 'List addresses with their ports, or fwmark and a number.',
          })),
      ]
    },
  },
  'keepalived-realserver-vip': {
    severity: 'warning',
    reason: 'A realserver that is the VIP itself is the director that holds it: requests come back to it.',
    source: 'ipvsadm(8), --real-server; LVS-HOWTO, LocalNode',
    find: (one) => {
      const held = new Set(one.told.speakers.flatMap(({ vips, excluded }) => [...vips, ...excluded]))
      return servers(one).flatMap((server) => [
        ...realsOf(server)
          .filter(({ values: [address = ''] }) => held.has(canonical(address)))
          .map(({ values, at }) => ({
            message: `${namedReal({ values }, server)} is a VIP`,
            at,
            next: 'Name the address that the realserver has of its own.',
          })),
        // At another port of the VIP the director itself may say sorry.
        ...(server.block ?? [])
          .filter(
            ({ keyword, values: [address = '', port] }) =>
              keyword === 'sorry_server' && held.has(canonical(address)) && port === server.values[1],
          )
          .map(({ values, at }) => ({
            message: `the sorry_server ${values.join(' ')} of ${namedServer(server)} is a VIP`,
            at,
            next:
              methodOf(server) === 'NAT'
                ? 'Name another server, or another port of it, at which this one says sorry.'
                : 'Name another server, or 127.0.0.1 and the port at which this one says sorry.',
          })),
      ])
    },
  },
  'keepalived-sorry-realserver': {
    severity: 'warning',
    reason:
      'A sorry_server serves when no realserver is left: one that is a realserver of the same virtual_server is gone by then.',
    source: 'keepalived.conf(5), sorry_server',
    find: (one) =>
      servers(one).flatMap((server) => {
        const endpoint = ({ values: [address = '', port = '0'] }: typeof server) =>
          `${canonical(address)} ${port}`
        const sorry = lastOf(server.block ?? [], 'sorry_server')
        return sorry && realsOf(server).some((real) => endpoint(real) === endpoint(sorry))
          ? [
              {
                message: `the sorry_server ${sorry.values.join(' ')} of ${namedServer(server)} is one of its realservers`,
                at: sorry.at,
                next: 'Name another server, or remove the line.',
              },
            ]
          : []
      }),
  },
  'keepalived-mark-port': {
    severity: 'warning',
    reason:
      'Packets that are balanced by their mark keep the port to which they came: that of a realserver keepalived leaves out.',
    source: 'keepalived check_data.c, validate_check_config; ipvsadm(8), --fwmark-service',
    find: (one) =>
      servers(one)
        .filter(({ values: [is] }) => is === 'fwmark')
        .flatMap((server) =>
          realsOf(server).flatMap((real) => {
            const [address = '', port = '0'] = real.values
            const way = methodOf(real) ?? methodOf(server)
            // Where ports are never translated nobody takes it for more than that which is asked.
            return port !== '0' && (way === 'NAT' || way === undefined)
              ? [
                  {
                    message: `${namedReal(real, server)} names port ${port}, to which nothing is translated`,
                    at: real.at,
                    next: `Leave the port out (real_server ${address}), and let the check name it: connect_port ${port}`,
                  },
                ]
              : []
          }),
        ),
  },
  'keepalived-balanced-twice': {
    severity: 'warning',
    reason:
      'Under direct routing a request keeps the VIP as its destination: a director that serves, too, balances again what another one sent it.',
    source: 'LVS-HOWTO, director as realserver; keepalived.conf(5), virtual_server fwmark',
    find: {
      all: (all) =>
        all.flatMap((one) => {
          const others = new Map(
            all.flatMap(({ name, told }) =>
              name === one.name
                ? []
                : told.speakers.flatMap(({ source }) =>
                    source === undefined ? [] : [[source, name] as const],
                  ),
            ),
          )
          return servers(one).flatMap((server) =>
            realsOf(server).flatMap((real) => {
              const way = [real, server].map(
                ({ block = [] }) => lastOf(block, 'lb_kind', 'lvs_method')?.values[0],
              )
              const other = others.get(canonical(real.values[0] ?? ''))
              const isAsked =
                other !== undefined && servers(all.find(({ name }) => name === other) ?? one).length > 0
              return server.values[0] !== 'fwmark' && (way[0] ?? way[1]) === 'DR' && isAsked
                ? [
                    {
                      message: `${namedServer(server)} of ${one.name} sends to ${real.values[0]}, where ${other} balances, too`,
                      at: real.at,
                      next: 'Mark what comes from outside, and balance by that mark: virtual_server fwmark 1',
                    },
                  ]
                : []
            }),
          )
        }),
    },
  },
} as const satisfies WrittenFamily
