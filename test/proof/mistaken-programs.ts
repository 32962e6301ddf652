import type { Mistake } from './mistakes.ts'

const inInstance = (lines: string) => [['advert_int 1', `advert_int 1\n  ${lines}`]] as const
const above = (lines: string) => [['vrrp_instance', `${lines}\nvrrp_instance`]] as const
const script = (command: string) => [['"/usr/bin/pgrep haproxy"', `"${command}"`]] as const
const process = (lines: string) => [
  ...inInstance('track_process {\n    front\n  }'),
  ...above(`vrrp_track_process front {\n  ${lines}\n}`),
]
const check = (name: string) => [['HTTP_GET', name]] as const
/** No virtual_server, and so the VIP is served by what the script looks for. */
const strict = (lines: string) => [['router_id', 'vrrp_strict\n  router_id'] as const, ...inInstance(lines)]

/** Mistakes about programs that keepalived watches and starts, and about what they serve. */
export const mistakenPrograms: readonly Mistake[] = [
  ['keepalived-process-never', process('process /usr/sbin/haproxy')],
  ['keepalived-process-never', process('process "/usr/sbin/haproxy -f /etc/haproxy/haproxy.cfg"')],
  ['keepalived-process-never', process('process "haproxy -f x"\n  full_command')],
  ['keepalived-process-never', process('process "java -jar shop.jar"\n  param_match partial')],
  ['keepalived-process-never', process('process keepalived_exporter')],
  ['keepalived-script-asks-vip', script('/usr/bin/curl -sf http://192.0.2.50/')],
  ['keepalived-script-asks-vip', script('/usr/bin/wget -q -O /dev/null http://192.0.2.50:8080/look')],
  ['keepalived-script-asks-vip', script('/bin/nc -z -w 1 192.0.2.50 80')],
  ['keepalived-script-asks-vip', script("/bin/bash -c '</dev/tcp/192.0.2.50/80'")],
  [
    'keepalived-script-asks-vip',
    [
      ['  track_script {\n    web\n  }\n', ''],
      ...above('vrrp_sync_group G {\n  group {\n    WEB\n  }\n  track_script {\n    web\n  }\n}'),
      ...script('/usr/bin/curl -sf http://192.0.2.50/'),
    ],
  ],
  ['keepalived-no-accept', inInstance('no_accept')],
  [
    'keepalived-no-accept',
    [...inInstance('no_accept'), ['virtual_server 192.0.2.50', 'virtual_server 192.0.2.60']],
  ],
  ['keepalived-strict', strict('accept')],
  ['keepalived-strict', strict('version 3')],
  ['keepalived-block', check('HTTP_CHECK'), /Unknown keyword 'HTTP_CHECK'/],
  ['keepalived-script-stops', script("/bin/sh -c 'pgrep -x nginx || systemctl stop keepalived'")],
  ['keepalived-script-stops', script("/bin/sh -c 'killall -0 nginx || killall keepalived'")],
  ['keepalived-script-stops', script("/bin/sh -c 'pgrep nginx || kill -TERM $(cat /run/keepalived.pid)'")],
  ['keepalived-script-stops', inInstance('notify_fault "/usr/bin/systemctl restart keepalived.service"')],
  ['keepalived-script-stops', inInstance('notify_backup "/usr/sbin/service keepalived restart"')],
]
