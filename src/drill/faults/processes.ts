import { nginxDoesBoth, proxyOf } from '../../cluster/index.ts'
import { lines, sh } from '../../shell/quote.ts'
import type { Fault } from '../fault.ts'
import { type Serving, startServer, stopServer } from './serving.ts'

const startKeepalived = () =>
  sh`systemctl reset-failed keepalived 2>/dev/null || :; systemctl start keepalived`

const signalled = (signal: string, unit: string) => sh`systemctl kill --kill-who=all -s ${signal} ${unit}`

// Stopped first: the children of a killed keepalived are told of its end, and would say goodbye before their own.
const crash = (unit: string) => lines(signalled('STOP', unit), signalled('KILL', unit))

const thaw = (struck: Serving) =>
  lines(sh`systemctl kill --kill-who=all -s CONT ${struck.unit} || :`, startServer(struck))

/** Faults of keepalived itself, on the director that holds the VIP. */
export const keepalivedFaults: readonly Fault[] = [
  {
    name: 'keepalived-killed',
    summary: 'keepalived is killed with SIGKILL: no goodbye, and the VIP stays on the dead director',
    strikes: 'holder',
    toll: 'takeover',
    inject: () => crash('keepalived'),
    undo: startKeepalived,
  },
  {
    name: 'keepalived-stopped',
    summary: 'keepalived is stopped in order, as for maintenance',
    strikes: 'holder',
    toll: 'handover',
    inject: () => sh`systemctl stop keepalived`,
    undo: startKeepalived,
  },
  {
    name: 'keepalived-paused',
    summary: 'keepalived is frozen with SIGSTOP and comes back believing that nothing happened',
    strikes: 'holder',
    toll: 'takeover',
    inject: () => signalled('STOP', 'keepalived'),
    undo: () => sh`systemctl kill --kill-who=all -s CONT keepalived; systemctl start keepalived`,
  },
]

/** Faults of the web servers behind the directors. */
export const realserverFaults: readonly Fault[] = [
  {
    name: 'realserver-stopped',
    summary: 'the web server of one realserver is stopped',
    strikes: 'a-realserver',
    toll: 'check',
    inject: stopServer,
    undo: startServer,
  },
  {
    name: 'realserver-hung',
    summary: 'the web server of one realserver is frozen with SIGSTOP: its port is open and nobody answers',
    strikes: 'a-realserver',
    toll: 'check',
    strikesProcess: true,
    inject: ({ unit }) => signalled('STOP', unit),
    undo: thaw,
  },
  {
    name: 'realservers-gone',
    summary: 'the web servers of all realservers are stopped: the sorry page must appear where there is one',
    strikes: 'all-realservers',
    toll: 'whole',
    startsServers: true,
    sorry: true,
    needs: {
      what: 'web servers that are not the balancer of the same machine, which would stop with them',
      met: (cluster) => !nginxDoesBoth(cluster),
    },
    inject: stopServer,
    undo: startServer,
  },
]

/** The same three faults of the program beside keepalived that clients depend on: what it is, and who has it. */
function faultsBeside(name: string, program: string, needs: NonNullable<Fault['needs']>): readonly Fault[] {
  const common = { strikes: 'holder', toll: 'balancer-check', needs } as const
  return [
    {
      ...common,
      name: `${name}-stopped`,
      summary: `${program} is stopped in order`,
      inject: stopServer,
      undo: startServer,
    },
    {
      ...common,
      name: `${name}-killed`,
      summary: `${program} is killed with SIGKILL`,
      strikesProcess: true,
      inject: ({ unit }) => crash(unit),
      undo: startServer,
    },
    {
      ...common,
      name: `${name}-hung`,
      summary: `${program} is frozen with SIGSTOP: its port is open and nobody answers`,
      strikesProcess: true,
      inject: ({ unit }) => signalled('STOP', unit),
      undo: thaw,
    },
  ]
}

/** Faults of the balancer that runs beside keepalived: nginx or HAProxy. */
export const balancerFaults = faultsBeside('balancer', 'the balancer', {
  what: 'nginx or HAProxy on the directors',
  met: (cluster) => proxyOf(cluster) !== undefined,
})

/** Faults of what a director serves itself, where nothing is balanced. */
export const serviceFaults = faultsBeside('service', 'what the director that holds the VIP serves itself', {
  what: 'directors that serve themselves, with balancer: none and a service of TCP',
  met: ({ balancer, vips }) =>
    balancer === 'none' && vips.some(({ services }) => services.some(({ protocol }) => protocol === 'tcp')),
})
