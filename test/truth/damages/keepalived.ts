import { type Damage, healed, refused } from '../damage.ts'

const file = '/etc/keepalived/keepalived.conf'
const written = `template[${file}]`
const service = 'service[keepalived]'
const edit = (expression: string) => `sed -i '${expression}' ${file}`
const reload = 'systemctl reload keepalived; sleep 2'
const dropIn = (text: string) =>
  `mkdir -p /etc/systemd/system/keepalived.service.d; printf '${text}' >/etc/systemd/system/keepalived.service.d/by-hand.conf; systemctl daemon-reload`
const otherConfiguration = `sed 's/priority 1.*/priority 20/' ${file} >/root/other.conf`
const runsOther = String.raw`[Service]\nExecStart=\nExecStart=/usr/sbin/keepalived --dont-fork -f /root/other.conf\n`
const withoutDropIn =
  'rm /etc/systemd/system/keepalived.service.d/by-hand.conf; rmdir /etc/systemd/system/keepalived.service.d; systemctl daemon-reload'

/** What happens to keepalived: its configuration, its unit, its process. */
export const keepalivedDamages: readonly Damage[] = [
  healed(
    'master',
    'the priority is edited and reloaded',
    `${edit('s/priority 1.*/priority 20/')}; ${reload}`,
    [written, service],
    'fails',
  ),
  healed(
    'master',
    'the priority is edited, and nobody reloads',
    edit('s/priority 1.*/priority 20/'),
    [written, service],
    'holds',
  ),
  healed(
    'master',
    'the priority is edited and reloaded, and the file is put back',
    `cp -p ${file} /root/was; ${edit('s/priority 1.*/priority 20/')}; ${reload}; cp -p /root/was ${file}`,
    [service],
    'fails',
  ),
  healed(
    'master',
    'another file is loaded by a bare SIGHUP, and the right one is moved back',
    `mv ${file} /root/was; sed 's/priority 1.*/priority 20/' /root/was >${file}; kill -HUP $(systemctl show -p MainPID --value keepalived); sleep 3; mv /root/was ${file}`,
    [service],
    'fails',
  ),
  healed(
    'backup',
    'the priority of the backup is raised above that of the master',
    `${edit('s/priority 90/priority 200/')}; ${reload}`,
    [written, service],
    'fails',
  ),
  healed(
    'backup',
    'the virtual router ID is edited and reloaded',
    `${edit('s/virtual_router_id .*/virtual_router_id 211/')}; ${reload}; sleep 4`,
    [written, service],
    'fails',
  ),
  healed(
    'backup',
    'the advert interval is edited and reloaded',
    `${edit('s/advert_int .*/advert_int 7/')}; ${reload}`,
    [written, service],
    'fails',
  ),
  healed(
    'master',
    'another VIP is put into the file, which is reloaded',
    `sed -i "s,$VIP/,\${VIP%.*}.199/," ${file}; ${reload}`,
    [written, service],
    'fails',
  ),
  healed(
    'master',
    'the file is emptied and keepalived restarted',
    `: >${file}; systemctl restart keepalived`,
    [written, service],
    'fails',
  ),
  healed('backup', 'the file is removed', `rm ${file}`, [written, service], 'holds'),
  healed('backup', 'everybody may write the file', `chmod 666 ${file}`, [written, service], 'holds'),
  healed('backup', 'the file belongs to somebody else', `chown nobody ${file}`, [written, service], 'holds'),
  healed('backup', 'the file has other line ends', edit(String.raw`s/$/\r/`), [written, service], 'holds'),
  refused('backup', 'the file is replaced by a link', `mv ${file} /root/was; ln -s /root/was ${file}`, {
    plan: [written, service],
    verify: 'holds',
    words: 'is a link to /root/was',
    remedy: `rm ${file}`,
  }),
  refused(
    'backup',
    'the file is edited and immutable',
    `${edit('s/priority 90/priority 80/')}; chattr +i ${file}`,
    {
      plan: [written, service],
      verify: 'holds',
      words: 'immutable',
      remedy: `chattr -i ${file}`,
    },
  ),
  refused(
    'backup',
    'the file is edited and its file system is read-only',
    `${edit('s/priority 90/priority 80/')}; mount --bind /etc/keepalived /etc/keepalived; mount -o remount,ro,bind /etc/keepalived`,
    { plan: [written, service], verify: 'holds', words: 'read-only', remedy: 'umount /etc/keepalived' },
  ),
  refused('backup', 'a directory is in the place of the file', `rm ${file}; mkdir ${file}`, {
    plan: [written, service],
    verify: 'holds',
    words: 'is a directory, not a file',
    remedy: `rmdir ${file}`,
  }),
  healed('master', 'keepalived is stopped', 'systemctl stop keepalived', [service], 'fails'),
  healed('backup', 'keepalived of the backup is stopped', 'systemctl stop keepalived', [service], 'fails'),
  healed(
    'master',
    'keepalived is killed',
    'systemctl kill --kill-who=all -s KILL keepalived; sleep 1',
    [service],
    'fails',
  ),
  healed(
    'backup',
    'keepalived does not start at boot',
    'systemctl disable -q keepalived',
    [service],
    'fails',
  ),
  healed(
    'master',
    'keepalived is paused by SIGSTOP',
    'systemctl kill --kill-who=all -s STOP keepalived; sleep 4',
    // What it leaves behind when it is started anew is unknown until then.
    [service, 'ipvs_table[*]', 'stray_vip[*]'],
    'fails',
  ),
  healed(
    'backup',
    'keepalived of the backup is paused by SIGSTOP',
    'systemctl kill --kill-who=all -s STOP keepalived',
    [service, 'ipvs_table[*]'],
    'fails',
  ),
  healed(
    'backup',
    'keepalived hangs on its way to run',
    `${dropIn(String.raw`[Service]\nTimeoutStartSec=infinity\nExecStartPre=/bin/sleep 7200\n`)}; systemctl restart --no-block keepalived; sleep 62; ${withoutDropIn}`,
    [service],
    'fails',
  ),
  refused('backup', 'keepalived is masked and stopped', 'systemctl mask -q --now keepalived', {
    plan: [service],
    verify: 'fails',
    words: 'is masked',
    remedy: 'systemctl unmask -q keepalived; systemctl enable -q keepalived',
  }),
  refused(
    'master',
    'a drop-in starts keepalived with another configuration',
    `${otherConfiguration}; ${dropIn(runsOther)}; systemctl restart keepalived; sleep 2`,
    {
      plan: [service],
      verify: 'fails',
      words: 'makes keepalived.service run something else',
      remedy: withoutDropIn,
    },
  ),
  healed(
    'master',
    'keepalived runs another configuration, and what started it is gone',
    `${otherConfiguration}; ${dropIn(runsOther)}; systemctl restart keepalived; sleep 2; ${withoutDropIn}`,
    [service],
    'fails',
  ),
  refused(
    'backup',
    'a unit of somebody else is in front of that of the package',
    `sed 's/^ExecStart=.*/ExecStart=\\/usr\\/bin\\/sleep infinity/; s/^Type=.*/Type=simple/' /lib/systemd/system/keepalived.service >/etc/systemd/system/keepalived.service; systemctl daemon-reload; systemctl restart keepalived`,
    {
      plan: [service, 'ipvs_table[web]'],
      verify: 'fails',
      words: 'makes keepalived.service run something else',
      remedy: 'rm /etc/systemd/system/keepalived.service; systemctl daemon-reload',
    },
  ),
  healed(
    'backup',
    'its files changed since systemd read them',
    'mkdir -p /etc/systemd/system/keepalived.service.d; echo "[Unit]" >/etc/systemd/system/keepalived.service.d/by-hand.conf; systemctl daemon-reload; rm -r /etc/systemd/system/keepalived.service.d',
    [service],
    'holds',
  ),
  healed(
    'master',
    'the folder of handovers is removed',
    'rm -r /var/lib/understudy/handover',
    ['directory[/var/lib/understudy/handover]', 'copy[/var/lib/understudy/handover/*]', service],
    'holds',
  ),
  healed(
    'backup',
    'what handovers write to holds no number',
    'for file in /var/lib/understudy/handover/VI_*; do echo none >"$file"; done',
    ['copy[/var/lib/understudy/handover/*]'],
    'holds',
  ),
  healed(
    'backup',
    'the program that keepalived calls is not executable',
    'chmod 644 /usr/local/lib/understudy/notify',
    ['template[/usr/local/lib/understudy/notify]'],
    'holds',
  ),
  healed(
    'backup',
    'the program that keepalived calls is another',
    'echo "exit 0" >/usr/local/lib/understudy/notify',
    ['template[/usr/local/lib/understudy/notify]'],
    'holds',
  ),
]
