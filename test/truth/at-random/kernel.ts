import type { Chance, Wound } from './wound.ts'

/** What may happen to a setting of the kernel. */
export function woundsOfSetting(name: string, chance: Chance): readonly Wound[] {
  const key = name.replaceAll('.', '\\.')
  const later = `/etc/sysctl.d/zz-${chance.below(100)}.conf`
  const pipe = `/etc/sysctl.d/mm-${chance.below(100)}.conf`
  // Another wound may have made one of them a pipe, and who opens it waits for its other end; a link leads to a file of the distribution,
  // and sed would put a copy in its place.
  const inFiles = (script: string) =>
    `for f in /etc/sysctl.d/*.conf; do [ -L "$f" ] || [ ! -f "$f" ] || { ${script}; }; done`
  const now = `$(sysctl -n ${name})`
  return [
    { is: `${name} is another now`, by: `sysctl -qw ${name}=$(( (${now} + 1) % 2 ))` },
    { is: `${name} is in no file`, by: inFiles(`sed -i '/^${key}/d' "$f"`) },
    { is: `${name} is another in its file`, by: inFiles(`sed -i 's/^\\(${key}\\).*/\\1 = 0/' "$f"`) },
    {
      is: `${name} is another in a file that is read later`,
      by: `echo '${name} = 0' >${later}`,
      remedy: `rm -f ${later}`,
      leaves: `rm -f ${later}`,
    },
    {
      is: `${name} stands in its file twice`,
      by: inFiles(`grep '^${key}' "$f" >/root/line; cat /root/line >>"$f"`),
    },
    {
      is: `a pipe lies beside the file of ${name}`,
      by: `mkfifo ${pipe}`,
      leaves: `rm -f ${pipe}`,
    },
    {
      is: `there is a pipe in place of the file of ${name}`,
      by: inFiles(`if grep -q '^${key}' "$f"; then mv "$f" /root/file; mkfifo "$f"; fi`),
      remedy: 'for f in /etc/sysctl.d/*.conf; do [ ! -p "$f" ] || rm "$f"; done',
    },
  ]
}

/** What may happen to a module of the kernel. */
export function woundsOfModule(name: string): readonly Wound[] {
  return [
    {
      is: `${name} is not loaded at boot`,
      by: `rm -f /etc/modules-load.d/understudy-${name}.conf /etc/modules-load.d/*${name}*`,
    },
    { is: `${name} is taken out`, by: `systemctl stop keepalived; ipvsadm -C; modprobe -r ${name}` },
    { is: `no module of understudy is loaded at boot`, by: 'rm -f /etc/modules-load.d/understudy*' },
  ]
}

/** What may happen to the table of IPVS. */
export function woundsOfTable(chance: Chance): readonly Wound[] {
  // The lines of a random service and of one of its realservers, as ipvsadm takes them.
  const picked = `n=${chance.below(97)}
all=$(ipvsadm -Sn | grep '^-A'); count=$(echo "$all" | wc -l)
service=$(echo "$all" | sed -n "$((n % count + 1))p" | cut -d' ' -f 2,3)
all=$(ipvsadm -Sn | grep -e "^-a $service"); count=$(echo "$all" | wc -l)
server=$(echo "$all" | sed -n "$((n % count + 1))p" | sed 's/^-a //; s/ -w .*//')
`
  const is = (what: string) => `in the table of IPVS ${what}`
  return [
    { is: is('nothing is left'), by: 'ipvsadm -C' },
    { is: is('a service is missing'), by: `${picked}ipvsadm -D $service` },
    { is: is('a realserver is missing'), by: `${picked}ipvsadm -d \${server% -*}` },
    { is: is('a weight is 0'), by: `${picked}ipvsadm -e $server -w 0` },
    { is: is('a weight is 17'), by: `${picked}ipvsadm -e $server -w 17` },
    { is: is('a realserver has thresholds'), by: `${picked}ipvsadm -e $server -w 1 -x 10 -y 5` },
    { is: is('a stranger is a realserver'), by: `${picked}ipvsadm -a $service -r 192.0.2.9:80 -g -w 1` },
    {
      is: is('the scheduler is another'),
      by: `${picked}modprobe ip_vs_lblc; ipvsadm -E $service -s lblc`,
      leaves: unlessUsed('ip_vs_lblc'),
    },
    {
      is: is('a service is persistent'),
      by: `${picked}ipvsadm -E $service -s wrr -p 777`,
      leaves: unlessUsed('ip_vs_wrr'),
    },
    {
      is: is('nobody is told of connections'),
      by: 'ipvsadm -L --daemon | grep -q ^master && ipvsadm --stop-daemon master',
    },
    {
      is: is('a port more is balanced'),
      by: `${picked}ipvsadm -A \${service%:*}:8123 -s wrr`,
      leaves: unlessUsed('ip_vs_wrr'),
    },
  ]
}

/** A module that the kernel loaded for a scheduler goes again, unless the cluster itself has that scheduler. */
function unlessUsed(name: string): string {
  return `rmmod ${name} 2>/dev/null || :`
}

/** What may happen to a VIP that a realserver takes for itself. */
export function woundsOfLoopback(address: string): readonly Wound[] {
  const unit = `understudy-vip-${address.replaceAll(':', '-')}.service`
  const file = `/etc/systemd/system/${unit}`
  const length = address.includes(':') ? 128 : 32
  return [
    { is: `${address} is missing on lo`, by: `ip addr del ${address}/${length} dev lo` },
    { is: `${address} does not come back at boot`, by: `systemctl disable -q ${unit}` },
    { is: `what brings back ${address} is removed`, by: `rm ${file}; systemctl daemon-reload` },
    { is: `what brings back ${address} is removed, and systemd was not told`, by: `rm ${file}` },
    {
      is: `what brings back ${address} is edited`,
      by: `sed -i 's/^Description.*/Description=mine/' ${file}`,
    },
    { is: `what brings back ${address} is stopped`, by: `systemctl stop ${unit}` },
    {
      is: `what brings back ${address} is masked`,
      by: `rm ${file}; systemctl mask -q ${unit}`,
      remedy: `systemctl unmask -q ${unit}`,
    },
    { is: 'lo is down', by: 'ip link set lo down; ip link set lo up' },
    {
      is: `${address} is on lo with another length`,
      by: `ip addr del ${address}/${length} dev lo; ip addr add ${address}/31 dev lo`,
    },
  ]
}

/** What may happen where a VIP must not be. */
export function woundsOfStray(address: string, chance: Chance): readonly Wound[] {
  const dev = chance.one(['lo', 'vec0', 'vec0'])
  // All of a network that is on lo is the machine itself: nobody could ask it anything any more.
  const length = address.includes(':') ? 128 : dev === 'lo' ? 32 : chance.one([32, 24])
  return [
    {
      is: `${address}/${length} was added to ${dev}`,
      by: `ip -o addr show | grep -q 'inet6* ${address}/' || ip addr add ${address}/${length} dev ${dev}`,
      // On a realserver that is to have none it may be the machine's own.
      ...(length === 24 ? { settlement: `ip addr del ${address}/24 dev ${dev}` } : {}),
    },
  ]
}
