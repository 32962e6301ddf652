import type { Machine } from '../model/details.ts'
import { sh } from '../shell/quote.ts'
import { virtualizationOf } from './virtualization.ts'

const ofFirmware =
  'bios_date bios_vendor bios_version board_asset_tag board_name board_serial board_vendor board_version chassis_asset_tag chassis_serial chassis_type chassis_vendor chassis_version product_family product_name product_serial product_uuid product_version sys_vendor'.split(
    ' ',
  )

/** What a host runs on, in parts with headings; what it does not have is left out. */
export const askMachine = sh`us_part() { printf '# of %s\n' "$1"; }
us_part name
timeout 5 hostname -f 2>/dev/null || :
us_part capabilities
if command -v capsh >/dev/null 2>&1; then capsh --print 2>/dev/null | sed -n 's/^Current: *//p'; fi
us_part firmware
(cd /sys/devices/virtual/dmi/id 2>/dev/null && grep -s . ${ofFirmware}) || :
us_part processors
grep -E '^(processor|Processor|vendor_id|model name|cpu|Vendor|physical id|core id|cpu cores|siblings)[[:space:]]*:' /proc/cpuinfo || :
us_part numbers
cat /proc/uptime /proc/loadavg
us_part line
cat /proc/cmdline
us_part id
cat /etc/machine-id /var/lib/dbus/machine-id 2>/dev/null || :
us_part kernel
uname -v
us_part keys
cat /etc/ssh/ssh_host_*_key.pub 2>/dev/null || :
us_part route
ip -6 route show default 2>/dev/null || :
us_part container
{ tr '\0' '\n' </proc/1/environ; } 2>/dev/null | sed -n 's/^container=//p'
us_part systemd
cat /run/systemd/container 2>/dev/null || :
us_part cgroups
cat /proc/1/cgroup 2>/dev/null || :
us_part modules
sed 's/ .*//' /proc/modules 2>/dev/null || :
us_part paths
for us_f in /.dockerenv /.dockerinit /proc/vz /proc/lve /proc/bc /proc/xen /dev/kvm /sys/kernel/security/apparmor; do
  if [ -e "$us_f" ]; then echo "$us_f"; fi
done
if grep -qs 1 /proc/sys/crypto/fips_enabled; then echo fips; fi
if grep -qs control_d /proc/xen/capabilities; then echo 'xen control_d'; fi
:`

/** Reads what `askMachine` printed. */
export function readMachine(output: string): Machine {
  const parts = output.split(/^# of (\w+)$/m)
  const under = (name: string): readonly string[] => {
    const at = parts.indexOf(name)
    return at < 0 ? [] : (parts[at + 1] ?? '').split('\n').filter((line) => line !== '')
  }
  const first = (name: string) => under(name)[0]?.trim() ?? ''
  const dmi = Object.fromEntries(
    under('firmware').map((line) => {
      const [name = '', ...value] = line.split(':')
      return [name, value.join(':').trim()]
    }),
  )
  const [uptime = '', load = ''] = under('numbers')
  const [, gateway, device] = /^default via (\S+) dev (\S+)/.exec(first('route')) ?? []
  const paths = under('paths')
  return {
    fqdn: first('name'),
    ...(under('capabilities').length > 0 ? { capabilities: first('capabilities') } : {}),
    appArmor: paths.includes('/sys/kernel/security/apparmor'),
    fips: paths.includes('fips'),
    virtualization: virtualizationOf({
      container: first('container'),
      cgroups: under('cgroups'),
      systemd: first('systemd'),
      paths,
      modules: under('modules'),
      processors: under('processors'),
      dmi,
    }),
    processors: readProcessors(under('processors')),
    dmi,
    machineId: first('id'),
    uptime: Math.floor(Number(uptime.split(' ')[0] ?? 0)),
    load: load.split(' ').slice(0, 3).map(Number),
    commandLine: first('line'),
    kernelVersion: first('kernel'),
    hostKeys: Object.fromEntries(
      under('keys').flatMap((line) => {
        const [, kind, key] = /^(?:ssh-|)(ed25519|rsa|dss|ecdsa)\S* ([A-Za-z0-9+/=]+)/.exec(line) ?? []
        return kind && key ? [[kind === 'dss' ? 'dsa' : kind, key]] : []
      }),
    ),
    ...(gateway && device ? { defaultRoute6: { interface: device, gateway } } : {}),
  }
}

/** Sockets, cores and threads as Ansible's `setup` counts them. */
function readProcessors(lines: readonly string[]): Machine['processors'] {
  const all: string[] = []
  const counts = new Map<string, number>()
  const sockets = new Map<string, number>()
  const siblings = new Map<string, number>()
  let [socket, core] = ['', '']
  for (const line of lines) {
    const [name = '', ...rest] = line.split(':')
    const [key, value] = [name.trim(), rest.join(':').trim()]
    if (key === 'physical id') {
      socket = value
      if (!sockets.has(socket)) sockets.set(socket, 1)
    } else if (key === 'core id') {
      core = value
      if (!siblings.has(core)) siblings.set(core, 1)
    } else if (key === 'cpu cores') sockets.set(socket, Number(value))
    else if (key === 'siblings') siblings.set(core, Number(value))
    else {
      all.push(value)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  const named = counts.get('vendor_id') ?? 0
  const counted = named > 0 && named === counts.get('model name') ? named : (counts.get('processor') ?? 0)
  const cores = [...sockets.values()][0] || 1
  return {
    all,
    sockets: sockets.size || counted || 1,
    cores,
    threadsPerCore: Math.max(1, Math.floor(([...siblings.values()][0] ?? 1) / cores)),
  }
}
