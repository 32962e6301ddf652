import { accessList } from './access-list.ts'
import { apacheModule } from './apache-module.ts'
import { archive } from './archive.ts'
import { askedContent, askedFiles, askedStat } from './asked-files.ts'
import { askedPage, onlyReads } from './asked-page.ts'
import { assembled } from './assembled.ts'
import { authorizedKey } from './authorized-key.ts'
import { type Kind, listed } from './bind.ts'
import { block } from './block.ts'
import { blockEdit } from './block-edit.ts'
import { command } from './command.ts'
import { composerRun } from './composer.ts'
import { copied } from './copied.ts'
import { copiedTree } from './copied-tree.ts'
import { copy } from './copy.ts'
import { cron } from './cron.ts'
import { crontab } from './crontab.ts'
import { certificate, certificateRequest } from './crypto-certificates.ts'
import { diffieHellman, keyStore, privateKey, publicKey } from './crypto-keys.ts'
import { daemonReload } from './daemon-reload.ts'
import { debconfAnswer, dpkgSelection } from './debian-answers.ts'
import { directory } from './directory.ts'
import { filesystem, logicalVolume, volumeGroup } from './disks.ts'
import { download } from './download.ts'
import { fetched } from './fetched.ts'
import { file } from './file.ts'
import { fileCapability } from './file-capability.ts'
import { firewall } from './firewall.ts'
import { foreign } from './foreign.ts'
import { formerBootUnits } from './former-boot-units.ts'
import { getent, packageFacts, serviceFacts } from './gathered.ts'
import { gem } from './gems.ts'
import { gitCheckout } from './git-checkout.ts'
import { group } from './group.ts'
import { haproxyServerState } from './haproxy-server-state.ts'
import { haproxyServers } from './haproxy-servers.ts'
import { hostRoute } from './host-route.ts'
import { hostname } from './hostname.ts'
import { hostsEntry } from './hosts-entry.ts'
import { htpasswd } from './htpasswd.ts'
import { iniEdit } from './ini-edit.ts'
import { ipvsTableKind } from './ipvs-table.ts'
import { kernelModule } from './kernel-module.ts'
import { madeTarget, npmPackages, pipPackages } from './language-packages.ts'
import { leftJob } from './left-job.ts'
import { line } from './line.ts'
import { lineEdit } from './line-edit.ts'
import { link } from './link.ts'
import { loopbackVip } from './loopback-vip.ts'
import { modprobe } from './modprobe.ts'
import { mount } from './mount.ts'
import { mysqlDatabase } from './mysql-database.ts'
import { mysqlUser } from './mysql-user.ts'
import { nfsExport } from './nfs-export.ts'
import { formerService, ownedService } from './owned-service.ts'
import { packageKind } from './package.ts'
import { packageFile, packageLeftovers, packageLists, packageUpgrade } from './packages-of-system.ts'
import { packedArchive } from './packed-archive.ts'
import { firewalldRule, iptablesRule, ufwRule } from './packet-filters.ts'
import { packetRulesKind } from './packet-rules.ts'
import { pamLimit } from './pam-limit.ts'
import { gone, hardLink, pathOwnership } from './paths.ts'
import { pause } from './pause.ts'
import { alternative, locale, timezone } from './places.ts'
import { postgresDatabase } from './postgres-database.ts'
import { postgresExtension } from './postgres-extension.ts'
import { postgresQuery, onlyReads as queryReads } from './postgres-query.ts'
import { postgresRights } from './postgres-rights.ts'
import { postgresRole } from './postgres-role.ts'
import { reachable } from './reachable.ts'
import { awaitedConnection, restart } from './reconnecting.ts'
import { release } from './release.ts'
import { replaceEdit } from './replace-edit.ts'
import { aptKey, aptSource, rpmKey } from './repositories.ts'
import { runsAlways, script } from './script.ts'
import { selinuxBoolean } from './selinux-boolean.ts'
import { selinuxLabel, selinuxPort, selinuxState } from './selinux-policy.ts'
import { service } from './service.ts'
import { shell } from './shell.ts'
import { sourceBuild } from './source-build.ts'
import { sshKey } from './ssh-key.ts'
import { strayVip } from './stray-vip.ts'
import { supervised } from './supervised.ts'
import { formerSetting, sysctl } from './sysctl.ts'
import { template } from './template.ts'
import { temporary } from './temporary.ts'
import { tlsCertificate } from './tls-certificate.ts'
import { unpackedUrl } from './unpacked-url.ts'
import { user } from './user.ts'
import { waitFor } from './wait-for.ts'
import { yumRepository } from './yum-repository.ts'

/** Every kind of thing a task can ask for by a name of ours. */
export const kinds = {
  archive: { ...listed(archive), source: 'files' },
  block: listed(block),
  command: listed(command, ({ always }) => always),
  copy: { ...listed(copy), source: 'files' },
  cron: listed(cron),
  directory: listed(directory),
  file: listed(file),
  firewall: listed(firewall),
  former_boot_units: listed(formerBootUnits),
  former_service: listed(formerService),
  former_setting: listed(formerSetting),
  group: listed(group),
  haproxy_servers: listed(haproxyServers),
  host_route: listed(hostRoute),
  hostname: listed(hostname),
  hosts_entry: listed(hostsEntry),
  ipvs_table: listed(ipvsTableKind),
  kernel_module: listed(kernelModule),
  line: listed(line),
  link: listed(link),
  loopback_vip: listed(loopbackVip),
  mount: listed(mount),
  nfs_export: listed(nfsExport),
  owned_service: listed(ownedService),
  package: listed(packageKind),
  packet_rules: listed(packetRulesKind),
  pause: listed(pause, () => true),
  reachable: listed(reachable),
  release: { ...listed(release), source: 'release' },
  selinux_boolean: listed(selinuxBoolean),
  service: listed(service),
  shell: listed(shell, ({ always }) => always),
  source_build: { ...listed(sourceBuild), source: 'files' },
  stray_vip: listed(strayVip),
  sysctl: listed(sysctl),
  tls_certificate: listed(tlsCertificate),
  template: { ...listed(template), source: 'templates' },
  user: listed(user),
  wait_for: listed(waitFor, () => true),
} satisfies Readonly<Record<string, Kind>>

/** What modules of Ansible stand on, and tasks ask for by the names of these. */
const kindsOfModules = {
  alternative: listed(alternative),
  apt_key: listed(aptKey),
  access_list: listed(accessList),
  apache_module: listed(apacheModule),
  file_capability: listed(fileCapability),
  pam_limit: listed(pamLimit),
  ssh_key: listed(sshKey, ({ regenerate, state }) => regenerate === 'always' && state === 'present'),
  supervised: listed(supervised, ({ state }) => state === 'restarted' || state === 'signalled'),
  apt_source: listed(aptSource),
  composer: listed(
    composerRun,
    ({ command }) => !['install', 'update', 'require', 'remove'].includes(command),
  ),
  gem: listed(gem),
  asked_content: listed(askedContent),
  asked_files: listed(askedFiles),
  asked_stat: listed(askedStat),
  assembled: listed(assembled),
  authorized_key: listed(authorizedKey),
  crontab: listed(crontab),
  debconf_answer: listed(debconfAnswer),
  dpkg_selection: listed(dpkgSelection),
  firewalld_rule: listed(firewalldRule),
  getent: listed(getent),
  git_checkout: listed(gitCheckout),
  htpasswd: listed(htpasswd),
  iptables_rule: listed(iptablesRule),
  locale: listed(locale),
  made_target: listed(madeTarget),
  modprobe: listed(modprobe),
  npm_packages: listed(npmPackages),
  pip_packages: listed(pipPackages),
  rpm_key: listed(rpmKey),
  selinux_label: listed(selinuxLabel),
  selinux_port: listed(selinuxPort),
  selinux_state: listed(selinuxState),
  timezone: listed(timezone),
  ufw_rule: listed(ufwRule),
  yum_repository: listed(yumRepository),
  asked_page: listed(
    askedPage,
    (page) => !onlyReads(page) && page.creates === undefined && page.removes === undefined,
  ),
  awaited_connection: listed(awaitedConnection, () => true),
  block_edit: listed(blockEdit),
  certificate: listed(certificate),
  certificate_request: listed(certificateRequest),
  copied: listed(copied),
  copied_tree: listed(copiedTree),
  daemon_reload: listed(daemonReload),
  diffie_hellman: listed(diffieHellman),
  download: listed(download, ({ force }) => force),
  fetched: listed(fetched),
  filesystem: listed(filesystem),
  gone: listed(gone),
  haproxy_server_state: listed(haproxyServerState),
  hard_link: listed(hardLink),
  ini_edit: listed(iniEdit),
  // Of several matches each run takes one, as in Ansible: that is no sign of trouble.
  line_edit: listed(lineEdit, ({ regexp, search }) => regexp !== undefined || search !== undefined),
  key_store: listed(keyStore),
  left_job: listed(leftJob),
  logical_volume: listed(logicalVolume),
  mysql_database: listed(mysqlDatabase, ({ state }) => state === 'dump' || state === 'import'),
  mysql_user: listed(mysqlUser),
  package_facts: listed(packageFacts),
  package_file: listed(packageFile),
  package_leftovers: listed(packageLeftovers),
  package_lists: listed(packageLists, ({ max_age }) => max_age === 0),
  package_upgrade: listed(packageUpgrade),
  packed_archive: listed(packedArchive),
  path_ownership: listed(pathOwnership),
  postgres_database: listed(postgresDatabase),
  postgres_extension: listed(postgresExtension),
  postgres_query: listed(postgresQuery, (wanted) => !queryReads(wanted)),
  postgres_rights: listed(postgresRights),
  // One that is left because it owns something is no failure, and wanted in every run.
  postgres_role: listed(postgresRole, ({ passed_over, state }) => passed_over && state === 'absent'),
  private_key: listed(privateKey),
  public_key: listed(publicKey),
  replace_edit: listed(replaceEdit, () => true),
  restart: listed(restart, () => true),
  script: listed(script, runsAlways),
  temporary: listed(temporary, () => true),
  service_facts: listed(serviceFacts),
  volume_group: listed(volumeGroup),
  unpacked_url: listed(unpackedUrl),
} satisfies Readonly<Record<string, Kind>>

/** What stands for modules of Ansible that are none of ours: what such a module is, only a run knows. */
export const foreignKind: Kind = listed(foreign)

/** Every kind of thing a machine can have. */
export const allKinds = { ...kinds, ...kindsOfModules }
