/**
 * Packages of all architectures, which the disks of most tests' machines have from the start, so that not every test
 * fetches and unpacks them on slow machines again. Which of them a machine may rely on is what its plan asks for: see
 * asked-for.ts. Where it is the installation that is tried, and where all is tried, machines are bare.
 */
const debian = [
  ...['keepalived', 'ipvsadm', 'nginx', 'libnginx-mod-stream', 'haproxy', 'chrony', 'nfs-common'],
  ...[
    'nfs-kernel-server',
    'tomcat10',
    'tomcat10-admin',
    'opensmtpd',
    'tcpdump',
    'socat',
    'openssl',
    'nftables',
    'e2fsprogs',
  ],
]

/** What a machine needs to have SELinux's policy; setting it up there takes minutes. */
export const selinuxPackages = ['policycoreutils', 'selinux-policy-default']

/** Whether everything is to be tried, however long it takes. */
export const tryingAll = process.env.UNDERSTUDY_TEST_ALL === '1'

/** The packages that the disk of a machine with this image has from the start. */
export function inPlace(image = 'bookworm'): readonly string[] {
  // What a machine of the Red Hat family installs comes from its own disk.
  return tryingAll || image === 'el9' ? [] : debian
}
