/** Packages that every machine of the Red Hat family has and that ours has from Debian: rpm is told of them. */
const PRESENT = [
  ...['systemd', 'openssh-server', 'sudo', 'iproute', 'iputils', 'procps-ng', 'kmod', 'shadow-utils'],
  ...['bash', 'dnf', 'rpm', 'ca-certificates', 'java-17-openjdk-headless', 'curl-minimal'],
]

/** What a package is beyond its files: the words of its section in the spec. */
interface Section {
  readonly name: string
  readonly version: string
  readonly words?: readonly string[]
  /** User and group its %pre makes, with the home directory. */
  readonly user?: readonly [name: string, home: string]
  readonly units?: readonly string[]
  readonly files: readonly string[]
}

/** The packages of the family, made of Debian's. */
export const sections: readonly Section[] = [
  {
    name: 'rocky-release',
    version: '9.4',
    words: ['Provides: system-release = 9.4', 'Provides: system-release(releasever) = 9'],
    files: ['/etc/os-release', '/etc/redhat-release', '/etc/rocky-release', '/etc/system-release'],
  },
  {
    name: 'nginx',
    version: '%{v_nginx}',
    user: ['nginx', '/var/lib/nginx'],
    units: ['nginx.service'],
    files: [
      ...['%config(noreplace) /etc/nginx', '/usr/sbin/nginx', '/usr/lib/systemd/system/nginx.service'],
      ...['/usr/share/nginx/html', '%dir /usr/lib64/nginx/modules', '%dir /usr/share/nginx/modules'],
      ...['%dir %attr(0770,nginx,root) /var/lib/nginx', '%dir %attr(0711,root,root) /var/log/nginx'],
    ],
  },
  {
    name: 'nginx-mod-stream',
    version: '%{v_nginx}',
    words: ['Requires: nginx = %{v_nginx}'],
    files: ['/usr/lib64/nginx/modules/ngx_stream_module.so', '/usr/share/nginx/modules/mod-stream.conf'],
  },
  {
    name: 'keepalived',
    version: '%{v_keepalived}',
    units: ['keepalived.service'],
    files: [
      ...['/usr/sbin/keepalived', '/usr/bin/genhash', '/usr/lib/systemd/system/keepalived.service'],
      ...['%dir /etc/keepalived', '%config(noreplace) %attr(0640,root,root) /etc/keepalived/keepalived.conf'],
      ...['%config(noreplace) /etc/sysconfig/keepalived', '%dir /usr/libexec/keepalived'],
    ],
  },
  {
    name: 'ipvsadm',
    version: '%{v_ipvsadm}',
    units: ['ipvsadm.service'],
    files: [
      ...['/usr/sbin/ipvsadm', '/usr/sbin/ipvsadm-save', '/usr/sbin/ipvsadm-restore'],
      ...['/usr/lib/systemd/system/ipvsadm.service', '%config(noreplace) /etc/sysconfig/ipvsadm-config'],
    ],
  },
  {
    name: 'haproxy',
    version: '%{v_haproxy}',
    user: ['haproxy', '/var/lib/haproxy'],
    units: ['haproxy.service'],
    files: [
      ...['/usr/sbin/haproxy', '/usr/bin/halog', '/usr/lib/systemd/system/haproxy.service'],
      ...['%dir /etc/haproxy', '%dir /etc/haproxy/conf.d', '%config(noreplace) /etc/haproxy/haproxy.cfg'],
      ...['%config(noreplace) /etc/sysconfig/haproxy', '/usr/share/haproxy'],
      '%dir %attr(0755,root,root) /var/lib/haproxy',
    ],
  },
  {
    name: 'tomcat',
    version: '%{v_tomcat}',
    words: ['Requires: java-headless'],
    user: ['tomcat', '/usr/share/tomcat'],
    units: ['tomcat.service'],
    files: [
      ...['/usr/share/tomcat', '/usr/share/java/tomcat', '/usr/libexec/tomcat'],
      ...['/usr/lib/systemd/system/tomcat.service', '%config(noreplace) /etc/sysconfig/tomcat'],
      '%dir %attr(0755,root,tomcat) /etc/tomcat',
      '%attr(0644,root,tomcat) %config(noreplace) /etc/tomcat/*.*',
      '%attr(0640,root,tomcat) %config(noreplace) /etc/tomcat/tomcat-users.xml',
      '%attr(0775,root,tomcat) /etc/tomcat/Catalina',
      ...['%dir /var/lib/tomcat', '%dir %attr(0775,root,tomcat) /var/lib/tomcat/webapps'],
      ...['%attr(0770,tomcat,root) /var/cache/tomcat', '%dir %attr(0770,tomcat,root) /var/log/tomcat'],
    ],
  },
  {
    name: 'tomcat-webapps',
    version: '%{v_tomcat}',
    words: ['Requires: tomcat = %{v_tomcat}'],
    files: ['%attr(-,tomcat,tomcat) /var/lib/tomcat/webapps/ROOT'],
  },
  {
    name: 'tomcat-admin-webapps',
    version: '%{v_tomcat}',
    words: ['Requires: tomcat = %{v_tomcat}'],
    files: [
      '%attr(-,root,tomcat) /var/lib/tomcat/webapps/manager',
      '%attr(-,root,tomcat) /var/lib/tomcat/webapps/host-manager',
    ],
  },
  {
    name: 'chrony',
    version: '%{v_chrony}',
    user: ['chrony', '/var/lib/chrony'],
    units: ['chronyd.service'],
    files: [
      ...['/usr/sbin/chronyd', '/usr/bin/chronyc', '/usr/lib/systemd/system/chronyd.service'],
      ...['%config(noreplace) /etc/chrony.conf', '%config(noreplace) /etc/sysconfig/chronyd'],
      '%config(noreplace) %attr(0640,root,chrony) /etc/chrony.keys',
      '%dir %attr(0750,chrony,chrony) /var/lib/chrony',
      '%dir %attr(0750,chrony,chrony) /var/log/chrony',
    ],
  },
  {
    name: 'rpcbind',
    version: '%{v_rpcbind}',
    user: ['rpc', '/var/lib/rpcbind'],
    units: ['rpcbind.service', 'rpcbind.socket'],
    files: [
      ...['/usr/sbin/rpcbind', '/usr/bin/rpcinfo', '/usr/lib/systemd/system/rpcbind.*'],
      ...['/usr/lib/tmpfiles.d/rpcbind.conf', '%config(noreplace) /etc/sysconfig/rpcbind'],
    ],
  },
  {
    name: 'nfs-utils',
    version: '%{v_nfs}',
    words: ['Requires: rpcbind'],
    user: ['rpcuser', '/var/lib/nfs'],
    units: ['nfs-server.service'],
    files: [
      ...[
        '/usr/sbin/rpc.*',
        '/usr/sbin/nfs*',
        '/usr/sbin/exportfs',
        '/usr/sbin/showmount',
        '/usr/sbin/sm-notify',
      ],
      ...['/usr/sbin/mount.nfs*', '/usr/sbin/umount.nfs*', '/usr/sbin/start-statd', '/usr/sbin/blkmapd'],
      ...['/usr/lib/systemd/system/nfs*', '/usr/lib/systemd/system/rpc-*', '/usr/lib/systemd/system/rpc_*'],
      ...[
        '/usr/lib/systemd/system/proc-fs-nfsd.mount',
        '/usr/lib/systemd/system/var-lib-nfs-rpc_pipefs.mount',
      ],
      ...['/usr/lib/systemd/system/auth-rpcgss-module.service', '/usr/lib/systemd/system-generators/*'],
      ...['/usr/lib/udev/rules.d/*nfs.rules', '/usr/libexec/nfsrahead', '%config(noreplace) /etc/nfs.conf'],
      ...['%config(noreplace) /etc/idmapd.conf', '%config(noreplace) /etc/exports', '%dir /etc/exports.d'],
      ...['/etc/request-key.d/id_resolver.conf', '%dir /var/lib/nfs', '%config(noreplace) /var/lib/nfs/etab'],
      ...[
        '%config(noreplace) /var/lib/nfs/rmtab',
        '%dir /var/lib/nfs/rpc_pipefs',
        '%dir /var/lib/nfs/v4recovery',
      ],
      '%dir %attr(0700,rpcuser,rpcuser) /var/lib/nfs/sm',
      '%dir %attr(0700,rpcuser,rpcuser) /var/lib/nfs/sm.bak',
    ],
  },
  {
    name: 'tcpdump',
    version: '%{v_tcpdump}',
    user: ['tcpdump', '/'],
    files: ['/usr/sbin/tcpdump'],
  },
]

/**
 * The spec of all packages. Scriptlets are those that Red Hat's macros write: users in %pre; a unit is preset after
 * its first installation, stopped and disabled before the last removal, restarted after an upgrade where it runs.
 */
export function specOf(these: readonly Section[]): string {
  const whole = these === sections
  return `%define debug_package %{nil}
%define _build_id_links none
%define __os_install_post %{nil}
%define _binary_payload w1.gzdio
Name: understudy-lab
Version: 9
Release: %{release}
Summary: What the lab repackaged from Debian
License: as in Debian
%description
%{summary}.
%install
cp -a %{stage}/. %{buildroot}/
${these.map(sectionText).join('')}${whole ? `${PRESENT.map(presentText).join('')}${RELOADS}` : ''}`
}

/** systemd of Red Hat reads its units anew after every transaction that touched some. */
const RELOADS = `%transfiletriggerin -n systemd -- /usr/lib/systemd/system /etc/systemd/system
systemctl daemon-reload >/dev/null 2>&1 || :
%transfiletriggerpostun -n systemd -- /usr/lib/systemd/system /etc/systemd/system
systemctl daemon-reload >/dev/null 2>&1 || :
`

function sectionText({ name, version, words = [], user, units = [], files }: Section): string {
  const all = units.join(' ')
  return [
    `%package -n ${name}`,
    ...[`Version: ${version}`, `Summary: ${name} of Debian, as Red Hat has it`, ...words],
    ...[`%description -n ${name}`, '%{summary}.', `%files -n ${name}`, ...files],
    ...(user
      ? [
          `%pre -n ${name}`,
          `getent group ${user[0]} >/dev/null || groupadd -r ${user[0]}`,
          `getent passwd ${user[0]} >/dev/null || useradd -r -M -g ${user[0]} -d ${user[1]} -s /sbin/nologin ${user[0]}`,
        ]
      : []),
    ...(all
      ? [
          ...[
            `%post -n ${name}`,
            `[ "$1" -ne 1 ] || systemctl --no-reload preset ${all} >/dev/null 2>&1 || :`,
          ],
          ...[
            `%preun -n ${name}`,
            `[ "$1" -ne 0 ] || systemctl --no-reload disable --now ${all} >/dev/null 2>&1 || :`,
          ],
          ...[`%postun -n ${name}`, `[ "$1" -eq 0 ] || systemctl try-restart ${all} >/dev/null 2>&1 || :`],
        ]
      : []),
    '',
  ].join('\n')
}

function presentText(name: string): string {
  const also: Readonly<Record<string, string>> = {
    bash: 'Provides: /bin/sh',
    'curl-minimal': 'Provides: curl = 7.88.1',
    'java-17-openjdk-headless': 'Provides: java-headless = 1:17',
  }
  return [
    ...[
      `%package -n ${name}`,
      'Version: 0',
      'Summary: Part of the image',
      ...(also[name] ? [also[name]] : []),
    ],
    ...[`%description -n ${name}`, '%{summary}.', `%files -n ${name}`, ''],
  ].join('\n')
}

/** Packages that are part of the machine; all others lie in its repository. */
export const INSTALLED = ['rocky-release', ...PRESENT]
