import { canonical } from '../addresses.ts'
import { askedPortOf } from '../asked-balancer.ts'
import { bothAtOnce } from '../both.ts'
import { exportersOf } from '../monitoring.ts'
import { proxyOf } from '../proxies.ts'
import { allAddressesOf } from '../together.ts'
import { type Line, linesOf } from '../user-lines.ts'
import { ofHaproxy, ofNginx, ofServices, type Written } from './placed-lines.ts'
import {
  directorsOf,
  type Family,
  listedServices,
  type Subject,
  type Wrong,
  writtenServices,
  wrong,
} from './subject.ts'

/** Rules about ports to which lines of the user's own listen on directors. */
export const linePortRules = {
  'lines-port-taken': {
    severity: 'error',
    reason:
      'HAProxy listens to a port twice without a word, and the kernel hands connections now to the one and now to the other; of other programs the second does not start.',
    source: 'socket(7), SO_REUSEPORT; bind(2), EADDRINUSE; nginx, listen, default_server',
    find: portsAreFree,
  },
} satisfies Family<'lines'>

/** Where lines listen. */
interface Listener {
  readonly written: Written
  readonly line: number
  readonly address: string
  readonly from: number
  readonly to: number
  /** Whoever asks for no name that another server has is answered there. */
  readonly isDefault: boolean
}

function portsAreFree(subject: Subject): readonly Wrong[] {
  const proxy = proxyOf(subject.cluster)
  if (!proxy) return []
  const taken = takenOn(subject)
  const passedOn = new Set(
    listedServices(subject).flatMap(({ service: { mode, port } }) => (mode === 'tcp' ? [port] : [])),
  )
  const vips = new Set(subject.cluster.vips.flatMap(allAddressesOf))
  return (proxy === 'haproxy' ? ofLinesOfHaproxy(subject) : ofLinesOfNginx(subject)).flatMap((listener) => {
    const { written, line, address, from, to, isDefault } = listener
    // Who listens to one address of the machine alone is asked there before those who listen to all.
    if (address !== '' && !vips.has(address)) return []
    const [port, whose] = [...taken].find(([one]) => one >= from && one <= to) ?? []
    if (port === undefined || whose === undefined) return []
    const isService = whose === 'a service'
    // nginx has many servers on one port, by their names, of those that speak HTTP.
    if (proxy === 'nginx' && isService && !isDefault && !passedOn.has(port)) return []
    return [
      wrong(
        subject,
        written.path,
        `line ${line} of these listens to port ${port}, which is that of ${whose} already${proxy === 'haproxy' ? ': connections would come now to the one and now to the other' : ''}`,
        isDefault && isService && !passedOn.has(port)
          ? 'Leave default_server out, and say by server_name what it is for; or listen to another port.'
          : 'Listen to another port, to which no client and no machine of the cluster comes.',
      ),
    ]
  })
}

/** Ports of TCP on which directors are asked already, and by whom. */
function takenOn(subject: Subject): ReadonlyMap<number, string> {
  const { cluster, settings } = subject
  const beside = bothAtOnce(cluster).length > 0 ? writtenServices(subject) : []
  return new Map([
    ...directorsOf(subject).flatMap(({ sshPort }) =>
      sshPort === undefined ? [] : [[sshPort, 'sshd'] as const],
    ),
    ...beside.flatMap(({ service: { backend_port: port } }) =>
      port === undefined ? [] : [[port, 'the server beside it'] as const],
    ),
    ...cluster.directors.flatMap(({ host }) =>
      exportersOf(cluster, host).map(({ of, port }) => [port, `monitoring (${of})`] as const),
    ),
    ...(settings.monitoring && cluster.balancer === 'nginx'
      ? [[settings.monitoring.ports.nginx_status, 'monitoring (nginx_status)'] as const]
      : []),
    [askedPortOf(cluster), 'the check script of keepalived'],
    ...cluster.vips.flatMap(({ services }) =>
      services.flatMap(({ port, protocol }) => (protocol === 'tcp' ? [[port, 'a service'] as const] : [])),
    ),
  ])
}

function ofLinesOfHaproxy(subject: Subject): readonly Listener[] {
  const texts = [
    ...ofHaproxy(subject).filter(({ part }) => part === 'sections'),
    ...ofServices(subject).flatMap(({ lines }) => lines.filter(({ part }) => part === 'frontend')),
  ]
  return texts.flatMap((written) =>
    linesOf({ text: written.text, program: 'haproxy' }).flatMap(({ code }: Line, index) => {
      const [word, addresses = ''] = code.trim().split(/\s+/)
      return word === 'bind'
        ? addresses.split(',').flatMap((one) => listenerOf(written, index + 1, one.replace(ofKind, '')))
        : []
    }),
  )
}

/** What HAProxy is told before an address; QUIC comes by UDP. */
const ofKind = /^(?:ipv[46]|stream\+ipv[46])@/

function ofLinesOfNginx(subject: Subject): readonly Listener[] {
  return ofNginx(subject)
    .filter(({ path }) => path.includes('nginx'))
    .flatMap((written) =>
      linesOf({ text: written.text, program: 'nginx' }).flatMap(({ code }, index) =>
        [...code.matchAll(/(?:^|[\s;{])listen\s+([^\s;]+)([^;]*)/g)].flatMap(
          ([, address = '', options = '']) =>
            /\b(?:quic|udp)\b/.test(options)
              ? []
              : listenerOf(
                  written,
                  index + 1,
                  /^\d+$/.test(address) ? `:${address}` : address,
                  /\bdefault(?:_server)?\b/.test(options),
                ),
        ),
      ),
    )
}

/** `*:80`, `:80`, `[::]:80`, `10.0.0.1:8000-8010`; sockets of files, and what expressions write, are none. */
function listenerOf(written: Written, line: number, text: string, isDefault = false): readonly Listener[] {
  const [, address = '', from, to = from] = /^([^@/{}]*):(\d+)(?:-(\d+))?$/.exec(text) ?? []
  if (from === undefined) return []
  const bare = address.replace(/^\[(.*)\]$/, '$1')
  return [
    {
      ...{ written, line, isDefault, from: Number(from), to: Number(to) },
      address: /^(?:\*|0\.0\.0\.0|::|)$/.test(bare) ? '' : canonical(bare),
    },
  ]
}
