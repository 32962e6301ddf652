import { addressIn, type Statement } from '../../adoption/index.ts'
import { type Complaint, isAddress, isIn, type WrittenFamily } from './subject.ts'

const ofChecks =
  'bind_if bind_port bindto connect_ip connect_port connect_timeout delay_before_retry delay_loop fwmark retry warmup nb_get_retry misc_timeout max_reply_length min_reply_length'
const notified = 'notify notify_backup notify_fault notify_master notify_stop'

/** Words that need a value, by their block: without one keepalived 2.2 leaves them out, or reads no further, and ends. */
const needing: Readonly<Record<string, string>> = {
  global_defs: `
    bfd_cpu_affinity bfd_priority bfd_rt_priority checker_cpu_affinity checker_priority checker_rt_priority dbus_service_name
    default_interface iproute_etc_dir iproute_usr_dir json_dump_file lvs_netlink_cmd_rcv_bufs lvs_netlink_monitor_rcv_bufs
    lvs_notify_fifo lvs_notify_fifo_script lvs_sync_daemon lvs_timeouts nftables_ipvs_priority nftables_ipvs_start_fwmark
    nftables_priority notification_email_from notify_fifo notify_fifo_script process_monitor_rcv_bufs reload_time_file router_id
    script_user shutdown_script shutdown_script_timeout snmp_socket startup_script startup_script_timeout tmp_config_directory
    vmac_addr_prefix vrrp_cpu_affinity vrrp_garp_extra_if vrrp_netlink_cmd_rcv_bufs vrrp_netlink_monitor_rcv_bufs
    vrrp_notify_fifo vrrp_notify_fifo_script vrrp_priority vrrp_rt_priority vrrp_rx_bufs_multiplier vrrp_rx_bufs_policy
    bfd_process_name bfd_rlimit_rtime bfd_rlimit_rttime checker_process_name checker_rlimit_rtime checker_rlimit_rttime
    config_save_dir lvs_process_name process_name random_seed smtp_connect_timeout smtp_server umask vmac_prefix
    vrrp_down_timer_adverts vrrp_garp_interval vrrp_garp_lower_prio_delay vrrp_garp_lower_prio_repeat vrrp_garp_master_delay
    vrrp_garp_master_refresh vrrp_garp_master_refresh_repeat vrrp_garp_master_repeat vrrp_gna_interval vrrp_mcast_group4
    vrrp_mcast_group6 vrrp_process_name vrrp_rlimit_rtime vrrp_rlimit_rttime vrrp_startup_delay vrrp_version`,
  authentication: 'auth_pass auth_type',
  vrrp_sync_group: notified,
  track_file: 'file',
  vrrp_track_file: 'file',
  vrrp_script: 'fall interval rise timeout user weight',
  vrrp_track_process: 'delay fork_delay process quorum quorum_max terminate_delay',
  garp_group: 'garp_interval gna_interval interface',
  bfd_instance: 'hoplimit idle_tx max_hops min_rx min_tx multiplier source_ip ttl weight',
  vrrp_instance: `
    advert_int debug down_timer_adverts garp_lower_prio_delay garp_lower_prio_repeat garp_master_delay garp_master_refresh
    garp_master_refresh_repeat garp_master_repeat interface mcast_dst_ip mcast_src_ip notify_master_rx_lower_pri preempt_delay
    kernel_rx_buf_size lvs_sync_daemon_interface priority state unicast_src_ip unicast_ttl version virtual_router_id vrf ${notified}`,
  virtual_server: `
    connect_timeout delay_before_retry delay_loop hysteresis ip_family lb_algo lb_kind lvs_method lvs_sched persistence_engine
    persistence_granularity protocol snmp_name virtualhost quorum quorum_down quorum_up retry sorry_server warmup weight`,
  real_server: `
    connect_timeout delay_before_retry delay_loop lthreshold lvs_method notify_down notify_up retry snmp_name uthreshold
    virtualhost warmup weight`,
  FILE_CHECK: 'track_file',
  DNS_CHECK: `name type ${ofChecks}`,
  HTTP_GET: `http_protocol virtualhost ${ofChecks}`,
  SSL_GET: `http_protocol virtualhost ${ofChecks}`,
  SMTP_CHECK: `helo_name ${ofChecks}`,
  MISC_CHECK: 'delay_before_retry delay_loop misc_path misc_timeout retry user warmup',
  url: 'digest path virtualhost',
}

/** Words that take one value at most, whatever their block. */
const single = new Set(
  `advert_int auth_pass auth_type connect_port connect_timeout delay_before_retry delay_loop digest fall garp_master_delay
  helo_name interval interface lb_algo lvs_sched mcast_src_ip misc_timeout persistence_granularity persistence_timeout
  preempt_delay priority protocol quorum retry rise router_id state timeout unicast_src_ip version virtual_router_id
  virtualhost vrrp_version warmup`.split(/\s+/),
)

const ofServers = /^(virtual|real|sorry)_server$/

const bool = /^(on|off|true|false|yes|no)$/i
const switches = new Set(
  `checker_log_all_failures data_use_instance enable_sni fast_recovery higher_prio_send_advert
  log_all_failures lower_prio_no_advert lvs_netlink_cmd_rcv_bufs_force lvs_netlink_monitor_rcv_bufs_force no_checker_emails
  notify_priority_changes owner_ignore_adverts process_monitor_rcv_bufs_force rs_init_notifies skip_check_adv_addr smtp_alert
  smtp_alert_checker smtp_alert_vrrp strict_mode use_symlink_paths vrrp_higher_prio_send_advert vrrp_lower_prio_no_advert
  vrrp_min_garp vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs_force vrrp_notify_priority_changes`.split(
    /\s+/,
  ),
)
/** What it takes from the rights of new files, in octal digits or by the names that stat(2) has for bits. */
const isUmask =
  /^(0[0-7]{0,3}|0x[0-9a-f]{1,3}|I[RWX]{1,3}(USR|GRP|OTH|[UGO])(\s*\|\s*I[RWX]{1,3}(USR|GRP|OTH|[UGO]))*)$/
const addressed =
  /^((unicast|mcast)_src_ip|mcast_dst_ip|bindto|connect_ip|vrrp_mcast_group[46]|source_ip|neighbou?r_ip)$/

interface Choice {
  readonly is: (value: string) => boolean
  readonly next: string
}

/** What a value may be, by its word. */
function choiceOf(keyword: string, block: string): Choice | undefined {
  if (addressed.test(keyword))
    return { is: (value) => addressIn(value) !== undefined, next: 'Write an address.' }
  // Those of a virtual_server take no value.
  if (switches.has(keyword) || (/^(alpha|inhibit_on_failure)$/.test(keyword) && block !== 'virtual_server'))
    return { is: (value) => bool.test(value), next: 'Write on or off.' }
  const words = {
    auth_type: /^(PASS|AH)$/,
    dynamic_interfaces: /^allow_if_changes$/,
    http_protocol: /^1\.(0|1|0[Cc])$/,
    init_file: /^([+-]?\d{1,3}|overwrite)$/,
    ip_family: /^inet6?$/,
    lvs_flush_on_stop: /^VS$/,
    lvs_flush_onstop: /^VS$/,
    old_unicast_checksum: /^never$/,
    param_match: /^(initial|exact|partial)$/,
    umask: isUmask,
    vrrp_rx_bufs_policy: /^(MTU|ADVERT|\d+)$/i,
    ...(block === 'DNS_CHECK' ? { type: /^(A|NS|CNAME|SOA|MX|TXT|AAAA|RRSIG|DNSKEY)$/i } : {}),
  }[keyword]
  if (words)
    return {
      is: (value) => words.test(value),
      next: `Write ${nextOf[keyword] ?? 'another'}.`,
    }
  return keyword === 'persistence_granularity'
    ? { is: isMask, next: 'Write a netmask, such as 255.255.255.0, or the length of a prefix of IPv6.' }
    : undefined
}

const nextOf: Readonly<Record<string, string>> = {
  auth_type: 'PASS',
  http_protocol: '1.0 or 1.1',
  dynamic_interfaces: 'allow_if_changes, or nothing behind it',
  init_file: 'a number from -254 to 254, overwrite, or both',
  ip_family: 'inet or inet6',
  lvs_flush_on_stop: 'VS, or nothing behind it',
  lvs_flush_onstop: 'VS, or nothing behind it',
  old_unicast_checksum: 'never, or nothing behind it',
  param_match: 'initial, exact or partial',
  umask: 'octal digits with a 0 before them, such as 022, or IWGRP | IWOTH',
  vrrp_rx_bufs_policy: 'MTU, ADVERT or a number of bytes',
  type: 'A, AAAA or another kind of record',
}

function isMask(value: string): boolean {
  return (/^(\d+\.){3}\d+$/.test(value) && isAddress(value)) || isIn(value, 1, 128)
}

/** Whether a word cannot stand without a value. */
export function needsValue(block: string, keyword: string): boolean {
  const known = needing[block] ?? (/^[A-Z]+_(CHECK|GET)$/.test(block) ? ofChecks : '')
  return known.trim().split(/\s+/).includes(keyword)
}

/** Rules about values that stand behind words. */
export const valueRules = {
  'keepalived-value-missing': {
    severity: 'error',
    reason:
      'Where a word has no value that it needs, keepalived leaves it out, or reads no further and does not start.',
    source: 'keepalived lib/parser.c, null_strvec',
    find: ({ statements }) =>
      inBlocks(statements, '', ({ keyword, values, at }, block) =>
        values.length === 0 && needsValue(block, keyword)
          ? [{ message: `${keyword} in ${block} says nothing`, at, next: 'Write its value, or remove it.' }]
          : [],
      ),
  },
  'keepalived-value': {
    severity: 'error',
    reason: 'A value that keepalived does not know it leaves out, and says so in its log alone.',
    source: 'keepalived vrrp_parser.c, check_parser.c, check_http.c, check_dns.c',
    find: ({ statements }) =>
      inBlocks(statements, '', ({ keyword, values, at }, block) => {
        const value = keyword === 'umask' && values.length > 0 ? values.join(' ') : values[0]
        const choice = value === undefined ? undefined : choiceOf(keyword, block)
        return value === undefined || !choice || choice.is(value)
          ? []
          : [{ message: `${keyword} in ${block} says ${value}`, at, next: choice.next }]
      }),
  },
  'keepalived-left-over': {
    severity: 'warning',
    reason:
      'A line is one statement of keepalived: what stands behind the value of a word that has one, it does not read.',
    source: 'keepalived lib/parser.c, process_stream',
    find: ({ statements }) =>
      everywhere(statements).flatMap(({ keyword, values, at, block }) => {
        // Servers are named by two words: an address and a port, or what they are named by and its name.
        const read = ofServers.test(keyword) ? 2 : single.has(keyword) && !block ? 1 : values.length
        const [own, more] = [values.slice(0, read), values.slice(read)]
        return more.length > 0
          ? [
              {
                message: `${more.join(' ')} stands behind ${keyword} ${keyword === 'auth_pass' ? '…' : own.join(' ')}, and is not read`,
                at,
                next: 'Write it on a line of its own, put quotes around what is one value, or remove it.',
              },
            ]
          : []
      }),
  },
  'keepalived-unnamed': {
    severity: 'error',
    reason:
      'keepalived leaves out a block that has to have a name and has none, and an instance or a group whose name is more than one word.',
    source: 'keepalived vrrp_parser.c, vrrp_handler; check_parser.c, vsg_handler',
    find: ({ statements }) =>
      statements.flatMap(({ keyword, values, at, block }) =>
        block && named.test(keyword) && (values[0] ?? '') === ''
          ? [{ message: `${keyword} has no name`, at, next: `Name it: ${keyword} NAME {` }]
          : block && namedByOne.test(keyword) && values.length > 1
            ? [
                {
                  message: `the name behind ${keyword} is more than one word: ${values.join(' ')}`,
                  at,
                  next: `Write one word: ${keyword} ${values.join('_')} {`,
                },
              ]
            : [],
      ),
  },
} as const satisfies WrittenFamily

const named =
  /^(vrrp_(instance|sync_group|script|track_file|track_process)|track_file|virtual_server_group|bfd_instance)$/
const namedByOne = /^vrrp_(instance|sync_group)$/

/** All lines and blocks, but for names in lists. */
function everywhere(statements: readonly Statement[], name = ''): readonly Statement[] {
  return outsideOfLists(statements, name).flatMap((one) => [one, ...everywhere(one.block ?? [], one.keyword)])
}

/** Lines with the block in which they stand. */
function inBlocks(
  statements: readonly Statement[],
  name: string,
  find: (statement: Statement, block: string) => readonly Complaint[],
): readonly Complaint[] {
  return outsideOfLists(statements, name).flatMap((one) =>
    one.block ? inBlocks(one.block, one.keyword, find) : find(one, name),
  )
}

/** Without those lists of an instance or a group in which names stand, whatever words these are elsewhere. */
function outsideOfLists(statements: readonly Statement[], name: string): readonly Statement[] {
  return ofTrackers.test(name) ? statements.filter(({ keyword }) => !lists.test(keyword)) : statements
}

const ofTrackers = /^vrrp_(?:instance|sync_group)$/
const lists = /^(?:track_(?:bfd|file|interface|process|script)|group)$/
