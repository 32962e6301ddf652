import type { Kind } from '../resources/bind.ts'
import { aclModule } from './acl.ts'
import { addHostModule } from './add-host.ts'
import { alternativesModule } from './alternatives.ts'
import { apache2ModuleModule } from './apache2-module.ts'
import { aptModule } from './apt.ts'
import { aptKeyModule } from './apt-key.ts'
import { aptRepositoryModule } from './apt-repository.ts'
import { archiveModule } from './archive.ts'
import { assembleModule } from './assemble.ts'
import { assertModule } from './assert.ts'
import { asyncStatusModule } from './async-status.ts'
import { authorizedKeyModule } from './authorized-key.ts'
import { blockinfileModule } from './blockinfile.ts'
import { capabilitiesModule } from './capabilities.ts'
import { commandModule } from './command.ts'
import { composerModule } from './composer.ts'
import { copyModule } from './copy.ts'
import { cronModule } from './cron.ts'
import { cronvarModule } from './cronvar.ts'
import { deb822RepositoryModule } from './deb822-repository.ts'
import { debconfModule } from './debconf.ts'
import { debugModule } from './debug.ts'
import { dnfModule } from './dnf.ts'
import { dpkgSelectionsModule } from './dpkg-selections.ts'
import { failModule } from './fail.ts'
import { fetchModule } from './fetch.ts'
import { fileModule } from './file.ts'
import { filesystemModule } from './filesystem.ts'
import { findModule } from './find.ts'
import { firewalldModule } from './firewalld.ts'
import { gatherFactsModule } from './gather-facts.ts'
import { gemModule } from './gem.ts'
import { getUrlModule } from './get-url.ts'
import { getentModule } from './getent.ts'
import { gitModule } from './git.ts'
import { groupModule } from './group.ts'
import { groupByModule } from './group-by.ts'
import { haproxyModule } from './haproxy.ts'
import { hostnameModule } from './hostname.ts'
import { htpasswdModule } from './htpasswd.ts'
import { includeVarsModule } from './include-vars.ts'
import { iniFileModule } from './ini-file.ts'
import { iptablesModule } from './iptables.ts'
import { knownHostsModule } from './known-hosts.ts'
import { lineinfileModule } from './lineinfile.ts'
import { localeGenModule } from './locale-gen.ts'
import { lvgModule } from './lvg.ts'
import { lvolModule } from './lvol.ts'
import { makeModule } from './make.ts'
import { metaModule } from './meta.ts'
import { modprobeModule } from './modprobe.ts'
import { kindOf, type Module, namesOf } from './module.ts'
import { mountModule } from './mount.ts'
import { mysqlDbModule } from './mysql-db.ts'
import { mysqlUserModule } from './mysql-user.ts'
import { npmModule } from './npm.ts'
import { opensshKeypairModule } from './openssh-keypair.ts'
import { opensslCsrModule } from './openssl-csr.ts'
import { opensslDhparamModule } from './openssl-dhparam.ts'
import { opensslPkcs12Module } from './openssl-pkcs12.ts'
import { opensslPrivatekeyModule } from './openssl-privatekey.ts'
import { opensslPublickeyModule } from './openssl-publickey.ts'
import { packageModule } from './package.ts'
import { packageFactsModule } from './package-facts.ts'
import { pamLimitsModule } from './pam-limits.ts'
import { pauseModule } from './pause.ts'
import { pingModule } from './ping.ts'
import { pipModule } from './pip.ts'
import { postgresqlDbModule } from './postgresql-db.ts'
import { postgresqlExtModule } from './postgresql-ext.ts'
import { postgresqlPrivsModule } from './postgresql-privs.ts'
import { postgresqlQueryModule } from './postgresql-query.ts'
import { postgresqlUserModule } from './postgresql-user.ts'
import { rawModule } from './raw.ts'
import { rebootModule } from './reboot.ts'
import { replaceModule } from './replace.ts'
import { rpmKeyModule } from './rpm-key.ts'
import { scriptModule } from './script.ts'
import { sebooleanModule } from './seboolean.ts'
import { sefcontextModule } from './sefcontext.ts'
import { selinuxModule } from './selinux.ts'
import { seportModule } from './seport.ts'
import { serviceModule } from './service.ts'
import { serviceFactsModule } from './service-facts.ts'
import { setFactModule } from './set-fact.ts'
import { setupModule } from './setup.ts'
import { shellModule } from './shell.ts'
import { slurpModule } from './slurp.ts'
import { statModule } from './stat.ts'
import { supervisorctlModule } from './supervisorctl.ts'
import { synchronizeModule } from './synchronize.ts'
import { sysctlModule } from './sysctl.ts'
import { systemdModule } from './systemd.ts'
import { sysvinitModule } from './sysvinit.ts'
import { tempfileModule } from './tempfile.ts'
import { templateModule } from './template.ts'
import { timezoneModule } from './timezone.ts'
import { ufwModule } from './ufw.ts'
import { unarchiveModule } from './unarchive.ts'
import { uriModule } from './uri.ts'
import { userModule } from './user.ts'
import { validateArgumentSpec } from './validate-argument-spec.ts'
import { waitForModule } from './wait-for.ts'
import { waitForConnectionModule } from './wait-for-connection.ts'
import { x509CertificateModule } from './x509-certificate.ts'
import { yumModule } from './yum.ts'
import { yumRepositoryModule } from './yum-repository.ts'

/** Every module that is known, in the order of the alphabet. */
export const modules: readonly Module[] = [
  aclModule,
  addHostModule,
  alternativesModule,
  apache2ModuleModule,
  aptModule,
  aptKeyModule,
  aptRepositoryModule,
  archiveModule,
  assembleModule,
  assertModule,
  asyncStatusModule,
  authorizedKeyModule,
  blockinfileModule,
  capabilitiesModule,
  commandModule,
  composerModule,
  copyModule,
  cronModule,
  cronvarModule,
  deb822RepositoryModule,
  debconfModule,
  debugModule,
  dnfModule,
  dpkgSelectionsModule,
  failModule,
  fetchModule,
  fileModule,
  filesystemModule,
  findModule,
  firewalldModule,
  gatherFactsModule,
  gemModule,
  getentModule,
  getUrlModule,
  gitModule,
  groupModule,
  groupByModule,
  haproxyModule,
  hostnameModule,
  htpasswdModule,
  includeVarsModule,
  iniFileModule,
  iptablesModule,
  knownHostsModule,
  lineinfileModule,
  localeGenModule,
  lvgModule,
  lvolModule,
  makeModule,
  metaModule,
  modprobeModule,
  mountModule,
  mysqlDbModule,
  mysqlUserModule,
  npmModule,
  opensshKeypairModule,
  opensslCsrModule,
  opensslDhparamModule,
  opensslPkcs12Module,
  opensslPrivatekeyModule,
  opensslPublickeyModule,
  packageModule,
  packageFactsModule,
  pamLimitsModule,
  pauseModule,
  pingModule,
  pipModule,
  postgresqlDbModule,
  postgresqlExtModule,
  postgresqlPrivsModule,
  postgresqlQueryModule,
  postgresqlUserModule,
  rawModule,
  rebootModule,
  replaceModule,
  rpmKeyModule,
  scriptModule,
  sebooleanModule,
  sefcontextModule,
  selinuxModule,
  seportModule,
  serviceModule,
  serviceFactsModule,
  setFactModule,
  setupModule,
  shellModule,
  slurpModule,
  statModule,
  supervisorctlModule,
  synchronizeModule,
  sysctlModule,
  systemdModule,
  sysvinitModule,
  tempfileModule,
  templateModule,
  timezoneModule,
  ufwModule,
  unarchiveModule,
  uriModule,
  userModule,
  validateArgumentSpec,
  waitForModule,
  waitForConnectionModule,
  x509CertificateModule,
  yumModule,
  yumRepositoryModule,
]

/** Is this one of the facts that modules gather? */
export function isGathered(name: string): boolean {
  return /^(packages|services|getent_\w+)$/.test(name)
}

/** Modules as kinds, by all their names. */
export const moduleKinds: ReadonlyMap<string, Kind> = new Map(
  modules.flatMap((module) => {
    const kind = kindOf(module)
    return namesOf(module).map((name) => [name, kind] as const)
  }),
)
