import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, items, refused, str } from './option.ts'

/** ansible.posix.firewalld. */
export const firewalldModule = module({
  name: 'firewalld',
  collection: 'ansible.posix',
  summary: 'What firewalld lets through.',
  options: {
    service: done(str()),
    protocol: done(str()),
    port: done(str()),
    port_forward: done(items('dict')),
    rich_rule: done(str()),
    source: done(str()),
    interface: done(str()),
    icmp_block: done(str()),
    icmp_block_inversion: refused('run firewall-cmd with "command"', str()),
    zone: different('zones themselves are not made', str()),
    permanent: done(bool()),
    immediate: done(bool(false)),
    state: different(
      'present and absent of a zone are refused',
      str({ choices: ['absent', 'disabled', 'enabled', 'present'], required: true }),
    ),
    timeout: refused('a rule that goes by itself never converges', int({ default: 0 })),
    masquerade: done(str()),
    offline: different('what is permanent is written without the daemon where it does not run', bool()),
    target: refused(
      'run "firewall-cmd --set-target" with command',
      str({ choices: ['default', 'ACCEPT', 'DROP', '%%REJECT%%'] }),
    ),
  },
  means: (given) => {
    const { zone, permanent, immediate, state, masquerade, port_forward } = given
    const forwards = (port_forward ?? []).map((one) => {
      const { port, proto, toport, toaddr } = one as Readonly<Record<string, unknown>>
      return `forward-port=port=${port}:proto=${proto}:toport=${toport}${toaddr === undefined ? '' : `:toaddr=${toaddr}`}`
    })
    const said = (['service', 'protocol', 'port', 'source', 'interface'] as const).flatMap((name) =>
      given[name] === undefined ? [] : [`${name}=${given[name]}`],
    )
    const what = [
      ...said,
      ...forwards,
      ...(given.rich_rule === undefined ? [] : [`rich-rule=${given.rich_rule}`]),
      ...(given.icmp_block === undefined ? [] : [`icmp-block=${given.icmp_block}`]),
      ...(masquerade === undefined ? [] : ['masquerade']),
    ]
    if (what.length !== 1)
      return {
        refused:
          what.length === 0
            ? 'say what is let through: service, port, source …'
            : 'give each of them a task of its own',
      }
    const off = masquerade !== undefined && /^(no|false|off|0)$/i.test(masquerade)
    return {
      kind: 'firewalld_rule',
      fields: fields({
        what,
        zone,
        permanent: permanent === true,
        immediate: immediate || permanent !== true,
        present: (state === 'enabled' || state === 'present') && !off,
      }),
    }
  },
})
