import type { Chance, Wound } from './wound.ts'

/** The main file of a program, and an edit by which its running self differs: a port, a priority. */
const edits: Readonly<Record<string, readonly [file: string, edit: string]>> = {
  keepalived: ['/etc/keepalived/keepalived.conf', 's/priority 1.*/priority 20/; s/priority 90/priority 200/'],
  nginx: ['/etc/nginx/nginx.conf', 's/listen \\(.*:\\)\\?80\\b/listen \\18088/'],
  haproxy: ['/etc/haproxy/haproxy.cfg', 's/^\\( *bind .*\\):\\(80\\|443\\)\\b/\\1:8088/'],
  apache2: ['/etc/apache2/apache2.conf', 's/^\\( *Listen .*\\)80\\b/\\18088/'],
  chrony: ['/etc/chrony/chrony.conf', 's/^makestep.*/makestep 7 7/'],
}

/** What may happen to a unit of systemd, and to what runs by it. */
export function woundsOfService(name: string, chance: Chance): readonly Wound[] {
  const unit = /\.(service|socket|timer)$/.test(name) ? name : `${name}.service`
  const dropIns = `/etc/systemd/system/${unit}.d`
  const mine = `${dropIns}/mine.conf`
  const is = (what: string) => `${name} ${what}`
  const signal = chance.one(['KILL', 'SEGV', 'TERM', 'ABRT'])
  const harmless = `mkdir -p ${dropIns}; printf '[Unit]\\nDocumentation=man:mine\\n' >${mine}`
  const withoutMine = `rm -f ${mine}; rmdir ${dropIns} 2>/dev/null; systemctl daemon-reload`
  const all: readonly Wound[] = [
    { is: is('is stopped'), by: `systemctl stop ${unit}` },
    { is: is('is not started at boot'), by: `systemctl disable -q ${unit}` },
    { is: is('is stopped, and not started at boot'), by: `systemctl disable -q --now ${unit}` },
    {
      is: is(`is killed by SIG${signal}`),
      by: `systemctl kill --kill-who=all -s ${signal} ${unit}; sleep 1`,
    },
    { is: is('is paused'), by: `systemctl kill --kill-who=all -s STOP ${unit}` },
    {
      is: is('is masked'),
      by: `systemctl mask -q --now ${unit}`,
      remedy: `systemctl unmask -q ${unit}`,
    },
    {
      is: is('is masked until the next boot'),
      by: `systemctl mask -q --runtime ${unit}`,
      remedy: `systemctl unmask -q --runtime ${unit}`,
      leaves: `systemctl unmask -q --runtime ${unit}`,
    },
    {
      is: is('has something to document it'),
      by: `${harmless}; systemctl daemon-reload`,
      leaves: withoutMine,
    },
    { is: is('was told something that systemd did not read'), by: harmless, leaves: withoutMine },
    {
      is: is('was told something, which was taken back, that systemd did not read'),
      by: `${harmless}; systemctl daemon-reload; rm ${mine}; rmdir ${dropIns} 2>/dev/null`,
    },
    { is: is('is restarted'), by: `systemctl restart ${unit}` },
    {
      is: is('is told to start something else'),
      by: `mkdir -p ${dropIns}; printf '[Service]\\nExecStart=\\nExecStart=/bin/sleep infinity\\n' >${mine}; systemctl daemon-reload`,
      remedy: withoutMine,
      leaves: withoutMine,
    },
  ]
  const [file, edit] = edits[name] ?? []
  if (file === undefined || edit === undefined) return all
  const reload = `systemctl reload ${unit} || systemctl restart ${unit}; sleep 2`
  return [
    ...all,
    { is: is('is edited and reloaded'), by: `sed -i '${edit}' ${file}; ${reload}` },
    {
      is: is('runs by another configuration than the one in its place'),
      by: `cp -p ${file} /root/kept; sed -i '${edit}' ${file}; ${reload}; cp -p /root/kept ${file}; rm /root/kept`,
    },
    {
      is: is('runs by another configuration than the one that was moved back'),
      by: `mv ${file} /root/kept; sed '${edit}' /root/kept >${file}; chmod 644 ${file}; ${reload}; mv /root/kept ${file}`,
    },
    {
      is: is('does not start by what is in its file'),
      by: `echo 'nonsense {' >>${file}; systemctl restart ${unit} 2>/dev/null`,
    },
  ]
}

/** What may happen to packages. */
export function woundsOfPackages(
  names: readonly [string, ...(readonly string[])],
  chance: Chance,
): readonly Wound[] {
  const name = chance.one(names)
  // Without those that need it, which nobody may have asked for.
  const alone = 'DEBIAN_FRONTEND=noninteractive dpkg --force-depends'
  return [
    { is: `${name} is removed`, by: `${alone} --remove ${name} >/dev/null 2>&1` },
    {
      is: `${name} is purged`,
      // A package that is installed anew enables its service, whatever somebody had decided.
      by: `systemctl is-enabled -q ${name} 2>/dev/null || touch /root/not-enabled; ${alone} --purge ${name} >/dev/null 2>&1`,
      leaves: `[ ! -e /root/not-enabled ] || { rm /root/not-enabled; systemctl disable -q ${name} 2>/dev/null; }`,
    },
    {
      is: `${name} is half configured`,
      by: `sed -i '/^Package: ${name}$/,/^$/s/^Status: .*/Status: install ok half-configured/' /var/lib/dpkg/status`,
    },
    {
      is: `${name} is held`,
      by: `apt-mark hold -qq ${name} >/dev/null`,
      leaves: `apt-mark unhold -qq ${name} >/dev/null`,
    },
  ]
}

/** What may happen to an account. */
export function woundsOfUser(name: string): readonly Wound[] {
  return [
    { is: `${name} is removed`, by: `systemctl stop 'app-*' 2>/dev/null; userdel ${name}` },
    { is: `${name} may log in`, by: `usermod -s /bin/sh ${name}` },
    { is: `${name} has another home`, by: `usermod -d /tmp ${name}` },
    { is: `${name} is locked`, by: `usermod -L -e 1 ${name}` },
  ]
}

/** What HAProxy may be told through its socket. */
export function woundsOfServers(socket: string, chance: Chance): readonly Wound[] {
  const word = chance.one([
    'state maint',
    'state drain',
    'weight 7',
    'weight 0',
    'health down',
    'addr 192.0.2.9',
  ])
  return [
    {
      is: `a server of HAProxy is told ${word}`,
      by: `server=$(echo 'show servers state' | socat - ${socket} | awk 'NR > 2 && NF > 4 { print $2 "/" $4 }' | shuf -n 1 --random-source=/dev/zero)
echo "set server $server ${word}" | socat - ${socket}`,
    },
    ...['disable', 'shutdown'].map((what) => ({
      is: `a frontend of HAProxy is told ${what}`,
      by: `frontend=$(echo 'show stat -1 1 -1' | socat - ${socket} | grep -v '^#' | cut -d , -f 1 | shuf -n 1 --random-source=/dev/zero)
echo "${what} frontend $frontend" | socat - ${socket}`,
    })),
  ]
}
