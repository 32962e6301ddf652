import type { Statement } from '../../adoption/index.ts'
import type { Complaint, WrittenFamily } from './subject.ts'

/** Words that say something by standing there, by their block: keepalived reads nothing behind them. */
const flags: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    global_defs: `
      enable_dbus enable_script_security enable_snmp_checker enable_snmp_keepalived enable_snmp_rfc enable_snmp_rfcv2
      enable_snmp_rfcv3 enable_snmp_vrrp linkbeat_use_polling log_unknown_vrids lvs_flush namespace_with_ipsets
      nftables_counters nftables_ifindex reload_repeat use_pid_dir`,
    vrrp_sync_group: 'global_tracking',
    vrrp_instance: `
      accept check_unicast_src dont_track_primary linkbeat_use_polling native_ipv6 no_accept no_virtual_ipaddress nopreempt
      track_src_ip unicast_fault_no_peer use_vmac_addr`,
    vrrp_script: 'init_fail',
    vrrp_track_process: 'full_command',
    bfd_instance: 'passive',
    virtual_server: 'alpha ha_suspend omega ops',
    MISC_CHECK: 'misc_dynamic',
  }).map(([block, words]) => [block, new Set(words.trim().split(/\s+/))]),
)
/** Behind these keepalived reads on or off since its version 2.3 alone. */
const readSince23 = new Set(['vrrp_skip_check_adv_addr', 'vrrp_strict'])

const yes = /^(on|true|yes|1|enabled?)$/i
const no = /^(off|false|no|0|disabled?)$/i

/** Rules about words that take no value. */
export const flagRules = {
  'keepalived-flag': {
    severity: 'warning',
    reason:
      'Some words count by standing there: what stands behind them keepalived does not read, off and no as little as another word.',
    source: 'keepalived vrrp_parser.c, vrrp_nopreempt_handler; global_parser.c, script_security_handler',
    find: ({ statements }) => flagsIn(statements, ''),
  },
} as const satisfies WrittenFamily

function flagsIn(statements: readonly Statement[], name: string): readonly Complaint[] {
  return statements.flatMap((line): readonly Complaint[] => {
    const { keyword, values, at, block } = line
    if (block) return flagsIn(block, keyword)
    const [value] = values
    if (value === undefined || (values.length === 1 && yes.test(value))) return []
    if (name === 'global_defs' && readSince23.has(keyword))
      return no.test(value)
        ? [
            {
              message: `${keyword} counts with keepalived before 2.3, although ${value} stands behind it`,
              at,
              next: 'Remove the line.',
            },
          ]
        : []
    if (!flags[name]?.has(keyword)) return []
    return [
      {
        message: `${keyword} counts, whatever stands behind it: ${values.join(' ')} is not read`,
        at,
        next: no.test(value)
          ? 'Remove the line.'
          : `Write ${keyword} alone, and the rest on a line of its own.`,
      },
    ]
  })
}
