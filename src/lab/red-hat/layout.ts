const OS_RELEASE = `NAME="Rocky Linux"
VERSION="9.4 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.4"
PLATFORM_ID="platform:el9"
PRETTY_NAME="Rocky Linux 9.4 (Blue Onyx)"`

const units = {
  nginx: `[Unit]
Description=The nginx HTTP and reverse proxy server
After=network-online.target remote-fs.target nss-lookup.target
Wants=network-online.target
[Service]
Type=forking
PIDFile=/run/nginx.pid
ExecStartPre=/usr/bin/rm -f /run/nginx.pid
ExecStartPre=/usr/sbin/nginx -t
ExecStart=/usr/sbin/nginx
ExecReload=/usr/sbin/nginx -s reload
KillSignal=SIGQUIT
TimeoutStopSec=5
KillMode=mixed
PrivateTmp=true`,
  keepalived: `[Unit]
Description=LVS and VRRP High Availability Monitor
After=network-online.target syslog.target
Wants=network-online.target
[Service]
Type=forking
PIDFile=/run/keepalived.pid
KillMode=process
EnvironmentFile=-/etc/sysconfig/keepalived
ExecStart=/usr/sbin/keepalived $KEEPALIVED_OPTIONS
ExecReload=/bin/kill -HUP $MAINPID`,
  ipvsadm: `[Unit]
Description=Initialise the Linux Virtual Server
After=syslog.target network.target
[Service]
Type=oneshot
ExecStart=/bin/bash -c "exec /sbin/ipvsadm-restore < /etc/sysconfig/ipvsadm"
ExecStop=/bin/bash -c "exec /sbin/ipvsadm-save -n > /etc/sysconfig/ipvsadm"
ExecStop=/sbin/ipvsadm -C
RemainAfterExit=yes`,
  haproxy: `[Unit]
Description=HAProxy Load Balancer
After=network-online.target
Wants=network-online.target
[Service]
EnvironmentFile=-/etc/sysconfig/haproxy
Environment="CONFIG=/etc/haproxy/haproxy.cfg" "PIDFILE=/run/haproxy.pid" "CFGDIR=/etc/haproxy/conf.d"
ExecStartPre=/usr/sbin/haproxy -f $CONFIG -f $CFGDIR -c -q $OPTIONS
ExecStart=/usr/sbin/haproxy -Ws -f $CONFIG -f $CFGDIR -p $PIDFILE $OPTIONS
ExecReload=/usr/sbin/haproxy -f $CONFIG -f $CFGDIR -c -q $OPTIONS
ExecReload=/bin/kill -USR2 $MAINPID
SuccessExitStatus=143
KillMode=mixed
Type=notify`,
  tomcat: `[Unit]
Description=Apache Tomcat Web Application Container
After=syslog.target network.target
[Service]
Type=simple
EnvironmentFile=/etc/tomcat/tomcat.conf
EnvironmentFile=-/etc/sysconfig/tomcat
ExecStart=/usr/libexec/tomcat/server start
SuccessExitStatus=143
User=tomcat`,
  chronyd: `[Unit]
Description=NTP client/server
After=network.target
[Service]
Type=forking
PIDFile=/run/chrony/chronyd.pid
EnvironmentFile=-/etc/sysconfig/chronyd
ExecStart=/usr/sbin/chronyd -f /etc/chrony.conf -u chrony $OPTIONS`,
}

/** Lays Debian's files, unpacked from WORK/debs, out as Red Hat does, in WORK/stage. Runs in a chroot of the tree. */
export function layOut(work: string): string {
  return `set -eu
cd ${work}
for deb in debs/*.deb; do dpkg-deb -x "$deb" from; done
S=${work}/stage
mkdir -p $S/etc/sysconfig $S/etc/exports.d $S/usr/sbin $S/usr/bin $S/usr/libexec/keepalived $S/usr/libexec/tomcat
mkdir -p $S/usr/lib/systemd/system $S/usr/lib/udev $S/usr/lib/tmpfiles.d $S/usr/lib64/nginx $S/usr/share/nginx/modules
mkdir -p $S/usr/share/java/tomcat $S/var/log/nginx $S/var/lib/nginx $S/var/log/tomcat $S/var/lib/tomcat/webapps
mkdir -p $S/var/cache/tomcat/temp $S/var/cache/tomcat/work $S/var/lib/haproxy $S/var/lib/chrony $S/var/log/chrony
mkdir -p $S/etc/haproxy/conf.d $S/etc/keepalived $S/etc/tomcat/Catalina/localhost
# Programs; Debian's /sbin is /usr/sbin as well.
cp -a from/usr/sbin/. from/sbin/. $S/usr/sbin/
cp -a from/usr/bin/. $S/usr/bin/
mv $S/usr/bin/tcpdump $S/usr/sbin/
${Object.entries(units)
  .map(
    ([name, text]) =>
      `cat >$S/usr/lib/systemd/system/${name}.service <<'UNIT'\n${text}\n[Install]\nWantedBy=multi-user.target\nUNIT`,
  )
  .join('\n')}

cp -a from/etc/nginx $S/etc/nginx
rm -r $S/etc/nginx/sites-* $S/etc/nginx/modules-* $S/etc/nginx/snippets
mkdir $S/etc/nginx/default.d
cat >$S/etc/nginx/nginx.conf <<'CONF'
user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log;
pid /run/nginx.pid;
include /usr/share/nginx/modules/*.conf;
events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log /var/log/nginx/access.log;
    include /etc/nginx/conf.d/*.conf;
    server {
        listen 80;
        server_name _;
        root /usr/share/nginx/html;
        include /etc/nginx/default.d/*.conf;
    }
}
CONF
cp -a from/usr/share/nginx/html $S/usr/share/nginx/
cp -a from/usr/lib/nginx/modules $S/usr/lib64/nginx/
echo 'load_module "/usr/lib64/nginx/modules/ngx_stream_module.so";' >$S/usr/share/nginx/modules/mod-stream.conf

echo 'KEEPALIVED_OPTIONS="-D"' >$S/etc/sysconfig/keepalived
cp from/etc/keepalived/keepalived.conf.sample $S/etc/keepalived/keepalived.conf
printf '%s\\n' 'IPVS_SAVE_ON_STOP="no"' >$S/etc/sysconfig/ipvsadm-config
echo 'OPTIONS=""' >$S/etc/sysconfig/haproxy
sed 's,/run/haproxy/admin.sock,/var/lib/haproxy/stats,; s,/etc/haproxy/errors,/usr/share/haproxy,' \\
  from/etc/haproxy/haproxy.cfg >$S/etc/haproxy/haproxy.cfg
cp -a from/etc/haproxy/errors $S/usr/share/haproxy

T=$S/usr/share/tomcat
cp -a from/usr/share/tomcat10 $T
rm -r $T/lib $T/etc $T/*.template
cp -L from/usr/share/tomcat10/lib/*.jar $S/usr/share/java/tomcat/
# The compiler of pages.
cp from/usr/share/java/eclipse-jdt-core-[0-9]*.jar $S/usr/share/java/tomcat/ecj.jar
rm -f $T/bin/tomcat-juli.jar
cp -L from/usr/share/java/tomcat10-juli.jar $T/bin/tomcat-juli.jar
for link in conf:/etc/tomcat lib:/usr/share/java/tomcat logs:/var/log/tomcat temp:/var/cache/tomcat/temp \\
  webapps:/var/lib/tomcat/webapps work:/var/cache/tomcat/work; do ln -sfn "\${link#*:}" "$T/\${link%%:*}"; done
cp from/usr/share/tomcat10/etc/* $S/etc/tomcat/
cat from/etc/tomcat10/policy.d/*.policy >$S/etc/tomcat/catalina.policy
cat >$S/etc/tomcat/tomcat.conf <<'CONF'
JAVA_HOME=/usr/lib/jvm/jre
CATALINA_HOME=/usr/share/tomcat
CATALINA_BASE=/usr/share/tomcat
CATALINA_TMPDIR=/var/cache/tomcat/temp
CONF
: >$S/etc/sysconfig/tomcat
cat >$S/usr/libexec/tomcat/server <<'SCRIPT'
#!/bin/bash
exec "$JAVA_HOME/bin/java" $JAVA_OPTS $CATALINA_OPTS \\
  -classpath "$CATALINA_HOME/bin/bootstrap.jar:$CATALINA_HOME/bin/tomcat-juli.jar" \\
  -Dcatalina.base="$CATALINA_BASE" -Dcatalina.home="$CATALINA_HOME" -Djava.io.tmpdir="$CATALINA_TMPDIR" \\
  -Djava.util.logging.config.file="$CATALINA_BASE/conf/logging.properties" \\
  -Djava.util.logging.manager=org.apache.juli.ClassLoaderLogManager org.apache.catalina.startup.Bootstrap "$1"
SCRIPT
chmod 755 $S/usr/libexec/tomcat/server
cp -a from/usr/share/tomcat10-root/default_root $S/var/lib/tomcat/webapps/ROOT
cp -a from/usr/share/tomcat10-admin/manager from/usr/share/tomcat10-admin/host-manager $S/var/lib/tomcat/webapps/

cat >$S/etc/chrony.conf <<'CONF'
pool 2.rocky.pool.ntp.org iburst
driftfile /var/lib/chrony/drift
makestep 1.0 3
rtcsync
keyfile /etc/chrony.keys
logdir /var/log/chrony
CONF
: >$S/etc/chrony.keys
echo 'OPTIONS="-F 2"' >$S/etc/sysconfig/chronyd

cp -a from/lib/systemd/system/nfs* from/lib/systemd/system/rpc* from/lib/systemd/system/*nfs*.mount \\
  from/lib/systemd/system/auth-rpcgss-module.service $S/usr/lib/systemd/system/
rm $S/usr/lib/systemd/system/nfs-kernel-server.service
sed -i 's,/etc/default/rpcbind,/etc/sysconfig/rpcbind,' $S/usr/lib/systemd/system/rpcbind.service
echo 'RPCBIND_ARGS=""' >$S/etc/sysconfig/rpcbind
cp -a from/lib/systemd/system-generators $S/usr/lib/systemd/
cp -a from/usr/lib/udev/rules.d $S/usr/lib/udev/
cp from/usr/lib/tmpfiles.d/rpcbind.conf $S/usr/lib/tmpfiles.d/
cp from/usr/libexec/nfsrahead $S/usr/libexec/
cp -a from/etc/request-key.d $S/etc/
cp from/usr/share/nfs-common/conffiles/nfs.conf from/usr/share/nfs-common/conffiles/idmapd.conf $S/etc/
: >$S/etc/exports
cp -a from/var/lib/nfs $S/var/lib/
mkdir -p $S/var/lib/nfs/sm $S/var/lib/nfs/sm.bak $S/var/lib/nfs/rpc_pipefs

cat >$S/etc/os-release <<'CONF'
${OS_RELEASE}
CONF
echo 'Rocky Linux release 9.4 (Blue Onyx)' >$S/etc/rocky-release
ln -s rocky-release $S/etc/redhat-release
ln -s rocky-release $S/etc/system-release
`
}
