import { type Damage, healed, refused } from '../damage.ts'

const root = '/var/www/understudy'
const page = `template[${root}/index.html]`
const written = 'template[/etc/nginx/nginx.conf]'
const service = 'service[nginx]'
const reload = 'systemctl reload nginx; sleep 1'
const dropIn = (text: string) =>
  `mkdir -p /etc/systemd/system/nginx.service.d; printf '${text}' >/etc/systemd/system/nginx.service.d/by-hand.conf; systemctl daemon-reload`
const withoutDropIn = 'rm -r /etc/systemd/system/nginx.service.d; systemctl daemon-reload'

/** What happens to what clients are served: pages, web servers, sorry pages, clocks, names. */
export const serviceDamages: readonly Damage[] = [
  healed('realserver', 'the site is removed', `rm -r ${root}`, [`directory[${root}]`, page], 'fails'),
  healed('realserver', 'the page is another', `echo hello >${root}/index.html`, [page], 'fails'),
  healed(
    'realserver',
    'the web server may not read the page',
    `chmod 600 ${root}/index.html`,
    [page],
    'fails',
  ),
  healed(
    'realserver',
    'the web server may not enter the site',
    `chmod 700 ${root}`,
    [`directory[${root}]`],
    'fails',
  ),
  // It adds what the web server needs there, and no more: the rest of the mode is somebody else's.
  {
    ...healed(
      'realserver',
      'the web server may not enter what is above the site',
      'chmod 700 /var/www',
      ['reachable[*]'],
      'fails',
    ),
    leaves: 'chmod 755 /var/www',
  },
  healed(
    'realserver',
    'the site belongs to somebody else',
    `chown nobody ${root}`,
    [`directory[${root}]`],
    'holds',
  ),
  healed('realserver', 'nginx is stopped', 'systemctl stop nginx', [service], 'fails'),
  healed('realserver', 'nginx does not start at boot', 'systemctl disable -q nginx', [service], 'fails'),
  healed(
    'realserver',
    'nginx is paused by SIGSTOP',
    'systemctl kill --kill-who=all -s STOP nginx',
    [service],
    'fails',
  ),
  healed(
    'realserver',
    'the workers of nginx are paused by SIGSTOP',
    'pkill -STOP -f "nginx: worker"',
    [service],
    'fails',
  ),
  healed(
    'realserver',
    'nginx is killed',
    'systemctl kill --kill-who=all -s KILL nginx; sleep 1',
    [service],
    'fails',
  ),
  healed(
    'realserver',
    'nginx.conf is edited and reloaded',
    `sed -i 's/listen 80/listen 8088/' /etc/nginx/nginx.conf; ${reload}`,
    [written, service],
    'fails',
  ),
  healed(
    'realserver',
    'nginx.conf is edited, and nobody reloads',
    'echo "# mine" >>/etc/nginx/nginx.conf',
    [written, service],
    'holds',
  ),
  healed(
    'realserver',
    'nginx.conf is wrong, and nginx does not start any more',
    'echo "nonsense" >/etc/nginx/nginx.conf; systemctl restart nginx',
    [written, service],
    'fails',
  ),
  healed(
    'realserver',
    'nginx.conf is edited and reloaded, and put back',
    `cp -p /etc/nginx/nginx.conf /root/was; sed -i 's/listen 80/listen 8088/' /etc/nginx/nginx.conf; ${reload}; cp -p /root/was /etc/nginx/nginx.conf`,
    [service],
    'fails',
  ),
  refused('realserver', 'nginx is masked', 'systemctl mask -q --now nginx', {
    plan: [service],
    verify: 'fails',
    words: 'is masked',
    remedy: 'systemctl unmask -q nginx; systemctl enable -q nginx',
  }),
  refused(
    'realserver',
    'a drop-in starts nginx with another configuration',
    `cp /etc/nginx/nginx.conf /root/other.conf; ${dropIn(String.raw`[Service]\nExecStart=\nExecStart=/usr/sbin/nginx -c /root/other.conf -g "daemon on; master_process on;"\n`)}; systemctl restart nginx`,
    {
      plan: [service],
      verify: 'holds',
      words: 'makes nginx.service run something else',
      remedy: withoutDropIn,
    },
  ),
  refused(
    'realserver',
    'something else is on the port',
    'systemctl stop nginx; systemd-run -q --unit=squatter socat TCP-LISTEN:80,fork,reuseaddr /dev/null; sleep 1',
    {
      plan: [service],
      verify: 'fails',
      words: 'port 80',
      remedy: 'systemctl stop squatter; systemctl reset-failed squatter',
    },
  ),
  healed('realserver', 'the clock is not kept', 'systemctl stop chrony', ['service[chrony]'], 'holds'),
  healed(
    'realserver',
    'the clock is kept otherwise',
    'echo "server 192.0.2.1" >>/etc/chrony/chrony.conf',
    ['template[/etc/chrony/chrony.conf]', 'service[chrony]'],
    'holds',
  ),
  healed(
    'realserver',
    'names of machines are taken out of /etc/hosts',
    'sed -i "/UNDERSTUDY/,/UNDERSTUDY/d" /etc/hosts',
    ['block[/etc/hosts*]'],
    'holds',
  ),
  healed(
    'master',
    'the sorry page is removed',
    'rm /var/www/understudy-sorry/sorry.html',
    ['template[*sorry.html]'],
    'fails',
  ),
  healed('backup', 'who shows the sorry page is stopped', 'systemctl stop nginx', [service], 'fails'),
  healed(
    'backup',
    'a package is half configured',
    "sed -i '/^Package: keepalived$/,/^$/s/^Status: .*/Status: install ok half-configured/' /var/lib/dpkg/status",
    ['package[*]'],
    'holds',
  ),
  refused(
    'backup',
    'a file is to be written, and the disk is full',
    // The journal makes room by itself, so it is taken again and again.
    `echo "# mine" >>/etc/keepalived/keepalived.conf
cat >/run/filler <<'END'
mkdir -p /var/tmp/fill
n=0
while :; do
  for size in 1G 64M 4M 256K 4K; do
    while fallocate -l "$size" "/var/tmp/fill/$n" 2>/dev/null; do n=$((n + 1)); done
    n=$((n + 1))
  done
  sleep 0.2
done
END
systemd-run -q --unit=filler sh /run/filler
sleep 10`,
    {
      plan: ['template[/etc/keepalived/keepalived.conf]', 'service[keepalived]'],
      verify: 'holds',
      words: 'no room',
      remedy: 'systemctl stop filler; rm -r /var/tmp/fill /run/filler',
    },
  ),
]
