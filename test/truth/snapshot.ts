/**
 * A shell script that prints what a machine is like at run time: whatever a fault could change and nobody else does.
 * The machine is asked, and its programs and kernel, not what our own tool thinks of them. Which units start at boot, and
 * which are masked, is told by the links below /etc.
 */
export const snapshot = `
exec 2>/dev/null
echo '# files'
for at in /etc /usr/local /var/www /usr/share/nginx /srv /var/lib/understudy; do
  find "$at" -xdev ! -path '/var/lib/understudy/backups*' ! -path '/var/lib/understudy/before*' ! -path '/var/lib/understudy/progress*' ! -path '/etc/rc?.d/*' ! -path '/etc/ld.so.cache' ! -path '*/.updated' ! -path '/etc/*shadow*' -printf '%p %y %m %u:%g %l\\n'
done | sort
find /etc /usr/local /var/www /usr/share/nginx/html /srv /var/lib/understudy -xdev -type f ! -name '*~' \\
  ! -path '/var/lib/understudy/backups*' ! -path '/var/lib/understudy/before*' ! -path '/var/lib/understudy/progress*' ! -path /etc/ld.so.cache ! -path /etc/sysctl.d/99-zz-understudy.conf ! -path '/etc/*shadow*' ! -path '/etc/passwd*' ! -path '/etc/group*' -size -200k -exec sha256sum {} + | sort -k 2
lsattr -d /etc/keepalived/keepalived.conf /etc/nginx/nginx.conf | cut -c 1-20
# Each of its lines is a parameter, whatever their order.
sort /etc/sysctl.d/99-zz-understudy.conf
echo '# parents'
stat -c '%n %a %U:%G' / /usr /usr/share /var /var/www /var/lib /etc /run
echo '# addresses'
ip -o addr | sed 's/ valid_lft.*//; s/^[0-9]*: //; s/\\\\.*//' | sort
ip route; ip -6 route | grep -v 'fe80\\|^multicast'; ip rule
echo '# kernel'
uname -n
sysctl -a | grep '^net\\.ipv4\\.vs\\|^net\\.ipv[46]\\..*\\(arp_\\|rp_filter\\|redirects\\|forward\\|nonlocal\\)' | sort
grep -o '^ip_vs[a-z_]*\\|^ipip' /proc/modules | sort
[ -e /proc/net/ip_vs ] && ipvsadm -Sn | sort
nft list ruleset
echo '# units'
systemctl list-units --all --plain --no-legend --type=service,socket,timer --state=active,failed,activating | awk '{ print $1, $3, $1 ~ /timer$/ ? "" : $4 }' |
  grep -v 'ipvsadm\\|ssh@\\|user\\|session\\|systemd-\\(tmpfiles\\|hostnamed\\|timedated\\)\\|apt-daily\\|dpkg-db\\|logrotate\\|understudy-metrics.service\\|e2scrub\\|fstrim\\|man-db\\|run-' | sort
for unit in keepalived nginx haproxy apache2 chrony php8.2-fpm php8.4-fpm app-shop prometheus-node-exporter; do
  systemctl show -p LoadState,ActiveState,FragmentPath,DropInPaths,NeedDaemonReload "$unit"
  for pid in $(systemctl show -p MainPID --value "$unit"); do
    if [ "$pid" -gt 0 ]; then tr '\\0' ' ' <"/proc/$pid/cmdline"; sed -n 's/^State:.*T.*/stopped/p; s/^Uid:[[:space:]]*\\([0-9]*\\).*/uid \\1/p' "/proc/$pid/status"; fi
  done
done
echo '# ports'
ss -Hltun | awk '{ print $1, $5 }' | sort -u
echo '# packages'
dpkg-query -W -f '\${db:Status-Abbrev} \${Package} \${Version}\\n'
dpkg --audit
echo '# accounts'
getent passwd | cut -d: -f 1,6,7 | sort; getent group | cut -d: -f 1,4 | sort
echo '# HAProxy'
[ ! -S /run/haproxy/admin.sock ] || echo 'show servers state' | socat - /run/haproxy/admin.sock | awk '{ print $2, $4, $5, $6, $7, $8, $9 }'
echo '# keepalived'
pid=$(systemctl show -p MainPID --value keepalived)
if [ "$pid" -gt 0 ]; then
  rm -f /tmp/keepalived*.data
  kill -USR1 "$pid"
  i=0; until [ -s /tmp/keepalived.data ] && [ -s /tmp/keepalived_check.data ]; do i=$((i + 1)); [ "$i" -lt 150 ] || break; sleep 0.1; done
  sleep 1
  grep -hE '^ *(VRRP Instance|State|Virtual Router ID|Priority|Effective priority|Total priority|Advert interval|Accept|Preempt|Virtual IP|Interface|Tracked|  *[0-9].*scope|VIP =|RIP =|lb_algo|scheduler|Alive|Forwarding|.*eight)' /tmp/keepalived.data /tmp/keepalived_check.data | grep -v previous
  rm -f /tmp/keepalived*.data
fi
`
