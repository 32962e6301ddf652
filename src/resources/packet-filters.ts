import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'
import { type Answer, probed } from './probed.ts'

type ProbedKind<Desired> = ResourceKind<Desired, { answer: Query<Answer> }>

const word = z
  .string()
  .regex(/^[A-Za-z0-9!:][^\0\n']*$/, 'must be one line that begins with a letter, a digit, "!" or ":"')

const ufw = z.strictObject({
  state: z
    .enum(['enabled', 'disabled', 'reloaded', 'reset'])
    .optional()
    .describe('Whether it is at work, now and at every boot.'),
  policy: z
    .enum(['allow', 'deny', 'reject'])
    .optional()
    .describe('What becomes of packets that no rule is about.'),
  direction: z
    .enum(['incoming', 'outgoing', 'routed'])
    .optional()
    .describe('Which packets the policy is about.'),
  logging: z
    .enum(['on', 'off', 'low', 'medium', 'high', 'full'])
    .optional()
    .describe('What is written down.'),
  rule: z.array(word).default([]).describe('A rule, as ufw takes its words.'),
  delete: z.boolean().default(false).describe('There is no such rule.'),
})

/** As ufw shows a word of a rule: a comment may have spaces. */
function shownByUfw(one: string): string {
  return one.includes(' ') ? `'${one}'` : one
}

/** What ufw lets through. It adds a rule once, and says so. */
export const ufwRule: ProbedKind<z.infer<typeof ufw>> = probed({
  name: 'ufw',
  summary: 'What ufw lets through.',
  schema: ufw,
  subject: ({ rule, state, policy, direction, logging }) =>
    rule.join(' ') || [state, policy, direction, logging].filter(Boolean).join(' '),
  about: () => ['file:/etc/ufw', 'file:/etc/default/ufw', 'ufw'],
  ask: ({ rule }) => sh`command -v ufw >/dev/null 2>&1 || { echo no-ufw; exit 0; }
LC_ALL=C ufw status verbose 2>/dev/null | sed -n 's/^\(Status\|Logging\|Default\): /\1 /p'
sed -n 's/^DEFAULT_\(INPUT\|OUTPUT\|FORWARD\)_POLICY="\(.*\)"/\1 \2/p' /etc/default/ufw 2>/dev/null
sed -n 's/^LOGLEVEL=\(.*\)/level \1/p' /etc/ufw/ufw.conf 2>/dev/null
LC_ALL=C ufw show added 2>/dev/null | sed -n 's/^ufw /rule /p'
if [ ${rule.length} -gt 0 ]; then LC_ALL=C ufw --dry-run ${rule} 2>&1 | grep '^Skipping [a-z]* existing rule' | sed 's/^/dry /' || :; fi`,
  change: (wanted, { stdout }) => {
    const { state, policy, direction = 'incoming', logging, rule } = wanted
    const said = stdout.split('\n')
    if (said.includes('no-ufw')) return 'there is no ufw on this host: install it in a task before'
    const value = (name: string) => said.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1)
    const isActive = value('Status') === 'active'
    const chain = { incoming: 'INPUT', outgoing: 'OUTPUT', routed: 'FORWARD' }[direction]
    const now = { ACCEPT: 'allow', DROP: 'deny', REJECT: 'reject' }[value(chain) ?? '']
    const there =
      said.some((line) => line.startsWith('dry ')) || said.includes(`rule ${rule.map(shownByUfw).join(' ')}`)
    const steps = [
      ...(policy !== undefined && now !== policy
        ? [{ words: `default ${policy} ${direction}`, script: sh`ufw default ${policy} ${direction}` }]
        : []),
      ...(logging !== undefined && !sameLevel(value('level'), logging)
        ? [{ words: `logging ${logging}`, script: sh`ufw logging ${logging}` }]
        : []),
      ...(rule.length > 0 && there === wanted.delete
        ? [
            {
              words: `${wanted.delete ? 'delete ' : ''}${rule.join(' ')}`,
              script: wanted.delete ? sh`ufw --force delete ${rule}` : sh`ufw ${rule}`,
            },
          ]
        : []),
      ...(state === 'enabled' && !isActive ? [{ words: 'enable', script: sh`ufw --force enable` }] : []),
      ...(state === 'disabled' && isActive ? [{ words: 'disable', script: sh`ufw --force disable` }] : []),
      ...(state === 'reset' && (isActive || said.some((line) => line.startsWith('rule ')))
        ? [{ words: 'reset', script: sh`ufw --force reset` }]
        : []),
    ]
    if (steps.length === 0) return undefined
    return {
      summary: steps.map(({ words }) => words).join(', '),
      script: steps
        .map(({ script }) => script)
        .reduce(
          (all, one) => sh`${{ script: all }}
${{ script: one }}`,
        ),
      disturbs: ['ufw', 'file:/etc/ufw', 'file:/etc/default/ufw'],
      keeps: 'nothing',
    }
  },
})

function sameLevel(now: string | undefined, wanted: string): boolean {
  return now === wanted || (wanted === 'on' && now !== 'off' && now !== undefined)
}

const firewalld = z.strictObject({
  what: z
    .array(z.string().regex(/^[a-z-]+(=[^\n\0]+)?$/, 'must be what firewall-cmd calls it'))
    .min(1)
    .max(1)
    .describe('What is let through, as firewall-cmd calls it: service=http, port=80/tcp.'),
  zone: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, 'must be the name of a zone')
    .optional()
    .describe('The zone; absent: the default one.'),
  permanent: z.boolean().default(false).describe('At every boot.'),
  immediate: z.boolean().default(true).describe('Now.'),
  present: z.boolean().default(true).describe('Whether it is let through.'),
})

/** What firewalld lets through. */
export const firewalldRule: ProbedKind<z.infer<typeof firewalld>> = probed({
  name: 'firewalld',
  summary: 'What firewalld lets through.',
  schema: firewalld,
  subject: ({ zone, what }) => `${zone ?? 'default'} ${what.join(' ')}`,
  about: () => ['file:/etc/firewalld', 'firewalld', 'unit:firewalld.service'],
  ask: ({
    what,
    zone,
    permanent,
    immediate,
  }) => sh`command -v firewall-cmd >/dev/null 2>&1 || { echo no-firewalld; exit 0; }
firewall-cmd --state >/dev/null 2>&1 || echo off
if [ ${permanent ? 1 : 0} -eq 1 ]; then
  if firewall-offline-cmd ${zoneWords(zone)} ${words('query', what)} >/dev/null 2>&1; then echo kept; fi
fi
if [ ${immediate ? 1 : 0} -eq 1 ]; then
  if firewall-cmd ${zoneWords(zone)} ${words('query', what)} >/dev/null 2>&1; then echo live; fi
fi`,
  change: ({ what, zone, permanent, immediate, present }, { stdout }) => {
    const said = stdout.split('\n')
    if (said.includes('no-firewalld'))
      return 'there is no firewalld on this host: install it in a task before'
    const off = said.includes('off')
    const keeps = permanent && said.includes('kept') !== present
    const lives = immediate && !off && said.includes('live') !== present
    if (!keeps && !lives)
      return immediate && off && !permanent ? 'firewalld does not run: start it in a task before' : undefined
    const verb = present ? 'add' : 'remove'
    return {
      summary: `${verb} ${what.join(' ')}`,
      script: sh`if [ ${keeps ? 1 : 0} -eq 1 ]; then
  if firewall-cmd --state >/dev/null 2>&1; then firewall-cmd -q --permanent ${zoneWords(zone)} ${words(verb, what)}
  else firewall-offline-cmd -q ${zoneWords(zone)} ${words(verb, what)}; fi
fi
if [ ${lives ? 1 : 0} -eq 1 ]; then firewall-cmd -q ${zoneWords(zone)} ${words(verb, what)}; fi`,
      disturbs: ['firewalld', 'file:/etc/firewalld'],
      keeps: 'nothing',
    }
  },
})

function zoneWords(zone: string | undefined): readonly string[] {
  return zone === undefined ? [] : [`--zone=${zone}`]
}

function words(verb: string, what: readonly string[]): readonly string[] {
  return what.map((one) => `--${verb}-${one}`)
}

const iptables = z.strictObject({
  program: z.enum(['iptables', 'ip6tables']).default('iptables').describe('For which addresses.'),
  table: z
    .string()
    .regex(/^[a-z]+$/, 'must be the name of a table')
    .default('filter')
    .describe('The table.'),
  chain: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, 'must be the name of a chain')
    .describe('The chain.'),
  rule: z
    .array(z.string().regex(/^[^\n\0]+$/, 'must be one line'))
    .default([])
    .describe('The rule, as iptables takes its words.'),
  insert: z.boolean().default(false).describe('It comes first, or where `number` says.'),
  number: z.number().int().min(1).optional().describe('Which place it gets.'),
  policy: z.enum(['ACCEPT', 'DROP']).optional().describe('What becomes of packets that no rule is about.'),
  flush: z.boolean().default(false).describe('The chain has no rules.'),
  own_chain: z.boolean().optional().describe("Whether there is such a chain of one's own."),
  state: z.enum(['present', 'absent']).default('present').describe('`absent`: there is no such rule.'),
})

/** A rule of the running kernel, until the next boot. */
export const iptablesRule: ProbedKind<z.infer<typeof iptables>> = probed({
  name: 'iptables',
  summary: 'A rule of the running kernel, until the next boot.',
  schema: iptables,
  subject: ({ table, chain, rule, policy }) => [table, chain, ...rule, policy].filter(Boolean).join(' '),
  about: () => ['iptables'],
  ask: ({
    program,
    table,
    chain,
    rule,
  }) => sh`command -v ${program} >/dev/null 2>&1 || { echo no-iptables; exit 0; }
${program} -w -t ${table} -S ${chain} 2>/dev/null | sed 's/^/set /' || :
if [ ${rule.length} -gt 0 ] && ${program} -w -t ${table} -C ${chain} ${rule} >/dev/null 2>&1; then echo there; fi`,
  change: (wanted, { stdout }) => {
    const { program, table, chain, rule, insert, number, policy, flush, own_chain, state } = wanted
    const said = stdout.split('\n')
    if (said.includes('no-iptables'))
      return `there is no ${program} on this host: install iptables in a task before`
    const common = { impact: 'none', disturbs: ['iptables'] } as const
    const all = ['-w', '-t', table]
    if (flush)
      return said.some((line) => line.startsWith('set -A'))
        ? { summary: 'flush', script: sh`${program} ${all} -F ${chain}`, ...common }
        : undefined
    if (policy !== undefined)
      return said.includes(`set -P ${chain} ${policy}`)
        ? undefined
        : { summary: `policy ${policy}`, script: sh`${program} ${all} -P ${chain} ${policy}`, ...common }
    if (own_chain !== undefined && rule.length === 0) {
      const has = said.includes(`set -N ${chain}`)
      if (has === own_chain) return undefined
      return {
        summary: own_chain ? 'make the chain' : 'remove the chain',
        script: sh`${program} ${all} ${own_chain ? '-N' : '-X'} ${chain}`,
        ...common,
      }
    }
    if (said.includes('there') === (state === 'present')) return undefined
    if (state === 'absent')
      return { summary: 'remove', script: sh`${program} ${all} -D ${chain} ${rule}`, ...common }
    const place = insert ? ['-I', chain, ...(number === undefined ? [] : [number])] : ['-A', chain]
    return {
      summary: insert ? 'insert' : 'append',
      script: sh`${program} ${all} ${place} ${rule}`,
      ...common,
    }
  },
})
