import { layOut } from './layout.ts'
import { INSTALLED, sections, specOf } from './spec.ts'

/** The image of Debian whose binaries a machine of the Red Hat family runs here. */
export const EL9_BASE = 'bookworm'

/** dnf and rpm, and the libraries of what is repackaged: Red Hat's own cannot be had, so they are part of the image. */
const EL9_PACKAGES = `dnf rpm createrepo-c openjdk-17-jre-headless keyutils libdevmapper1.02.1 libedit2
libevent-core-2.1-7 libglib2.0-0 libkeyutils1 liblua5.3-0 libmnl0 libnettle8 libnfsidmap1 libnftnl11 libnl-3-200
libnl-genl-3-200 libopentracing-c-wrapper0 libpcap0.8 libpcre2-8-0 libpopt0 libseccomp2 libsnmp40 libsqlite3-0
libtirpc3 libwrap0`.split(/\s/)

const DONORS =
  `nginx nginx-common libnginx-mod-stream keepalived ipvsadm haproxy tcpdump chrony tomcat10 tomcat10-common
tomcat10-admin libtomcat10-java libeclipse-jdt-core-java nfs-kernel-server nfs-common rpcbind`.split(/\s/)

/** Where, inside the tree, the packages are made; gone at the end. */
const WORK = '/root/rpm'

/** The repository of the finished machine. */
const REPOSITORY = '/usr/share/understudy-lab/repository'

/** Builds the packages, installs those that belong to the machine, and puts the others into its repository. */
const PACK = `set -eu
cd ${WORK}
# No requirements are to be found out from the files: the libraries are no packages here.
mkdir attributes
echo '%__none_path ^/none$' >attributes/none.attr
version() { dpkg-deb -f debs/"$1"_*.deb Version | sed 's/^[0-9]*://; s/[-+~].*//'; }
pack() {
  rpmbuild --quiet -bb --define '_topdir ${WORK}' --define '_rpmdir ${REPOSITORY}' --define "release $1.el9" \\
    --define 'stage ${WORK}/stage' --define '_fileattrsdir ${WORK}/attributes' --define '_unpackaged_files_terminate_build 0' \\
    --define "v_nginx $(version nginx)" --define "v_keepalived $(version keepalived)" \\
    --define "v_ipvsadm $(version ipvsadm)" --define "v_haproxy $(version haproxy)" \\
    --define "v_tomcat $(version tomcat10)" --define "v_chrony $(version chrony)" \\
    --define "v_rpcbind $(version rpcbind)" --define "v_nfs $(version nfs-common)" \\
    --define "v_tcpdump $(version tcpdump)" "$2"
}
pack 2 all.spec
# One package in an older release too, so that there is something to upgrade.
pack 1 tcpdump.spec
cd ${REPOSITORY}/*/
for name in ${INSTALLED.join(' ')}; do
  rpm --install --nodeps --force-debian --noscripts "$name"-[0-9]*.rpm
  rm "$name"-[0-9]*.rpm
done
createrepo_c -q ${REPOSITORY}
`

/** Makes a machine of the Red Hat family of Debian's image, mounted at TREE; `get` there is an apt-get that can fetch. */
export const BECOME_EL9 = `
install_quietly ${EL9_PACKAGES.join(' ')}
mkdir -p "$TREE${WORK}/debs"
chroot "$TREE" sh -c "cd ${WORK}/debs && apt-get -q download ${DONORS.join(' ')}"
# Debian's rpcbind insists on this name; Red Hat's account is made by the package.
chroot "$TREE" sh -c "useradd -o -u 32 -g nogroup -M -d /var/lib/rpcbind -s /usr/sbin/nologin _rpc"
mkdir -p "$TREE/etc/rpm" "$TREE/etc/yum.repos.d" "$TREE/etc/sysconfig" "$TREE/etc/selinux" "$TREE/usr/lib/jvm"
# Debian's rpm looks for its database in the home of whoever asks.
printf '%%_dbpath /var/lib/rpm\n%%dist .el9\n%%rhel 9\n' >"$TREE/etc/rpm/macros"
mkdir -p "$TREE${WORK}"
cat >"$TREE${WORK}/all.spec" <<'SPEC'
${specOf(sections)}SPEC
cat >"$TREE${WORK}/tcpdump.spec" <<'SPEC'
${specOf(sections.filter(({ name }) => name === 'tcpdump'))}SPEC
cat >"$TREE${WORK}/stage.sh" <<'STAGE'
${layOut(WORK)}STAGE
cat >"$TREE${WORK}/pack.sh" <<'PACK'
${PACK}PACK
chroot "$TREE" sh ${WORK}/stage.sh
chroot "$TREE" sh ${WORK}/pack.sh
rm -rf "$TREE${WORK}"
cat >"$TREE/etc/yum.repos.d/rocky.repo" <<'CONF'
[baseos]
name=Rocky Linux $releasever - what the lab made of Debian's packages
baseurl=file://${REPOSITORY}
enabled=1
gpgcheck=0
CONF
ln -sf dnf "$TREE/usr/bin/yum"
ln -sfn java-17-openjdk-amd64 "$TREE/usr/lib/jvm/jre"
echo 'SELINUX=disabled' >"$TREE/etc/selinux/config"

# Names as Red Hat has them: users and groups, the unit of sshd, bash as sh; services start when somebody says so.
chroot "$TREE" sh -euc '
  for user in www-data backup list irc games gnats lp news uucp proxy; do userdel $user 2>/dev/null || :; done
  groupmod -n nobody nogroup
  groupadd -r wheel
  usermod -G wheel ops
  systemctl disable -q ssh
  mv /usr/lib/systemd/system/ssh.service /usr/lib/systemd/system/sshd.service
  sed -i "s,/etc/default/ssh,/etc/sysconfig/sshd,; /^Alias=/d" /usr/lib/systemd/system/sshd.service
  systemctl enable -q sshd
  ln -sf bash /usr/bin/sh
'
echo '%wheel ALL=(ALL) ALL' >"$TREE/etc/sudoers.d/wheel"
chmod 440 "$TREE/etc/sudoers.d/wheel"
echo 'disable *' >"$TREE/usr/lib/systemd/system-preset/99-default-disable.preset"
# Debian's own package tools would be found first.
rm -rf "$TREE"/usr/bin/apt* "$TREE"/usr/bin/dpkg* "$TREE"/usr/bin/deb* "$TREE"/usr/sbin/dpkg* "$TREE"/usr/sbin/invoke-rc.d \\
  "$TREE"/usr/sbin/update-rc.d "$TREE"/usr/lib/apt "$TREE"/usr/lib/dpkg "$TREE"/usr/share/dpkg "$TREE"/etc/apt \\
  "$TREE"/etc/dpkg "$TREE"/etc/debian_version "$TREE"/etc/default "$TREE"/var/lib/apt "$TREE"/var/lib/dpkg \\
  "$TREE"/var/cache/apt "$TREE"/var/log/apt "$TREE"/var/log/dpkg.log
`
