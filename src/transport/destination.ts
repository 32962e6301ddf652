import { hostname as localHostname, userInfo } from 'node:os'
import { Failure } from '../model/failure.ts'
import type { Host } from '../model/host.ts'
import { algorithmsOf, type ChosenAlgorithms } from './algorithms.ts'
import { isOn, type Settings, setting } from './settings.ts'
import { readSshArguments } from './ssh-arguments.ts'
import type { SshConfig } from './ssh-config.ts'
import { expandPath, expandTokens, type Tokens } from './tokens.ts'
import { refuseUnsupported, untriedWays } from './unsupported.ts'

/** Everything needed to reach one machine, once inventory, arguments and ssh_config are weighed. */
export interface Destination {
  /** The name ssh_config was asked about. */
  readonly name: string
  readonly hostname: string
  readonly port: number
  readonly user: string
  readonly identities: Identities
  readonly password?: string
  readonly hostKey: HostKeyPolicy
  readonly algorithms: ChosenAlgorithms
  /** Ways to be let in that the ssh configuration names and that are not tried here. */
  readonly untried: readonly string[]
  readonly timeoutSeconds: number
  readonly route: Route
}

/** Keys to prove who we are with. */
export interface Identities {
  /** Key files that were named; none means the usual ones in `~/.ssh`. */
  readonly files: readonly string[]
  /** Keys of the agent count only where they are among the files. */
  readonly only: boolean
  readonly agentSocket?: string
}

/** How the key of the machine is judged. */
export interface HostKeyPolicy {
  /** Stands for hostname and port in known_hosts. */
  readonly alias?: string
  readonly userFiles: readonly string[]
  readonly globalFiles: readonly string[]
  /** Keys that no host may have. */
  readonly revokedFiles: readonly string[]
  readonly acceptNew: boolean
  readonly hashNames: boolean
}

export type Route =
  | { readonly is: 'direct' }
  | { readonly is: 'command'; readonly command: string }
  | { readonly is: 'jump'; readonly through: Destination }

/** What holds for every host of a run. */
export interface DestinationDefaults {
  readonly sshConfigFile?: string
  readonly hostKeys: 'strict' | 'accept-new'
  readonly timeoutSeconds: number
}

/**
 * Weighs everything that says how to reach a host: the inventory counts before its ssh arguments, and these
 * before ssh_config, which is asked about the address as the ssh command would be.
 */
export async function resolveDestination(
  host: Host,
  defaults: DestinationDefaults,
  config: SshConfig,
): Promise<Destination> {
  const { settings, configFile } = readSshArguments(host.sshArgs, host.name)
  const given = new Map(settings)
  if (host.port !== undefined) given.set('port', [String(host.port)])
  if (host.user !== undefined) given.set('user', [host.user])
  if (host.privateKeyFile !== undefined)
    given.set('identityfile', [host.privateKeyFile, ...(settings.get('identityfile') ?? [])])
  const file = configFile ?? defaults.sshConfigFile
  const destination = await resolve(host.address, given, file, {
    host: host.name,
    defaults,
    config,
    depth: 0,
  })
  return host.password === undefined ? destination : { ...destination, password: host.password }
}

interface Context {
  readonly host: string
  readonly defaults: DestinationDefaults
  readonly config: SshConfig
  readonly depth: number
}

async function resolve(
  name: string,
  given: Settings,
  file: string | undefined,
  context: Context,
): Promise<Destination> {
  const { defaults, config } = context
  const settings = await config.settingsFor(name, given, file)
  refuseUnsupported(settings, context.host)
  const local = userInfo()
  const hostname = expandTokens(setting(settings, 'hostname') ?? name, { h: name })
  const port = numberOf(settings, 'port', context.host) ?? 22
  const user = setting(settings, 'user') ?? local.username
  const alias = setting(settings, 'hostkeyalias')
  const tokens: Tokens = {
    h: hostname,
    n: name,
    p: String(port),
    r: user,
    u: local.username,
    i: String(local.uid),
    k: alias ?? name,
    l: localHostname(),
    L: localHostname().split('.')[0] ?? '',
  }
  return {
    name,
    hostname,
    port,
    user,
    identities: identitiesOf(settings, tokens),
    hostKey: {
      ...(alias === undefined ? {} : { alias }),
      userFiles: filesOf(
        settings,
        'userknownhostsfile',
        ['~/.ssh/known_hosts', '~/.ssh/known_hosts2'],
        tokens,
      ),
      globalFiles: filesOf(
        settings,
        'globalknownhostsfile',
        ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
        tokens,
      ),
      revokedFiles: filesOf(settings, 'revokedhostkeys', [], tokens),
      acceptNew:
        defaults.hostKeys === 'accept-new' ||
        ['no', 'off', 'accept-new'].includes(setting(settings, 'stricthostkeychecking')?.toLowerCase() ?? ''),
      hashNames: isOn(settings, 'hashknownhosts'),
    },
    algorithms: algorithmsOf(settings, context.host),
    untried: untriedWays(settings),
    timeoutSeconds: numberOf(settings, 'connecttimeout', context.host) ?? defaults.timeoutSeconds,
    route: await routeOf(settings, tokens, file, context),
  }
}

function identitiesOf(settings: Settings, tokens: Tokens): Identities {
  const agent = setting(settings, 'identityagent') ?? 'SSH_AUTH_SOCK'
  const socket =
    agent === 'none'
      ? undefined
      : agent === 'SSH_AUTH_SOCK'
        ? process.env.SSH_AUTH_SOCK
        : agent.startsWith('$') && !agent.startsWith('${')
          ? process.env[agent.slice(1)]
          : expandPath(agent, tokens)
  return {
    files: (settings.get('identityfile') ?? [])
      .filter((path) => path !== 'none')
      .map((path) => expandPath(path, tokens)),
    only: isOn(settings, 'identitiesonly'),
    ...(socket ? { agentSocket: socket } : {}),
  }
}

async function routeOf(
  settings: Settings,
  tokens: Tokens,
  file: string | undefined,
  context: Context,
): Promise<Route> {
  const command = setting(settings, 'proxycommand')
  if (command !== undefined && command !== 'none')
    return { is: 'command', command: expandTokens(command, tokens) }
  const jumps = setting(settings, 'proxyjump')
  if (jumps === undefined || jumps === 'none') return { is: 'direct' }
  if (context.depth >= 8) throw problem(context.host, `ProxyJump "${jumps}" leads round in a circle`)
  const hops = jumps.split(',').map((hop) => hop.trim())
  const last = hops.pop() ?? ''
  const given = new Map<string, readonly string[]>(parseHop(last, context.host))
  const name = given.get('host')?.[0] ?? ''
  given.delete('host')
  // Only the first hop takes a route of its own from ssh_config; the others go through the one before.
  if (hops.length > 0) given.set('proxyjump', [hops.join(',')])
  return { is: 'jump', through: await resolve(name, given, file, { ...context, depth: context.depth + 1 }) }
}

function parseHop(hop: string, host: string): (readonly [string, readonly string[]])[] {
  const match =
    /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:]+|[0-9a-fA-F]*:[0-9a-fA-F:.]+))(?::(\d+))?\/?$/.exec(hop)
  if (!match) throw problem(host, `ProxyJump "${hop}" is not [user@]host[:port]`)
  const [, user, bracketed, bare, port] = match
  return [
    ['host', [bracketed ?? bare ?? '']],
    ...(user === undefined ? [] : [['user', [user]] as const]),
    ...(port === undefined ? [] : [['port', [port]] as const]),
  ]
}

function filesOf(settings: Settings, keyword: string, usual: readonly string[], tokens: Tokens) {
  return (settings.get(keyword) ?? usual)
    .flatMap((word) => word.split(/\s+/))
    .filter((path) => path !== 'none' && path !== '')
    .map((path) => expandPath(path, tokens))
}

function numberOf(settings: Settings, keyword: string, host: string): number | undefined {
  const text = setting(settings, keyword)
  if (text === undefined || text === 'none') return undefined
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 65_535)
    throw problem(host, `${keyword} "${text}" of the ssh configuration is not a number from 1 to 65535`)
  return value
}

function problem(host: string, message: string): Failure {
  return new Failure('INVALID_INPUT', message, { where: { host } })
}
