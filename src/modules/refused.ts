/** Modules of one collection that are not here, by their names, with what to do instead. */
interface Refused {
  readonly collection: string
  readonly instead: string
  readonly names: readonly string[]
  /** Ansible does their work where it runs itself, so nothing of it can be sent to a machine. */
  readonly onController?: true
}

const disks =
  'disks are not divided here, where a mistake loses data: do it with "command" and "creates" or "unless"; filesystem, lvg and lvol take what is divided already'
const asked = 'ask with "command", "changed_when: false" and register'
const clouds = 'a service outside of the machine is not what this tool works on: call its own program'

const refused: readonly Refused[] = [
  {
    collection: 'ansible.builtin',
    names: ['expect'],
    instead:
      'no Python is used on the machine: give the answers on stdin of "command", or by the options of the program',
  },
  {
    collection: 'ansible.builtin',
    names: ['set_stats'],
    instead: 'write it under "vars:", or take --json, which has all results',
    onController: true,
  },
  { collection: 'ansible.builtin', names: ['subversion'], instead: 'run svn with "command", and "creates"' },
  { collection: 'ansible.posix', names: ['at'], instead: 'run at with "command", or use cron' },
  {
    collection: 'ansible.posix',
    names: ['patch'],
    instead: 'use lineinfile, blockinfile or replace, or run patch with "command"',
    onController: true,
  },
  { collection: 'ansible.posix', names: ['firewalld_info'], instead: asked },
  {
    collection: 'community.general',
    names: ['parted', 'xfs_quota', 'zfs', 'btrfs_subvolume', 'dmsetup'],
    instead: disks,
  },
  {
    collection: 'community.general',
    names: ['nmcli', 'interfaces_file', 'nmcli_info'],
    instead:
      'write the file of the connection with copy or template, and reload with "command: nmcli connection reload"',
  },
  {
    collection: 'community.general',
    names: ['xml'],
    instead: 'use replace, or a template of the whole file',
  },
  {
    collection: 'community.general',
    names: ['pamd'],
    instead: 'use lineinfile',
  },
  {
    collection: 'community.general',
    names: ['xattr'],
    instead: 'run setfattr with "command", and "unless"',
  },
  {
    collection: 'community.general',
    names: ['apk', 'pacman', 'zypper', 'homebrew', 'portage', 'pkgng', 'opkg', 'apt_rpm', 'flatpak', 'snap'],
    instead: 'apt, dnf and yum are the package managers that are known: run this one with "command"',
  },
  {
    collection: 'community.general',
    names: ['bower', 'yarn', 'cpanm', 'pipx', 'bundler', 'maven_artifact', 'django_manage'],
    instead: 'run it with "command", and "creates" or "unless"',
  },
  {
    collection: 'community.general',
    names: ['monit', 'nosh', 'runit', 'pm2'],
    instead: 'run it with "command", or write a unit of systemd and use service',
  },
  {
    collection: 'community.general',
    names: ['redhat_subscription', 'rhsm_repository', 'rhsm_release'],
    instead: 'run subscription-manager with "command", and "unless"',
  },
  {
    collection: 'community.general',
    names: ['java_cert', 'java_keystore'],
    instead: 'run keytool with "command", and "unless"',
  },
  {
    collection: 'community.general',
    names: ['jenkins_plugin', 'jenkins_job', 'jenkins_script'],
    instead: 'call the API of Jenkins with "command: curl"',
  },
  {
    collection: 'community.general',
    names: ['git_config'],
    instead: 'use ini_file, or run "git config" with command and "unless"',
  },
  {
    collection: 'community.general',
    names: ['dconf', 'gconftool2', 'xfconf'],
    instead: 'run it with "command", and "unless"',
  },
  { collection: 'community.general', names: ['read_csv'], instead: asked },
  {
    collection: 'community.general',
    names: ['kernel_blacklist'],
    instead: 'use lineinfile on a file of /etc/modprobe.d',
  },
  {
    collection: 'community.general',
    names: ['slack', 'mail', 'telegram', 'mattermost', 'rocketchat', 'irc', 'pushover'],
    instead: clouds,
  },
  {
    collection: 'community.general',
    names: ['github_release', 'gitlab_runner', 'github_deploy_key'],
    instead: clouds,
  },
  {
    collection: 'community.docker',
    names: [
      'docker_container',
      'docker_image',
      'docker_network',
      'docker_volume',
      'docker_compose',
      'docker_compose_v2',
      'docker_login',
      'docker_swarm',
      'docker_stack',
      'docker_container_info',
      'docker_prune',
    ],
    instead: 'run docker with "command", and "unless", or write a unit of systemd that does',
  },
  {
    collection: 'community.crypto',
    names: [
      'x509_certificate_info',
      'x509_crl',
      'openssl_csr_info',
      'openssl_privatekey_info',
      'openssl_csr_pipe',
      'openssl_privatekey_pipe',
      'openssh_cert',
      'acme_certificate',
      'acme_account',
      'get_certificate',
    ],
    instead: 'make keys and certificates with "command: openssl …" or ssh-keygen, and "creates"',
  },
  {
    collection: 'community.mysql',
    names: ['mysql_query', 'mysql_variables', 'mysql_info', 'mysql_replication'],
    instead: 'run mysql with "shell", and "unless"',
  },
  {
    collection: 'community.postgresql',
    names: [
      'postgresql_schema',
      'postgresql_table',
      'postgresql_set',
      'postgresql_ping',
      'postgresql_info',
      'postgresql_pg_hba',
    ],
    instead: 'run psql with "shell" as its user, and "unless"',
  },
  {
    collection: 'containers.podman',
    names: [
      'podman_container',
      'podman_image',
      'podman_network',
      'podman_volume',
      'podman_pod',
      'podman_login',
      'podman_tag',
      'podman_secret',
    ],
    instead: 'run podman with "command", and "unless", or write a unit of systemd that does',
  },
  {
    collection: 'community.rabbitmq',
    names: [
      'rabbitmq_user',
      'rabbitmq_plugin',
      'rabbitmq_vhost',
      'rabbitmq_policy',
      'rabbitmq_parameter',
      'rabbitmq_queue',
      'rabbitmq_exchange',
      'rabbitmq_binding',
    ],
    instead: 'run rabbitmqctl or rabbitmq-plugins with "command", and "unless"',
  },
  {
    collection: 'community.mongodb',
    names: ['mongodb_user', 'mongodb_replicaset', 'mongodb_shard', 'mongodb_parameter', 'mongodb_shell'],
    instead: 'run mongosh with "command", and "unless"',
  },
  {
    collection: 'community.general',
    names: ['ldap_entry', 'ldap_attrs', 'ldap_passwd'],
    instead: 'run ldapmodify with "command", and "unless"',
  },
  {
    collection: 'community.general',
    names: ['influxdb_database', 'influxdb_user', 'influxdb_retention_policy'],
    instead: 'run influx with "command", and "unless"',
  },
  {
    collection: 'community.general',
    names: ['redis'],
    instead: 'run redis-cli with "command", or write its configuration with template',
  },
  {
    collection: 'community.general',
    names: ['dpkg_divert'],
    instead: 'run dpkg-divert with "command", and "unless"',
  },
  {
    collection: 'community.general',
    names: ['deploy_helper'],
    instead: 'make the directories of a release with "file", and its link with "state: link"',
  },
  { collection: 'community.general', names: ['nagios'], instead: clouds },
]

/** The tables above, for the reference. */
export const refusedGroups: readonly Refused[] = refused

/** Those of them that no machine could run. */
export const onControllerAlone: ReadonlySet<string> = new Set(
  refused.flatMap(({ collection, names, onController }) =>
    onController ? names.flatMap((name) => [name, `${collection}.${name}`]) : [],
  ),
)

/** Modules that are not here, by all their names, with what to do instead. */
export const refusedModules: ReadonlyMap<string, string> = new Map(
  refused.flatMap(({ collection, names, instead }) =>
    names.flatMap((name) => [[name, instead] as const, [`${collection}.${name}`, instead] as const]),
  ),
)
