import type { Knowledge } from '../../model/task.ts'
import type { Binding, Layer } from '../expressions/scope.ts'
import type { Inherited, PlaySpec } from './spec.ts'

/** What the variables of a run itself are made of. */
interface Run {
  /** The hosts of a play that work in this run, as this one can know them. */
  hostsOf(play: PlaySpec, reader: string, known: Knowledge): readonly string[]
  readonly inventoryDirectory: string
}

/** Where variables are read: in a task, or in what stands around tasks. */
export type Placed = Pick<Inherited, 'role' | 'vars' | 'params'> & { readonly playbookDirectory?: string }

/** The release of Ansible whose playbooks are read as it reads them. */
const version = [2, 19, 0] as const

/** Ansible's magic variables of a run: its hosts, where its files stand. Those of a host are `hostLayer`'s. */
export function magicLayer(
  run: Run,
  play: PlaySpec,
  task: Placed | undefined,
  reader: { readonly host: string; readonly known: Knowledge },
): Layer {
  const hosts = (): Binding => ({ read: () => run.hostsOf(play, reader.host, reader.known) })
  const bindings: (readonly [string, Binding])[] = [
    ['play_hosts', hosts()],
    ['ansible_play_hosts', hosts()],
    ['ansible_play_hosts_all', hosts()],
    ['ansible_play_batch', hosts()],
    ['ansible_play_name', { read: () => play.name }],
    ['inventory_dir', { read: () => run.inventoryDirectory }],
    ['ansible_check_mode', { read: () => false }],
    ['ansible_diff_mode', { read: () => true }],
    ['ansible_version', { read: ansibleVersion }],
    // As the setting of this name has it where nothing is set.
    ['ansible_managed', { read: () => 'Ansible managed' }],
  ]
  const directory = task?.playbookDirectory
  if (directory !== undefined) bindings.push(['playbook_dir', { read: () => directory }])
  const role = task?.role
  if (role) {
    bindings.push(['role_path', { read: () => role.directory }], ['role_name', { read: () => role.name }])
    bindings.push(['ansible_role_name', { read: () => role.name }])
  }
  return new Map(bindings)
}

function ansibleVersion(): unknown {
  const [major, minor, revision] = version
  const full = version.join('.')
  return { full, major, minor, revision, string: full }
}

/** What Ansible's module `template` says where a template asks for it: weaker than any variable of that name. */
export function managedLayer(text = 'Ansible managed'): Layer {
  return new Map([['ansible_managed', { read: () => text }]])
}
