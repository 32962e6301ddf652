import type { Script } from '../model/script.ts'
import type { Query, Sensor } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { type AddressPlace, placesOf } from './addresses.ts'
import {
  type IpvsReading,
  type IpvsSynchronization,
  type IpvsTimeouts,
  ipvsSynchronization,
  ipvsTable,
  ipvsTimeouts,
  readIpvs,
  readIpvsSynchronization,
  readIpvsTimeouts,
  tellIpvs,
  tellIpvsSynchronization,
  tellIpvsTimeouts,
} from './ipvs.ts'
import { type RunningService, readServices } from './keepalived-services.ts'

/** One VRRP instance as the running keepalived has it. */
export interface RunningInstance {
  readonly name: string
  /** Where it speaks; where its VIP has a MAC address of its own, the one beneath. */
  readonly interface: string
  /** The interface that it made, where its VIP has a MAC address of its own. */
  readonly vmac?: string
  /** MASTER, BACKUP, FAULT, INIT. */
  readonly state: string
  readonly vrid: number
  readonly priority: number
  /** Milliseconds. */
  readonly advertInterval: number
  readonly addresses: readonly ({ readonly address: string } & Pick<AddressPlace, 'device' | 'prefix'>)[]
  /** To whom it sends adverts, where it does so by address. */
  readonly unicast?: readonly string[]
  /** Whom it hears as master, while it is none itself. */
  readonly master?: { readonly address: string; readonly priority: number }
}

/** What the running keepalived says of itself, or why it says nothing. */
export type KeepalivedReading =
  | { readonly answers: false; readonly why: string }
  | {
      readonly answers: true
      readonly instances: readonly RunningInstance[]
      /** Scripts by which it knows who is well, and that say now that somebody is not, by their names. */
      readonly failing?: readonly string[]
      /** Whether the session of BFD with each router that it watches is up, by its name; absent where it watches none. */
      readonly routers?: Readonly<Record<string, boolean>>
      /** Addresses that stood both before it was asked and after it had answered. */
      readonly places: readonly ({ readonly address: string } & AddressPlace)[]
      /** Absent where something in its table is of a kind that cannot be compared, such as groups of addresses. */
      readonly services?: readonly RunningService[]
      /** The kernel's table, the same before it was asked and after it had answered. */
      readonly table?: IpvsReading
      /** How long the kernel remembered connections when it had answered. */
      readonly timeouts?: IpvsTimeouts
      /** Whom the kernel told of connections, and heard of theirs, when it had answered. */
      readonly synchronization?: IpvsSynchronization
    }

/** The kernel's table, where keepalived's checkers are asked, too. */
const tableOf = (subjects: readonly string[]) => (subjects.includes('checkers') ? sh`$(us_ipvs)` : sh`''`)

/** What else its checkers tell the kernel. */
const settingsOf = (subjects: readonly string[], tell: Script) =>
  subjects.includes('checkers') ? sh`$(${embed(tell)})` : sh`''`

/** Removes all that keepalived writes down of itself. */
const removed = sh`rm -f "$us_at/keepalived.data" "$us_at/keepalived_check.data" "$us_at/keepalived_parent.data"`

/**
 * Asks the running keepalived, which writes down what it has loaded, and how it is, on SIGUSR1 (keepalived(8)). It is not
 * asked where the signal would end it, as while it starts, nor where somebody stopped it. What it wrote before is removed
 * first, so that nothing old is taken for an answer. What it says can be compared only with what the kernel has at the same
 * time, so this is looked at before and after. The subject says which of its processes has to answer, too: `checkers`
 * is that for IPVS.
 */
const keepalived: Sensor<KeepalivedReading> = {
  name: 'keepalived',
  waits: true,
  ask: (subjects) => sh`
us_ipvs() {
${embed(tellIpvs)}
}
us_ask() {
  if [ ! -d /run/systemd/system ]; then echo '! it is not run by systemd'; return 0; fi
  us_pid=$(systemctl show -p MainPID --value keepalived 2>/dev/null) || us_pid=0
  if [ "\${us_pid:-0}" -eq 0 ] 2>/dev/null; then echo '! it does not run'; return 0; fi
  us_at=/proc/$us_pid/root/tmp
  us_i=0
  while :; do
    us_s=$(grep -hE '^(State|SigBlk|SigCgt):' "/proc/$us_pid/status" 2>/dev/null) || us_s=
    case $us_s in *State:?[Tt]*) echo '! it is stopped by a signal'; return 0 ;; esac
    # SIGUSR1 is the second bit of the third digit from the right.
    case $us_s in
      *Sig*[2367abefABEF]??'
'* | *[2367abefABEF]??) break ;;
    esac
    us_i=$((us_i + 1))
    if [ "$us_i" -gt 20 ]; then echo '! it does not take questions'; return 0; fi
    sleep 0.1 2>/dev/null || sleep 1
  done
  us_all=${subjects.includes('checkers') ? 'keepalived.data keepalived_check.data' : 'keepalived.data'} us_said=
  us_addresses=$(ip -o addr 2>/dev/null) || us_addresses=
  us_table=${embed(tableOf(subjects))}
  ${embed(removed)}
  if ! kill -USR1 "$us_pid" 2>/dev/null; then echo '! this user may not ask it'; return 0; fi
  for us_f in $us_all; do
    us_i=0 us_was=-
    while :; do
      us_is=
      if [ -O "$us_at/$us_f" ] && [ ! -h "$us_at/$us_f" ]; then us_is=$(cat "$us_at/$us_f" 2>/dev/null) || us_is=; fi
      # Complete is what no longer grows.
      if [ -n "$us_is" ] && [ "$us_is" = "$us_was" ]; then break; fi
      us_was=$us_is us_i=$((us_i + 1))
      if [ "$us_i" -gt 50 ]; then echo '! it does not answer'; return 0; fi
      sleep 0.1 2>/dev/null || sleep 1
    done
    us_said="$us_said# $us_f
$us_is
"
  done
  us_after=${embed(tableOf(subjects))}
  # It sets them while it starts.
  us_remembers=${embed(settingsOf(subjects, tellIpvsTimeouts))}
  us_shares=${embed(settingsOf(subjects, tellIpvsSynchronization))}
  if [ "$us_after" != "$us_table" ] && [ "$us_round" -lt 5 ]; then return 1; fi
  printf '# before\n%s\n# after\n' "$us_addresses"
  ip -o addr 2>/dev/null || :
  printf '# table\n%s\n# timeouts\n%s\n# synchronization\n%s\n%s' "$us_table" "$us_remembers" "$us_shares" "$us_said"
  ${embed(removed)}
}
us_round=1
until us_ask; do us_round=$((us_round + 1)); done`,
  read: (output, subjects) => {
    const reading = readKeepalived(output)
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

/** Asks the running keepalived for its VRRP instances. */
export const runningKeepalived: Query<KeepalivedReading> = {
  sensor: keepalived,
  subject: 'instances',
  about: ['unit:keepalived.service'],
}

/** Asks it whether it holds an address. */
export function keepalivedHolding(address: string): Query<KeepalivedReading> {
  return { ...runningKeepalived, about: [...runningKeepalived.about, `address:${address}`] }
}

/** Asks it for its virtual servers as well. */
export const runningCheckers: Query<KeepalivedReading> = {
  ...runningKeepalived,
  subject: 'checkers',
  about: [
    ...runningKeepalived.about,
    ...ipvsTable.about,
    ...ipvsTimeouts.about,
    ...ipvsSynchronization.about,
  ],
}

/** Reads what keepalived 2.1 to 2.3 write; what cannot be read is no answer. */
export function readKeepalived(output: string): KeepalivedReading {
  const refused = /^! (.*)/.exec(output.trimStart())
  if (refused) return { answers: false, why: refused[1] ?? '' }
  const part = (name: string) =>
    `\n${output}`
      .split(`\n# ${name}\n`)[1]
      ?.split(/^# (?:after|table|timeouts|synchronization|keepalived\w*\.data)$/m)[0]
  const [instances = '', services] = [part('keepalived.data'), part('keepalived_check.data')]
  if (!instances.includes('VRRP')) return { answers: false, why: 'what it wrote cannot be read' }
  const read = services === undefined ? undefined : readServices(services)
  const after = placesOf(part('after') ?? '')
  const places = placesOf(part('before') ?? '').filter((one) =>
    after.some(({ address, device }) => address === one.address && device === one.device),
  )
  const table = services === undefined ? undefined : readIpvs(part('table') ?? '')
  const timeouts = readIpvsTimeouts(part('timeouts') ?? '')
  const shared = part('synchronization')
  return {
    answers: true,
    instances: readInstances(instances),
    places,
    ...readRouters(instances),
    ...readScripts(instances),
    ...(read ? { services: read } : {}),
    ...(table ? { table } : {}),
    ...(timeouts ? { timeouts } : {}),
    ...(services === undefined || shared === undefined
      ? {}
      : { synchronization: readIpvsSynchronization(shared) }),
  }
}

function readInstances(text: string): readonly RunningInstance[] {
  return text
    .split(/^ VRRP Instance = /m)
    .slice(1)
    .flatMap((block) => {
      const own = block.split(/^------</m, 1)[0] ?? ''
      const [name = ''] = own.split('\n', 1)
      const value = (label: string) => new RegExp(`^ +${label} = (.+)$`, 'm').exec(own)?.[1] ?? ''
      const number = (label: string) => Number.parseInt(value(label), 10)
      const instance = {
        name: name.trim(),
        ...interfacesOf(value('Interface')),
        state: value('State'),
        vrid: number('Virtual Router ID'),
        priority: number('Priority'),
        advertInterval: intervalOf(value('Advert interval')),
        // It says no prefix where the address stands alone (ipaddresstos in vrrp_ipaddress.c).
        addresses: [...own.matchAll(/^ {5}([0-9a-f:.]+)(?:\/(\d+))?(?: brd \S+)? dev ([^\s,@]+)/gm)].map(
          ([, address = '', prefix = address.includes(':') ? '128' : '32', device = '']) => ({
            ...{ address, device, prefix: Number(prefix) },
          }),
        ),
        ...unicastOf(own),
        ...(value('Master router') === ''
          ? {}
          : { master: { address: value('Master router'), priority: number('Master priority') } }),
      }
      return instance.state === '' || Number.isNaN(instance.priority) ? [] : [instance]
    })
}

/** Addresses below `Unicast Peer`, in any order. */
function unicastOf(text: string): Pick<RunningInstance, 'unicast'> {
  const [, lines] = /^ +Unicast Peer :\n((?: {5}\S.*\n)*)/m.exec(text) ?? []
  if (lines === undefined) return {}
  const unicast = [...lines.matchAll(/^ {5}([0-9a-f:.]+)/gm)].map(([, address = '']) => address)
  return { unicast: unicast.toSorted() }
}

/** What VRRP was told last of each session of BFD. */
function readRouters(text: string): { readonly routers?: Readonly<Record<string, boolean>> } {
  const told = [...text.matchAll(/^ VRRP Track BFD = (.+)\n(?: {3}.*\n)*? {3}Bfd is (up|down)$/gm)]
  if (told.length === 0) return {}
  return { routers: Object.fromEntries(told.map(([, name = '', state]) => [name.trim(), state === 'up'])) }
}

/** What each script said last; one that never said anything else has failed since the start. */
function readScripts(text: string): { readonly failing?: readonly string[] } {
  const told = [...text.matchAll(/^ VRRP Script = (.+)\n(?: {3}.*\n)*? {3}Status = (\S+)$/gm)]
  const failing = told.flatMap(([, name = '', status]) =>
    /^BAD$|FAILED$/.test(status ?? '') ? [name.trim()] : [],
  )
  return failing.length > 0 ? { failing } : {}
}

/** `eth0`, or `vrrp.77, vmac on eth0, xmit base i/f`. */
function interfacesOf(text: string): Pick<RunningInstance, 'interface' | 'vmac'> {
  const [, vmac, beneath] = /^([^\s,]+), vmac on ([^\s,]+)/.exec(text) ?? []
  return vmac === undefined || beneath === undefined ? { interface: text } : { interface: beneath, vmac }
}

/** `1000 milli-sec`, or `1 sec` under VRRP version 2. */
function intervalOf(text: string): number {
  const [, amount = '', unit] = /^([\d.]+) *(milli-sec|sec)?/.exec(text) ?? []
  return Number(amount) * (unit === 'milli-sec' ? 1 : 1000)
}
