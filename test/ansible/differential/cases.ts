/** A playbook that both tools run. */
export interface Case {
  readonly playbook: string
  /** A program that is run as root on both machines first. */
  readonly before?: string
  /** How many tasks change something also in the second run, since they do so each time they run; by either tool. */
  readonly again?: { readonly ansible: number; readonly understudy: number }
  /** What may differ after this playbook, beyond the marks, and why. */
  readonly stated?: readonly { readonly why: string; readonly pattern: RegExp }[]
}

/** The one that is tried where not all are asked for: all of them take more than an hour. */
export const brief = 'in-short.yaml'

/** What machines have from the start, so that not every playbook has to install it. */
export const inPlace = [
  ...['bzip2', 'debconf-utils', 'git', 'gnupg', 'locales', 'make', 'openssl', 'python3-passlib', 'sudo'],
  ...['unzip', 'zip'],
]

const install = (...packages: readonly string[]) =>
  `DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends ${packages.join(' ')} >/dev/null 2>&1`

/** A server of pages on the machine itself, under the name that playbooks ask. */
const pages = `mkdir -p /srv/pages /tmp/tool-1.0/bin /tmp/tool-1.0/doc
printf '#!/bin/sh\\n' >/tmp/tool-1.0/bin/tool; chmod 755 /tmp/tool-1.0/bin/tool; echo about >/tmp/tool-1.0/doc/README
chmod 700 /tmp/tool-1.0/doc; ln -s bin/tool /tmp/tool-1.0/link; find /tmp/tool-1.0 -exec touch -h -d 2020-01-01 {} +
tar -C /tmp --sort=name -cf /tmp/tool.tar tool-1.0
gzip -nc /tmp/tool.tar >/srv/pages/tool-1.0.tar.gz
bzip2 -c /tmp/tool.tar >/srv/pages/tool.tar.bz2
(cd /tmp && find tool-1.0 | sort | zip -qX@ /srv/pages/tool.zip); rm /tmp/tool.tar
rm -r /tmp/tool-1.0
echo plain >/srv/pages/plain.txt
printf '{"key": "value"}' >/srv/pages/page.json
echo '127.0.0.1 example.org' >>/etc/hosts
systemd-run -q --unit pages python3 -m http.server 80 --bind 127.0.0.1 --directory /srv/pages
for try in 1 2 3 4 5 6 7 8 9; do curl -s -o /dev/null http://example.org/ && break; sleep 1; done`

const pieces =
  'mkdir /etc/pieces.d; echo first >/etc/pieces.d/1.conf; printf second >/etc/pieces.d/2.conf; echo hidden >/etc/pieces.d/.3'

const ownPackages = `export SOURCE_DATE_EPOCH=1700000000
for name in own own2; do
mkdir -p /tmp/$name/DEBIAN /tmp/$name/etc; echo $name >/tmp/$name/etc/$name
printf 'Package: %s\\nVersion: 1.0\\nArchitecture: all\\nMaintainer: nobody <nobody@example.org>\\nDescription: own\\n' $name >/tmp/$name/DEBIAN/control
dpkg-deb -b /tmp/$name /var/local/$name.deb >/dev/null; rm -r /tmp/$name; done`

const repository = `export HOME=/root; git config --global user.name n; git config --global user.email n@example.org
export GIT_AUTHOR_DATE=2024-01-01T00:00:00Z GIT_COMMITTER_DATE=2024-01-01T00:00:00Z
git init -q -b main /tmp/app; cd /tmp/app; printf 'built:\\n\\techo made >built\\n' >Makefile; git add .; git commit -qm one; git tag v1.0
echo more >more; git add .; git commit -qm two; mkdir /srv/git; git clone -q --bare /tmp/app /srv/git/app.git; rm -r /tmp/app`

/** A key of nobody: what it signed is not known to anybody. */
const key = `mkdir -p /srv/pages; cat >/srv/pages/key.asc <<'END'
-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawot5hYJKwYBBAHaRw8BAQdAdv925iGMBNiwUq/WonA6o2t+J811PlYv8xr+
C6YG0ee0DW5AZXhhbXBsZS5vcmeIkAQTFggAOBYhBFVJ9udPm8C6LmuLMXC61GPb
UpwDBQJrCi3mAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEHC61GPbUpwD
iEwBAMdbG1smJZL9h9oJe5C0f99Ks3Pff73ByaveqZGgwB5OAP92zCrX8lhtmGWo
oE7xd2rpfE0t/oRLMkXOi4xUZMMtCQ==
=uiFW
-----END PGP PUBLIC KEY BLOCK-----
END`

/** Packages of Ruby and Python that are in no registry. */
const ofLanguages = `mkdir -p /srv/packages /tmp/wheel; cd /tmp/wheel
for name in own-1.0.0 gone-1.0.0 beside-0.1.0; do
echo "Gem::Specification.new { |s| s.name = '\${name%-*}'; s.version = '\${name##*-}'; s.summary = 'own'; s.authors = ['n'] }" >own.gemspec
gem build -q own.gemspec >/dev/null 2>&1; mv "$name.gem" /srv/packages; done
gem install -q --local --no-document /srv/packages/gone-1.0.0.gem >/dev/null
python3 - <<'END'
import zipfile
for name in 'own_py', 'beside_py':
    about = name + '-1.0.dist-info/'
    with zipfile.ZipFile('/srv/packages/' + name + '-1.0-py3-none-any.whl', 'w') as wheel:
        wheel.writestr(name + '.py', 'own = True\\n')
        wheel.writestr(about + 'METADATA', 'Metadata-Version: 2.1\\nName: ' + name.replace('_', '-') + '\\nVersion: 1.0\\n')
        wheel.writestr(about + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: own\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
        wheel.writestr(about + 'RECORD', '')
END
echo 'own-py==1.0' >/srv/packages/requirements.txt; rm -r /tmp/wheel`

/** Disks of 64 MiB each, which are files. */
const disks = `modprobe loop
for number in 5 6 7; do
[ -b /dev/loop$number ] || mknod /dev/loop$number b 7 $number
truncate -s 64M /var/local/disk$number; losetup /dev/loop$number /var/local/disk$number; done`

/** Files of a server of PostgreSQL, and keys that its package makes. */
const ofPostgres =
  /^(?:path|content) \/(?:var\/lib\/postgresql|etc\/ssl\/(?:certs|private)\/ssl-cert-snakeoil\.)/

const timezone = {
  why: '/etc/timezone is written, too, which Ansible leaves as it was',
  pattern: /^(?:path|content) \/etc\/timezone /,
}

/** The playbooks that a bare machine of Debian can run. */
export const cases: readonly Case[] = [
  { playbook: 'accounts.yaml' },
  {
    playbook: 'accounts-many.yaml',
    before: 'mkdir /etc/skel-own; echo s >/etc/skel-own/.s; groupadd gone',
    again: { ansible: 4, understudy: 4 },
  },
  {
    playbook: 'answers-and-choices.yaml',
    stated: [
      timezone,
      {
        why: 'Ansible enters a program anew as an alternative, whose manual page is then lost',
        pattern: /^path \/(?:etc\/alternatives|usr\/share\/man\/man1)\/editor\.1\.gz /,
      },
    ],
  },
  { playbook: 'assembled.yaml', before: pieces },
  { playbook: 'backup.yaml', before: install('cron'), again: { ansible: 1, understudy: 1 } },
  { playbook: 'begun-anew.yaml' },
  { playbook: 'blocks-and-rescue.yaml' },
  { playbook: 'blocks-and-tags.yaml' },
  { playbook: 'blocks-of-text.yaml' },
  {
    playbook: 'certificates.yaml',
    stated: [
      {
        why: 'each key is another one, and what is signed by it; size, mode and owner are compared',
        pattern: /^content \/etc\/ssl\/site\/(?:cert|key)\.pem /,
      },
    ],
  },
  { playbook: 'commands-many.yaml', before: 'mkdir /srv/work; echo x >/srv/work/from; echo >/etc/to-go' },
  { playbook: 'copies.yaml' },
  { playbook: 'cron-jobs.yaml', before: install('cron') },
  { playbook: 'cron-many.yaml', again: { ansible: 4, understudy: 4 } },
  {
    playbook: 'database.yaml',
    again: { ansible: 1, understudy: 1 },
    stated: [
      {
        why: 'files of the server and keys that its package makes',
        pattern: ofPostgres,
      },
    ],
  },
  {
    playbook: 'database-of-mariadb.yaml',
    // What one task takes from a user another one gives.
    again: { ansible: 2, understudy: 2 },
    before: install('mariadb-server', 'python3-pymysql'),
    stated: [
      {
        why: 'files of the server; what it says of its grants, databases and tables is compared',
        pattern: /^(?:path|content) \/var\/lib\/mysql[ /]/,
      },
    ],
  },
  {
    playbook: 'database-of-postgres.yaml',
    again: { ansible: 1, understudy: 1 },
    before: install('postgresql', 'python3-psycopg2'),
    stated: [
      {
        why: 'files of the server and keys that its package makes; what pg_dumpall and pg_dump say is compared',
        pattern: ofPostgres,
      },
    ],
  },
  { playbook: 'delegated.yaml' },
  {
    playbook: 'edits.yaml',
    before: 'touch /etc/app.ini; echo "/dev/x /data ext4 defaults 0 0" >>/etc/fstab',
  },
  { playbook: 'facts-in-a-file.yaml' },
  { playbook: 'facts-of-machines.yaml' },
  { playbook: 'file-states.yaml', again: { ansible: 2, understudy: 2 } },
  { playbook: 'from-archives.yaml', before: pages },
  {
    playbook: 'from-git.yaml',
    before: repository,
    stated: [
      {
        why: 'what git itself notes of how and when it was fetched; what is checked out and the branches are compared',
        pattern:
          /^(?:path|content) \/opt\/(?:app|head)\/\.git\/(?:FETCH_HEAD|ORIG_HEAD|index|logs|objects)(?:[ /]|$)/,
      },
    ],
  },
  {
    playbook: 'full-names.yaml',
    before: install('cron'),
    again: { ansible: 4, understudy: 4 },
    stated: [timezone],
  },
  { playbook: 'handlers.yaml' },
  { playbook: 'handlers-many.yaml' },
  { playbook: 'homes.yaml', before: 'apt-get -qq -y install sudo acl >/dev/null 2>&1' },
  { playbook: brief },
  { playbook: 'includes.yaml' },
  { playbook: 'ini-files.yaml' },
  { playbook: 'kernel-settings.yaml' },
  { playbook: 'keys-of-people.yaml', again: { ansible: 4, understudy: 4 } },
  {
    playbook: 'keys-of-machines.yaml',
    before: `${install('python3-cryptography')}; ssh-keygen -q -t ed25519 -N '' -C first -f /etc/ssh/there`,
    stated: [
      {
        why: 'each key is another one, and what is signed by it; what they say of themselves is compared',
        pattern:
          /^(?:content \/home\/carrier\/\.ssh\/id_ed25519(?:\.pub)?|content \/etc\/ssh\/(?:deploy|elder|there)(?:\.pub)?|path \/etc\/ssh\/elder|(?:path|content) \/etc\/pages\/(?:ca|site|dh)\.[a-z0-9]+) /,
      },
    ],
  },
  { playbook: 'lines.yaml', again: { ansible: 2, understudy: 2 } },
  { playbook: 'load-balancer.yaml' },
  { playbook: 'logs.yaml', before: install('rsyslog'), again: { ansible: 1, understudy: 1 } },
  { playbook: 'loops.yaml' },
  {
    playbook: 'modules-of-collections.yaml',
    stated: [
      timezone,
      { why: 'each password is hashed with a salt of its own', pattern: /^content \/etc\/users / },
    ],
  },
  {
    playbook: 'modules-of-servers.yaml',
    before: install('socat'),
    stated: [
      {
        why: 'supervisor chooses the names of its logs',
        pattern: /^(?:path|content) \/var\/log\/supervisor\/[a-z]+-std[a-z]+---supervisor-\w+\.log /,
      },
    ],
  },
  { playbook: 'mounts.yaml' },
  {
    playbook: 'mounts-many.yaml',
    before:
      'mkdir /mnt/off /mnt/gone; mount -t tmpfs tmpfs /mnt/off; echo "tmpfs /mnt/gone tmpfs defaults 0 0" >>/etc/fstab',
  },
  { playbook: 'nfs.yaml', again: { ansible: 1, understudy: 1 } },
  { playbook: 'other-users.yaml' },
  { playbook: 'packages-and-services.yaml', before: ownPackages, again: { ansible: 2, understudy: 2 } },
  {
    playbook: 'packages-of-languages.yaml',
    before: `${install('python3-venv', 'python3-setuptools', 'ruby')}\n${ofLanguages}`,
    stated: [
      {
        why: 'what pip and gem compile and note of when they did it; the packages were made for each of them',
        pattern:
          /^(?:path|content) .*(?:\.pyc|\/gem_make\.out|\/RECORD|\/specifications\/[^/ ]+\.gemspec|\.gem|\.whl) /,
      },
    ],
  },
  {
    playbook: 'packed-and-listed.yaml',
    before: `${install('xz-utils')}
mkdir -p /srv/to-pack /etc/yum.repos.d; echo x >/srv/to-pack/x
printf '[gone]\\nname = gone\\nbaseurl = http://a\\n\\n[stays]\\nname = stays\\nbaseurl = http://b\\n' >/etc/yum.repos.d/there.repo`,
    stated: [
      {
        why: 'where a section is taken out of a list of repositories, Ansible writes the file anew, with an empty line at its end',
        pattern: /^(?:path|content) \/etc\/yum\.repos\.d\/there\.repo /,
      },
      {
        why: 'archives tell when what is in them was written; the names in them are compared',
        pattern:
          /^(?:content|path) \/srv\/(?:things\.tar\.gz|some\.zip|b\.log\.xz|all\.tar\.bz2|packed\.tar) /,
      },
    ],
  },
  { playbook: 'precedence.yaml' },
  { playbook: 'replacements.yaml', again: { ansible: 1, understudy: 1 } },
  { playbook: 'results-of-modules.yaml', before: pieces },
  {
    playbook: 'rights-of-files.yaml',
    before: `${install('acl', 'libcap2-bin')}
echo old >/srv/old; setfacl -m u:games:r /srv/old; chattr +d /srv/old`,
    again: { ansible: 2, understudy: 0 },
    stated: [
      {
        why: 'what is written into a directory with a default list of rights gets them; Ansible brings its file from elsewhere, and on the same file system it gets none',
        pattern: /^(?:access|path) \/srv\/ledger\/next\/(?:april|may|june) /,
      },
    ],
  },
  { playbook: 'role-of-a-service.yaml' },
  { playbook: 'roles-and-dependencies.yaml' },
  {
    playbook: 'services.yaml',
    before: install('cron', 'rsyslog'),
    again: { ansible: 1, understudy: 1 },
  },
  {
    playbook: 'sources-of-packages.yaml',
    before: `${key}\n${pages}`,
    stated: [{ why: 'what gpg notes of a look at a key', pattern: /^(?:path|content) \/root\/\.gnupg[ /]/ }],
  },
  { playbook: 'ssh-hardening.yaml' },
  {
    playbook: 'sysctls-many.yaml',
    before: 'echo fs.inotify.max_user_watches=9999 >/etc/sysctl.d/92-there.conf',
  },
  { playbook: 'taken-by-roles.yaml' },
  { playbook: 'templates-many.yaml' },
  {
    playbook: 'to-and-fro.yaml',
    before: `${install('rsync')}
mkdir /srv/tree; echo old >/srv/tree/old`,
    again: { ansible: 3, understudy: 0 },
  },
  { playbook: 'trees.yaml', again: { ansible: 3, understudy: 3 } },
  { playbook: 'units-of-systemd.yaml', again: { ansible: 2, understudy: 2 } },
  {
    playbook: 'users-from-files.yaml',
    stated: [
      {
        why: 'each key is another one; size, mode and owner are compared',
        pattern: /^content \/home\/[a-z]+\/\.ssh\/id_ed25519(?:\.pub)? /,
      },
    ],
  },
  {
    playbook: 'variables-of-cron.yaml',
    before: `${install('cron')}
printf 'OLD=1\\nLANG=en\\n@daily root true\\n' >/etc/cron.d/there`,
    again: { ansible: 1, understudy: 0 },
  },
  {
    playbook: 'volumes.yaml',
    before: `${install('lvm2')}\n${disks}`,
    stated: [
      {
        why: 'disks, and what LVM notes of them, hold names and times of their own; what they are made into is compared',
        pattern: /^(?:path|content) (?:\/etc\/lvm\/(?:archive|backup)\/|\/var\/local\/disk\d )/,
      },
    ],
  },
  { playbook: 'waves.yaml', again: { ansible: 2, understudy: 2 } },
  { playbook: 'web-server.yaml' },
  { playbook: 'who-is-there.yaml', again: { ansible: 2, understudy: 0 } },
]

/** Playbooks that are read only, by the reason why a machine of the lab cannot run them. */
export const unable: Readonly<Record<string, string>> = {
  'application-from-git.yaml': 'takes packages of Python and Node.js from the network',
  'archives.yaml': 'fetches an archive from a server with TLS; from-archives.yaml runs',
  'commands.yaml': 'builds a program that is not there; commands-many.yaml runs',
  'containers-host.yaml': 'fetches a key from a server with TLS',
  'environment-and-become.yaml': 'asks a proxy that is not there; other-users.yaml runs',
  'wall-of-firewalld.yaml': 'the kernel of machines of the lab has no nftables, which firewalld needs',
  'filters-of-packets.yaml': 'the kernel of machines of the lab has no packet filters',
  'wall-of-ufw.yaml':
    'the kernel of machines of the lab has no nftables, which ufw needs; test/e2e/firewall.e2e.test.ts runs it',
  'firewalls.yaml': 'firewalld, ufw and iptables at a time get into each other’s way',
  'looking-first.yaml': 'asks a web server that is not there; results-of-modules.yaml runs',
  'monitoring.yaml': 'fetches an archive from a server with TLS',
  'packages-many-ways.yaml': 'fetches a package from a server with TLS; packages-and-services.yaml runs',
  'place-and-time.yaml':
    'holds a kernel and chooses an editor that are not installed; answers-and-choices.yaml runs',
  'registered.yaml': 'asks a web server that is not there; results-of-modules.yaml runs',
  'repositories-debian.yaml': 'fetches a key from a server with TLS; sources-of-packages.yaml runs',
  'repositories-red-hat.yaml':
    'is for machines with SELinux and packages from a mirror of the Red Hat family',
}

const redHat = 'is for the Red Hat family, of which the comparison starts no machine yet'
const policy = 'wants a policy of SELinux that is loaded'

/** Modules that no playbook of the comparison has, by the reason. */
export const modulesAlone: Readonly<Record<string, string>> = {
  composer: 'takes its packages from a network; test/resources/languages.system.test.ts runs it',
  deb822_repository: 'ansible-core 2.14 does not have it',
  dnf: redHat,
  firewalld:
    'needs nftables, which the kernel of machines of the lab does not have; test/e2e/firewall.e2e.test.ts runs it',
  ufw: 'needs nftables, too; test/e2e/firewall.e2e.test.ts runs it',
  iptables: 'needs packet filters, which the kernel of machines of the lab does not have',
  npm: 'wants four hundred packages of Debian on the machine',
  rpm_key: redHat,
  seboolean: `${policy}; test/resources/selinux.e2e.test.ts runs what it comes to`,
  sefcontext: policy,
  selinux: policy,
  seport: policy,
  yum: redHat,
}
