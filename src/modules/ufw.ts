import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, refused, str } from './option.ts'

interface Words {
  readonly route: boolean
  readonly insert: number | undefined
  readonly direction: string | undefined
  readonly interface: string | undefined
  readonly interface_in: string | undefined
  readonly interface_out: string | undefined
  readonly log: boolean
  readonly from_ip: string
  readonly from_port: string | undefined
  readonly to_ip: string
  readonly to_port: string | undefined
  readonly proto: string | undefined
  readonly name: string | undefined
  readonly comment: string | undefined
}

/** A rule in the words of ufw, in the order in which it takes them. */
function ruleOf(rule: string, given: Words): readonly string[] {
  const { direction, from_port, to_port, proto, name, comment } = given
  const toward = direction === undefined ? [] : [direction.startsWith('out') ? 'out' : 'in']
  const on =
    given.interface === undefined ? [] : [...(toward.length > 0 ? [] : ['in']), 'on', given.interface]
  return [
    ...(given.route ? ['route'] : []),
    ...(given.insert === undefined ? [] : ['insert', String(given.insert)]),
    rule,
    ...toward,
    ...on,
    ...(given.interface_in === undefined ? [] : ['in', 'on', given.interface_in]),
    ...(given.interface_out === undefined ? [] : ['out', 'on', given.interface_out]),
    ...(given.log ? ['log'] : []),
    'from',
    given.from_ip,
    ...(from_port === undefined ? [] : ['port', from_port]),
    'to',
    given.to_ip,
    ...(to_port === undefined ? [] : ['port', to_port.replace('-', ':')]),
    ...(proto === undefined || proto === 'any' ? [] : ['proto', proto]),
    ...(name === undefined ? [] : ['app', name]),
    ...(comment === undefined ? [] : ['comment', comment]),
  ]
}

/** community.general.ufw. */
export const ufwModule = module({
  name: 'ufw',
  collection: 'community.general',
  summary: 'What ufw lets through.',
  options: {
    state: different(
      'reloaded: ufw loads a rule when it is added',
      str({ choices: ['disabled', 'enabled', 'reloaded', 'reset'] }),
    ),
    default: done(str({ aliases: ['policy'], choices: ['allow', 'deny', 'reject'] })),
    direction: done(str({ choices: ['in', 'incoming', 'out', 'outgoing', 'routed'] })),
    logging: done(str({ choices: ['on', 'off', 'low', 'medium', 'high', 'full'] })),
    insert: different('counts for a rule that is not there yet', int()),
    insert_relative_to: refused(
      'count from the first rule',
      str({ choices: ['first-ipv4', 'first-ipv6', 'last-ipv4', 'last-ipv6', 'zero'], default: 'zero' }),
    ),
    rule: done(str({ choices: ['allow', 'deny', 'limit', 'reject'] })),
    log: done(bool(false)),
    from_ip: done(str({ aliases: ['from', 'src'], default: 'any' })),
    from_port: done(str()),
    to_ip: done(str({ aliases: ['dest', 'to'], default: 'any' })),
    to_port: done(str({ aliases: ['port'] })),
    proto: done(
      str({ aliases: ['protocol'], choices: ['any', 'tcp', 'udp', 'ipv6', 'esp', 'ah', 'gre', 'igmp'] }),
    ),
    name: done(str({ aliases: ['app'] })),
    delete: done(bool(false)),
    interface: done(str({ aliases: ['if'] })),
    interface_in: done(str({ aliases: ['if_in'] })),
    interface_out: done(str({ aliases: ['if_out'] })),
    route: done(bool(false)),
    comment: done(str()),
  },
  means: (given) => {
    const { state, logging, direction, rule } = given
    const policy = given.default
    const toward = { in: 'incoming', out: 'outgoing' }[direction ?? ''] ?? direction
    if (rule === undefined) {
      if (state === undefined && policy === undefined && logging === undefined)
        return { refused: 'say what: "rule", "state", "default" or "logging"' }
      return state === 'reloaded'
        ? { nothing: 'ufw loads what it is told' }
        : { kind: 'ufw_rule', fields: fields({ state, policy, direction: toward, logging }) }
    }
    return {
      kind: 'ufw_rule',
      fields: fields({
        state,
        policy,
        direction: policy === undefined ? undefined : toward,
        logging,
        rule: ruleOf(rule, given),
        delete: given.delete,
      }),
    }
  },
})
