import type { Remark, Statement } from '../../adoption/index.ts'
import { didYouMean } from '../../model/suggest.ts'
import { blocksOf, type Complaint, type WrittenFamily } from './subject.ts'

/** What reading a file comes upon, by what it says. */
export const readingRules = {
  'keepalived-braces': {
    severity: 'error',
    reason:
      'With a brace too few or too many, keepalived reads what follows as part of another block, and most often leaves it out.',
    source: 'keepalived.conf(5)',
  },
  'keepalived-include': {
    severity: 'warning',
    reason:
      'What an included file says is not known where it is not there, and one that includes itself never ends.',
    source: 'keepalived.conf(5), include',
  },
  'keepalived-encoding': {
    severity: 'error',
    reason:
      'keepalived reads bytes as they are: a file of UTF-16, or with a mark of its byte order, begins with a word that it does not know.',
    source: 'keepalived lib/parser.c',
  },
} as const

/** Rules about words. */
export const wordRules = {
  'keepalived-nested': {
    severity: 'error',
    reason:
      'Blocks of the top that stand inside of another one keepalived does not read: a brace is missing before them.',
    source: 'keepalived lib/parser.c',
    find: (one) =>
      one.statements.flatMap(({ keyword, values, block = [] }) =>
        within(block, ({ keyword: inner, block: has }) => onlyAtTop.has(inner) && has !== undefined).map(
          (inner) => ({
            message: `${inner.keyword} ${inner.values.join(' ')} stands inside of ${[keyword, ...values].join(' ')}`,
            at: inner.at,
            next: 'Close that block before it.',
          }),
        ),
      ),
  },
  'keepalived-comment': {
    severity: 'error',
    reason:
      'Comments begin with # or !; what begins with // or /* keepalived takes for a word that it does not know.',
    source: 'keepalived.conf(5); keepalived#2256',
    find: (one) =>
      within(one.statements, ({ keyword }) => /^(\/\/|\/\*)/.test(keyword)).map(({ at }) => ({
        message: 'a comment begins with # or !, not with //',
        at,
        next: 'Replace it.',
      })),
  },
  'keepalived-word': {
    severity: 'warning',
    reason: 'A word that keepalived does not know it leaves out, and says so in its log alone.',
    source: 'keepalived vrrp_parser.c, vrrp_init',
    find: (one) =>
      blocksOf(one, 'vrrp_instance').flatMap(({ block = [] }) =>
        block.flatMap(({ keyword, at }): readonly Complaint[] => {
          if (instanceWords.has(keyword) || onlyAtTop.has(keyword) || /^[/$~@]/.test(keyword)) return []
          const meant = didYouMean(keyword, instanceWords)
          return [
            {
              message: `keepalived knows no ${keyword} in vrrp_instance`,
              at,
              ...(meant === undefined ? {} : { next: `Did you mean ${meant}?` }),
            },
          ]
        }),
      ),
  },
} as const satisfies WrittenFamily

/** By which of these rules what the parser has to remark is wrong. */
export function ruleOf({ message }: Remark): keyof typeof readingRules {
  if (message.startsWith('include')) return 'keepalived-include'
  return 'keepalived-braces'
}

const onlyAtTop = new Set([
  ...[
    'global_defs',
    'vrrp_instance',
    'vrrp_sync_group',
    'vrrp_script',
    'virtual_server',
    'virtual_server_group',
  ],
  ...['static_ipaddress', 'static_routes', 'static_rules'],
])

const instanceWords = new Set(
  `use_vmac use_vmac_addr vmac_xmit_base use_ipvlan unicast_peer unicast_fault_no_peer check_unicast_src old_unicast_checksum
  native_ipv6 state interface vrf dont_track_primary track_interface track_script track_file track_process track_bfd mcast_src_ip
  unicast_src_ip mcast_dst_ip track_src_ip virtual_router_id unicast_ttl version priority advert_int virtual_ipaddress
  virtual_ipaddress_excluded no_virtual_ipaddress promote_secondaries linkbeat_use_polling v3_checksum_as_v2 virtual_routes
  virtual_rules accept no_accept skip_check_adv_addr strict_mode preempt nopreempt preempt_delay debug notify_backup notify_master
  notify_fault notify_stop notify_deleted notify notify_master_rx_lower_pri smtp_alert notify_priority_changes
  lvs_sync_daemon_interface garp_master_delay garp_master_refresh garp_master_repeat garp_master_refresh_repeat
  garp_lower_prio_delay garp_lower_prio_repeat down_timer_adverts timer_expired_backup thread_timer_expired garp_extra_if
  vmac_garp_intvl lower_prio_no_advert higher_prio_send_advert owner_ignore_adverts kernel_rx_buf_size authentication auth_hmac`
    .trim()
    .split(/\s+/),
)

function within(statements: readonly Statement[], is: (one: Statement) => boolean): readonly Statement[] {
  return statements.flatMap((one) => [...(is(one) ? [one] : []), ...within(one.block ?? [], is)])
}
