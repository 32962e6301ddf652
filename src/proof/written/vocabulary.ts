import type { Statement } from '../../adoption/index.ts'
import { didYouMean } from '../../model/suggest.ts'
import { blocksOf, type Complaint, type Written, type WrittenFamily } from './subject.ts'

/** Words of each kind of block, those of the top under no name; of keepalived 1.2 to 2.4, whatever it was built with. */
const wordsOf: Readonly<Record<string, string>> = {
  '': `
    SSL bfd_instance child_wait_time garp_group global_defs instance interface_up_down_delays linkbeat_interfaces
    linkbeat_use_polling namespace_with_ipsets net_namespace net_namespace_ipvs static_ipaddress static_routes static_rules
    track_file track_group use_pid_dir virtual_server virtual_server_group vrrp_instance vrrp_script vrrp_sync_group
    vrrp_track_file vrrp_track_process`,
  global_defs: `
    bfd_cpu_affinity bfd_no_swap bfd_priority bfd_process_name bfd_rlimit_rtime bfd_rlimit_rttime bfd_rt_priority
    checker_cpu_affinity checker_log_all_failures checker_no_swap checker_priority checker_process_name checker_rlimit_rtime
    checker_rlimit_rttime checker_rt_priority child_wait_time config_save_dir data_use_instance dbus_no_interface_name
    dbus_service_name default_interface disable_local_igmp dynamic_interfaces enable_dbus enable_script_security
    enable_snmp_checker enable_snmp_keepalived enable_snmp_rfc enable_snmp_rfcv2 enable_snmp_rfcv3 enable_snmp_vrrp enable_traps
    fifo_write_vrrp_states_on_reload include_check instance iproute_etc_dir iproute_usr_dir json_dump_file json_version
    linkbeat_use_polling log_unknown_vrids lvs_flush lvs_flush_on_stop lvs_flush_onstop lvs_netlink_cmd_rcv_bufs
    lvs_netlink_cmd_rcv_bufs_force lvs_netlink_monitor_rcv_bufs lvs_netlink_monitor_rcv_bufs_force lvs_notify_fifo
    lvs_notify_fifo_script lvs_process_name lvs_sync_daemon lvs_timeouts max_auto_priority min_auto_priority_delay
    namespace_with_ipsets net_namespace net_namespace_ipvs nftables nftables_counters nftables_ifindex nftables_ipvs
    nftables_ipvs_priority nftables_ipvs_start_fwmark nftables_priority no_checker_emails no_email_faults notification_email
    notification_email_from notify_fifo notify_fifo_script plugin_dir process_monitor_rcv_bufs process_monitor_rcv_bufs_force
    process_name process_names random_seed reload_check_config reload_file reload_repeat reload_time_file router_id
    rs_init_notifies script_user shutdown_script shutdown_script_timeout smtp_alert smtp_alert_checker smtp_alert_vrrp
    smtp_connect_timeout smtp_helo_name smtp_server snmp_rs_stats_update_interval snmp_socket snmp_vs_stats_update_interval
    startup_script startup_script_timeout state_dump_file stats_dump_file tmp_config_directory umask use_pid_dir
    use_symlink_paths v3_checksum_as_v2 vmac_addr_prefix vmac_prefix vrrp_check_unicast_src vrrp_cpu_affinity
    vrrp_delay_after_boot vrrp_down_timer_adverts vrrp_garp_extra_if vrrp_garp_interval vrrp_garp_lower_prio_delay
    vrrp_garp_lower_prio_repeat vrrp_garp_master_delay vrrp_garp_master_refresh vrrp_garp_master_refresh_repeat
    vrrp_garp_master_repeat vrrp_gna_interval vrrp_higher_prio_send_advert vrrp_ipsets vrrp_iptables vrrp_lower_prio_no_advert
    vrrp_mcast_group4 vrrp_mcast_group6 vrrp_min_garp vrrp_netlink_cmd_rcv_bufs vrrp_netlink_cmd_rcv_bufs_force
    vrrp_netlink_monitor_rcv_bufs vrrp_netlink_monitor_rcv_bufs_force vrrp_no_swap vrrp_notify_fifo vrrp_notify_fifo_script
    vrrp_notify_priority_changes vrrp_owner_ignore_adverts vrrp_priority vrrp_process_name vrrp_rlimit_rtime vrrp_rlimit_rttime
    vrrp_rt_priority vrrp_rx_bufs_multiplier vrrp_rx_bufs_policy vrrp_skip_check_adv_addr vrrp_startup_delay vrrp_strict
    vrrp_version vrrp_vmac_garp_intvl`,
  SSL: 'ca certificate key password',
  vrrp_sync_group: `
    global_tracking group notify notify_backup notify_fault notify_master notify_priority_changes notify_stop smtp_alert
    sync_group_tracking_weight track_bfd track_file track_interface track_process track_script`,
  vrrp_instance: `
    accept advert_int auth_hmac authentication check_unicast_src debug dont_track_primary down_timer_adverts garp_extra_if
    garp_lower_prio_delay garp_lower_prio_repeat garp_master_delay garp_master_refresh garp_master_refresh_repeat
    garp_master_repeat higher_prio_send_advert interface kernel_rx_buf_size linkbeat_use_polling lower_prio_no_advert
    lvs_sync_daemon_interface mcast_dst_ip mcast_src_ip native_ipv6 no_accept no_virtual_ipaddress nopreempt notify
    notify_backup notify_deleted notify_fault notify_master notify_master_rx_lower_pri notify_priority_changes notify_stop
    old_unicast_checksum owner_ignore_adverts preempt preempt_delay priority promote_secondaries skip_check_adv_addr smtp_alert
    state strict_mode thread_timer_expired timer_expired_backup track_bfd track_file track_interface track_process track_script
    track_src_ip unicast_fault_no_peer unicast_peer unicast_src_ip unicast_ttl use_ipvlan use_vmac use_vmac_addr
    v3_checksum_as_v2 version virtual_ipaddress virtual_ipaddress_excluded virtual_router_id virtual_routes virtual_rules
    vmac_garp_intvl vmac_xmit_base vrf`,
  authentication: 'auth_pass auth_type',
  auth_hmac: 'active_key anti_replay key mode time_window',
  vrrp_script: 'fall init_fail interval rise script timeout user weight',
  garp_group: 'garp_interval gna_interval interface interfaces',
  track_group: 'group',
  bfd_instance: `
    checker hoplimit idle_tx max_hops min_rx min_tx multihop multiplier neighbor_ip neighbour_ip passive source_ip ttl vrrp
    weight`,
  vrrp_track_file: 'file init_file weight',
  vrrp_track_process: `
    delay fork_delay full_command param_match process quorum quorum_max terminate_delay weight`,
  virtual_server: `
    alpha connect_timeout delay_before_retry delay_loop flag-1 flag-2 flag-3 ha_suspend hashed hysteresis inhibit_on_failure
    ip_family lb_algo lb_kind lvs_method lvs_sched mh-fallback mh-port nat_mask omega ops persistence_engine
    persistence_granularity persistence_timeout protocol quorum quorum_down quorum_up real_server retry sh-fallback sh-port
    smtp_alert snmp_name sorry_server sorry_server_inhibit sorry_server_lvs_method virtualhost warmup weight`,
  real_server: `
    BFD_CHECK DNS_CHECK FILE_CHECK HTTP_GET MISC_CHECK PING_CHECK SMTP_CHECK SSL_GET TCP_CHECK UDP_CHECK alpha connect_timeout
    delay_before_retry delay_loop inhibit_on_failure lthreshold lvs_method notify_down notify_up retry smtp_alert snmp_name
    uthreshold virtualhost warmup weight`,
  BFD_CHECK: 'alpha name',
  DNS_CHECK: 'name type',
  FILE_CHECK: 'track_file weight',
  HTTP_GET: 'enable_sni fast_recovery http_protocol nb_get_retry tls_compliant url virtualhost',
  MISC_CHECK: 'misc_dynamic misc_path misc_timeout user',
  PING_CHECK: '',
  SMTP_CHECK: 'helo_name host',
  SSL_GET: 'enable_sni fast_recovery http_protocol nb_get_retry tls_compliant url virtualhost',
  TCP_CHECK: '',
  UDP_CHECK: 'max_reply_length min_reply_length payload require_reply',
  url: `
    digest path regex regex_max_offset regex_min_offset regex_no_match regex_options regex_stack status_code tls_compliant
    virtualhost`,
  host: '',
}

/** What checks may have beside. */
const ofChecks = 'alpha delay_before_retry delay_loop log_all_failures retry warmup'
/** Where those connect to that connect by themselves. */
const ofConnections = 'bind_if bind_port bindto connect_ip connect_port connect_timeout fwmark'

const isCheck = /^[A-Z]+_(?:CHECK|GET)$|^host$/
/** The others. */
const withoutConnection: Readonly<Record<string, string>> = {
  BFD_CHECK: '',
  FILE_CHECK: '',
  MISC_CHECK: ofChecks,
}

function moreOf(block: string): string {
  return isCheck.test(block) ? (withoutConnection[block] ?? `${ofChecks} ${ofConnections}`) : ''
}

const known = new Map(
  Object.entries(wordsOf).map(([block, words]) => [
    block,
    new Set(`${words} ${moreOf(block)}`.trim().split(/\s+/)),
  ]),
)

/** Blocks whose lines are words of keepalived, too, by another name that they have. */
const synonyms: Readonly<Record<string, string>> = { track_file: 'vrrp_track_file' }

/** Definitions, and comments as other languages have them, which other rules tell of. */
const isToldElsewhere = (keyword: string) => /^(?:\$|\/\/|\/\*|$)/.test(keyword)

/** Lines of the parser itself that it cannot read: it leaves them out. */
function unreadable(keyword: string): Pick<Complaint, 'message' | 'next'> | undefined {
  if (keyword === '@' || keyword === '@^')
    return {
      message: `${keyword} has a blank behind it, and so is for no machine`,
      next: 'Write the name of the machine right behind it: @lb1 priority 110',
    }
  if (keyword.startsWith('@'))
    return {
      message: `nothing stands behind ${keyword}`,
      next: 'Write behind it what is said of that machine.',
    }
  if (/^~(SEQ|LST)/.test(keyword))
    return {
      message: `keepalived cannot read ${keyword.slice(0, 4)} with these values`,
      next: 'Write a name and whole numbers, such as ~SEQ(N, 1, 5), or lists: ~LST(A, x, y).',
    }
  if (/^include[rmwba]?$/.test(keyword))
    return { message: `${keyword} names no file`, next: 'Write the path behind it, or remove it.' }
  return keyword.startsWith('/')
    ? { message: `the path ${keyword} stands alone`, next: `Write: include ${keyword}` }
    : undefined
}

/** Checks as other programs and people call them, by what keepalived does. */
const otherNames: Readonly<Record<string, string>> = {
  ...{
    HTTP_CHECK: 'HTTP_GET',
    HTTP_HEAD: 'HTTP_GET',
    HTTP_POST: 'HTTP_GET',
    HTTP: 'HTTP_GET',
    URL_CHECK: 'HTTP_GET',
  },
  ...{
    HTTPS_CHECK: 'SSL_GET',
    HTTPS_GET: 'SSL_GET',
    HTTPS: 'SSL_GET',
    SSL_CHECK: 'SSL_GET',
    TLS_CHECK: 'SSL_GET',
  },
  ...{ TCP_CONNECT: 'TCP_CHECK', TCP: 'TCP_CHECK', PORT_CHECK: 'TCP_CHECK', CONNECT_CHECK: 'TCP_CHECK' },
  ...{ SCRIPT_CHECK: 'MISC_CHECK', EXEC_CHECK: 'MISC_CHECK', EXTERNAL_CHECK: 'MISC_CHECK' },
  ...{ ICMP_CHECK: 'PING_CHECK', PING: 'PING_CHECK', SMTP_GET: 'SMTP_CHECK', DNS_GET: 'DNS_CHECK' },
}

/** Words that have another name in some block, or had one before. */
function inOtherWords(keyword: string, block: string): string | undefined {
  if (block === 'vrrp_script' && keyword === 'script_user') return 'user'
  if (block !== 'global_defs') return otherNames[keyword.toUpperCase()]
  return keyword === 'lvs_id' ? 'router_id' : `vrrp_${keyword}`
}

/** Rules about what keepalived does not know. */
export const vocabularyRules = {
  'keepalived-block': {
    severity: 'error',
    reason:
      'Of a block that it does not know keepalived overlooks the opening brace: the closing one ends the block around it, and the rest of that is lost.',
    source: 'keepalived lib/parser.c, process_stream',
    find: (one) => unknownIn(one, ({ block }) => block !== undefined),
  },
  'keepalived-word': {
    severity: 'warning',
    reason: 'A word that keepalived does not know it leaves out, and says so in its log alone.',
    source: 'keepalived vrrp_parser.c, check_parser.c, global_parser.c',
    find: (one) => unknownIn(one, ({ block }) => block === undefined),
  },
} as const satisfies WrittenFamily

/** Words that no version knows, of the kind that is looked for. */
function unknownIn(one: Written, isMeant: (statement: Statement) => boolean): readonly Complaint[] {
  const instances = blocksOf(one, 'vrrp_instance').map(({ values }) => values[0])
  // What is misspelt once may be so a thousand times.
  const told = new Map<string, string | undefined>()
  const meantBy = (keyword: string, name: string, words: ReadonlySet<string>) => {
    const key = `${name} ${keyword}`
    if (!told.has(key)) {
      const called = inOtherWords(keyword, name)
      told.set(key, called !== undefined && words.has(called) ? called : didYouMean(keyword, words))
    }
    return told.get(key)
  }
  const unknown = (statements: readonly Statement[], name: string): readonly Complaint[] => {
    const words = known.get(synonyms[name] ?? name)
    if (!words) return []
    return statements.flatMap((statement): readonly Complaint[] => {
      const { keyword, block, at } = statement
      // A track_file within another block lists names.
      const lists = keyword === 'track_file' && name !== ''
      if (words.has(keyword)) return block && !lists ? unknown(block, keyword) : []
      // A block of the top within another one, and who is of a group, are told by other rules.
      if (isToldElsewhere(keyword) || (block && known.get('')?.has(keyword))) return []
      if (name === 'vrrp_sync_group' && instances.includes(keyword)) return []
      if (!isMeant(statement)) return []
      const odd = unreadable(keyword)
      if (odd) return [{ ...odd, at }]
      const meant = meantBy(keyword, name, words)
      const where = name === '' ? 'outside of all blocks' : `in ${name}`
      const isGlobal = name === '' && known.get('global_defs')?.has(keyword) === true
      return [
        {
          message: `keepalived knows no ${keyword} ${where}${block && name !== '' ? `, and takes its closing brace for that of ${name}` : ''}`,
          at,
          ...(isGlobal
            ? { next: 'Put it between global_defs { and }.' }
            : meant === undefined
              ? {}
              : { next: `Did you mean ${meant}?` }),
        },
      ]
    })
  }
  return unknown(one.statements, '')
}
