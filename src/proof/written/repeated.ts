import type { Statement } from '../../adoption/index.ts'
import { type Complaint, placeAt, twice, type WrittenFamily } from './subject.ts'

/** Words that say one thing of a block, so that a second one contradicts the first. */
const once: Readonly<Record<string, string>> = {
  global_defs:
    'router_id vrrp_version script_user smtp_server notification_email_from vrrp_mcast_group4 vrrp_mcast_group6',
  authentication: 'auth_type auth_pass',
  vrrp_sync_group: 'notify notify_backup notify_fault notify_master notify_stop',
  vrrp_instance:
    'notify notify_backup notify_fault notify_master notify_stop state interface virtual_router_id priority advert_int version unicast_src_ip mcast_src_ip preempt_delay authentication',
  vrrp_script: 'script interval timeout fall rise weight user',
  track_file: 'file weight',
  vrrp_track_file: 'file weight',
  vrrp_track_process: 'process weight quorum',
  virtual_server:
    'delay_loop lb_algo lvs_sched lb_kind lvs_method protocol persistence_timeout quorum quorum_up quorum_down hysteresis sorry_server',
  real_server: 'weight lb_kind lvs_method notify_up notify_down uthreshold lthreshold',
  url: 'path regex',
}
/** One word, spelt in two ways. */
const synonyms: Readonly<Record<string, string>> = { lb_algo: 'lvs_sched', lb_kind: 'lvs_method' }
const tracks = /^track_(script|interface|process|file|bfd)$/

/** Rules about what is said more than once. */
export const repeatedRules = {
  'keepalived-said-twice': {
    severity: 'warning',
    reason: 'Of two values for one word keepalived takes one, most often the last, without a word.',
    source: 'keepalived lib/parser.c, process_stream',
    // What several blocks say for all of keepalived is one.
    find: ({ statements }) => {
      const globals = statements.filter(({ keyword }) => keyword === 'global_defs')
      const [first] = globals
      const merged = first ? [{ ...first, block: globals.flatMap(({ block = [] }) => block) }] : []
      return repeatedIn([...merged, ...statements.filter(({ keyword }) => keyword !== 'global_defs')], '')
    },
  },
} as const satisfies WrittenFamily

function repeatedIn(statements: readonly Statement[], name: string): readonly Complaint[] {
  const words = once[name]?.split(' ') ?? []
  const single = statements.filter(({ keyword, block }) =>
    tracks.test(name) ? !block : words.includes(keyword),
  )
  return [
    ...twice(single, ({ keyword }) => synonyms[keyword] ?? keyword)
      // Of what is tracked keepalived complains also where both say the same.
      .filter(({ thing, earlier }) => tracks.test(name) || saysOf(thing) !== saysOf(earlier))
      .map(({ thing, earlier }) => ({
        message: tracks.test(name)
          ? `${name} names ${thing.keyword} twice`
          : `${thing.keyword} in ${name} says ${shown(thing)}, and above ${shown(earlier)} (${placeAt(earlier.at)})`,
        at: thing.at,
        next: 'Keep one of them.',
      })),
    ...statements.flatMap(({ keyword, block }) => (block ? repeatedIn(block, keyword) : [])),
  ]
}

const saysOf = ({ values, block = [] }: Statement): string =>
  JSON.stringify([values, ...block.map(({ raw }) => raw)])

/** Passwords are not repeated. */
const shown = ({ keyword, values, block }: Statement) =>
  block || /^auth/.test(keyword) ? 'something else' : values.join(' ')
