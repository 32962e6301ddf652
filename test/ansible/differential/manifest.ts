/** What may differ between two machines that two tools made alike, and why. */
export interface Mark {
  readonly what: string
  readonly why: string
  readonly pattern: RegExp
}

/** A mark for paths: what a file or directory there is, what is in it, and who may do what with it. */
function paths(what: string, why: string, pattern: string): Mark {
  return {
    what,
    why,
    pattern: new RegExp(`^(?:path|content|access|attributes|capability) (?:${pattern})(?:[ /]|$)`),
  }
}

/** The marks that each tool leaves, and what no two machines have in common whoever worked on them. */
export const marks: readonly Mark[] = [
  paths(
    '`.ansible`, `.ansible_async` in homes',
    "Ansible's own scratch directory",
    '/.*/\\.ansible(?:_async)?',
  ),
  paths(
    '`/var/lib/understudy`',
    'where Understudy keeps backups, noted handlers and its lock',
    '/var/lib/understudy',
  ),
  paths('`__pycache__`', 'what Python compiles when a module of Ansible runs', '/.*/__pycache__'),
  paths(
    '`/var/log`, but not what is made in it',
    'journals and logs tell what was run, and when',
    '/var/log/(?:journal|apt|dpkg\\.log|alternatives\\.log|wtmp|btmp|lastlog|faillog|auth\\.log|syslog|cron\\.log|user\\.log|kern\\.log|private|exim4|[a-z0-9-]+/[a-z0-9-]+\\.log)',
  ),
  paths(
    '`/var/spool/cron/crontabs`',
    'a crontab has the time of its writing before it; what it says is compared as `crontab -l` prints it',
    '/var/spool/cron/crontabs/[^ ]+',
  ),
  paths(
    'copies of files before a change, with `backup`',
    'Ansible keeps them beside the file, Understudy below /var/lib/understudy',
    '/.*\\.\\d+\\.\\d{4}-\\d\\d-\\d\\d@\\d\\d:\\d\\d:\\d\\d~',
  ),
  paths(
    'caches and lists of packages',
    'packages are compared by name, version and state',
    '/var/(?:cache|lib/apt|lib/dpkg|lib/systemd|lib/ucf|lib/private|backups)',
  ),
  paths(
    'keys and numbers of the machine',
    'each machine makes its own when it starts first',
    '/etc/(?:machine-id|ssh/ssh_host_[a-z0-9]+_key(?:\\.pub)?)|/var/lib/dbus/machine-id|/etc/systemd/network/10-vec0\\.network',
  ),
  paths(
    'copies that the tools of shadow leave',
    'they tell the order of changes, not their result',
    '/etc/(?:passwd|group|shadow|gshadow|subuid|subgid)-|/etc/\\.pwd\\.lock',
  ),
  paths(
    'binary caches',
    'they hold times of files',
    '/etc/ld\\.so\\.cache|/etc/udev/hwdb\\.bin|/usr/lib/locale/locale-archive',
  ),
  {
    what: 'services of systemd that end by themselves, and their directories in /tmp',
    why: 'they run for a while after somebody asked them',
    pattern:
      /^active systemd-(?:networkd-wait-online|hostnamed|timedated|localed)\.service$|^path \/(?:var\/)?tmp\/systemd-private-/,
  },
  {
    what: 'settings of the kernel that count',
    why: 'they change by themselves',
    pattern:
      /^setting (?:fs\.(?:dentry-state|inode-nr|inode-state|file-nr|quota)|kernel\.(?:random|ns_last_pid|pty\.nr|hostname)|net\.netfilter\.nf_conntrack_count|net\.ipv4\.tcp_fastopen_key|net\.ipv[46]\.(?:neigh|conf|route)\.[^ ]*(?:stable_secret|gc_))/,
  },
]

/** Compared by what is in them; elsewhere, where packages alone write, by size. */
const compared = ['/etc', '/usr/local', '/opt', '/srv', '/root', '/home', '/mnt', '/tmp', '/var']

/** A program for sh that tells what a machine is, line by line. It is run there as root. */
export const manifestScript = `LC_ALL=C; export LC_ALL
outside='-path /proc -o -path /sys -o -path /dev -o -path /run -o -path /usr/share/doc -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache -o -path /var/log/journal'
find / -xdev \\( $outside \\) -prune -o -type f -printf 'path %p %y %m %U:%G %s\\n' -o -type d -printf 'path %p %y %m %U:%G\\n' -o -printf 'path %p %y %m %U:%G %l\\n'
find ${compared.join(' ')} -xdev \\( $outside \\) -prune -o -type f -print0 2>/dev/null | xargs -0 sha256sum 2>/dev/null | sed -E 's/^([0-9a-f]{64})  (.*)/content \\2 \\1/'
if command -v getfacl >/dev/null; then getfacl -Rspn ${compared.join(' ')} 2>/dev/null | awk '/^# file: / { file = $0; sub(/^# file: /, "", file) } /^[^#]/ { print "access", file, $1 }'; fi
if command -v getcap >/dev/null; then getcap -r ${compared.join(' ')} 2>/dev/null | sed 's/^/capability /'; fi
lsattr -aR ${compared.join(' ')} 2>/dev/null | awk '/^[-a-zA-Z]+ / { gsub(/[-eI]/, "", $1); if ($1 != "") print "attributes", $2, $1 }'
dpkg-query -W -f 'package \${Package} \${Version} \${Status}\\n'
apt-mark showmanual | sed 's/^/manual /'
systemctl list-units --all --type=service,timer,socket,mount,path --no-legend --no-pager --plain --state=active | awk '{ print "active", $1 }'
for unit in $(systemctl list-units --state=masked --all --plain --no-legend | awk '{ print $1 }'); do echo "masked $unit"; done
sysctl -a 2>/dev/null | sed -E 's/^([^ ]+) = /setting \\1 /'
findmnt -rn -o TARGET,SOURCE,FSTYPE,OPTIONS | grep -Ev '^/(sys|proc|dev|run)' | sed 's/^/mount /'
lsmod | awk 'NR > 1 { print "module", $1 }'
for table in /var/spool/cron/crontabs/*; do
  [ -e "$table" ] || continue
  stat -c 'crontab %n %a %U %G' "$table"
  crontab -u "\${table##*/}" -l | sed "s|^|crontab $table |"
done
if command -v iptables-save >/dev/null; then iptables-save | sed -E '/^#/d; s/ \\[[0-9]+:[0-9]+\\]//; s/^/rule /'; fi
if command -v debconf-show >/dev/null; then debconf-show locales tzdata 2>/dev/null | sed 's/^/answer /'; fi
printf 'host %s\\nzone %s\\numask %s\\n' "$(hostname)" "$(date +%Z)" "$(umask)"
`

/** What is on one machine and not on the other, without what the marks cover. */
export function differences(
  ansible: string,
  understudy: string,
  stated: readonly RegExp[] = [],
): readonly string[] {
  const [theirs, ours] = [linesOf(ansible, stated), linesOf(understudy, stated)]
  return [
    ...[...theirs].filter((line) => !ours.has(line)).map((line) => `ansible: ${line}`),
    ...[...ours].filter((line) => !theirs.has(line)).map((line) => `understudy: ${line}`),
  ].sort((a, b) => a.slice(a.indexOf(': ')).localeCompare(b.slice(b.indexOf(': '))))
}

function linesOf(manifest: string, stated: readonly RegExp[]): ReadonlySet<string> {
  const covered = [...marks.map(({ pattern }) => pattern), ...stated]
  const lines = manifest.split('\n').filter((line) => line !== '')
  return new Set(lines.filter((line) => !covered.some((pattern) => pattern.test(line))))
}
