import { fields } from './file-options.ts'
import type { Meaning } from './module.ts'
import { ints, list, ours, path, str } from './option.ts'

/** Options of ours that services and units have. */
export const wordsOfServices = {
  configuration: ours(
    'Files and directories the running service must have loaded; what was written after its last load makes it load anew.',
    list(),
  ),
  on_change: ours(
    'How it loads its configuration anew: reload, or restart.',
    str({ choices: ['reload', 'restart'] }),
  ),
  listens: ours('Ports of TCP it is to listen on.', ints()),
  program: ours('The file it must run.', path()),
  instead_of: ours(
    'Services that it takes the place of: those of `cluster` that run are stopped right before it starts.',
    list(),
  ),
  cluster: ours(
    'Name of the cluster whose services those of `instead_of` are; of others nothing is stopped.',
    str(),
  ),
}

/** What modules of services are told. */
export interface ServiceArguments {
  readonly name: string | undefined
  readonly state: string | undefined
  readonly enabled: boolean | undefined
  readonly masked?: boolean | undefined
  readonly daemon_reload?: boolean
  readonly configuration?: readonly string[] | undefined
  readonly on_change?: string | undefined
  readonly listens?: readonly number[] | undefined
  readonly program?: string | undefined
  readonly instead_of?: readonly string[] | undefined
  readonly cluster?: string | undefined
}

const verbs: Readonly<Record<string, string>> = { restarted: 'restart', reloaded: 'reload-or-restart' }

/**
 * A service as a state, or, where it is to have been restarted, as what is done in every run: no state tells that. Our own
 * forms, which name it alone or say what it is to have loaded, want it to run.
 */
export function serviceOf(given: ServiceArguments): Meaning {
  const { name, state, enabled, masked, daemon_reload } = given
  if (name === undefined)
    return daemon_reload
      ? { kind: 'daemon_reload', fields: {} }
      : { refused: 'say which unit: "name" is missing' }
  const verb = verbs[state ?? '']
  if (verb !== undefined) return done(name, verb, given)
  const ours = given.configuration ?? given.on_change ?? given.listens ?? given.program
  const says = ours === undefined && (enabled !== undefined || masked !== undefined || daemon_reload === true)
  return {
    kind: 'service',
    fields: fields({
      name,
      state: state ?? (says ? 'any' : 'started'),
      enabled,
      masked,
      configuration: given.configuration,
      on_change: given.on_change,
      listens: given.listens,
      program: given.program,
      instead_of: given.instead_of,
      cluster: given.cluster,
    }),
  }
}

function done(name: string, verb: string, { enabled, daemon_reload, masked }: ServiceArguments): Meaning {
  if (!/^[A-Za-z0-9_.@:\\-]+$/.test(name)) return { option: 'name', refused: 'must be the name of a unit' }
  const unit = `'${name}'`
  const words = [
    ...(daemon_reload ? ['systemctl daemon-reload'] : []),
    ...(masked === undefined ? [] : [`systemctl ${masked ? 'mask' : 'unmask'} -q -- ${unit}`]),
    ...(enabled === undefined ? [] : [`systemctl ${enabled ? 'enable' : 'disable'} -q -- ${unit}`]),
    `systemctl ${verb} -- ${unit}`,
  ]
  return { kind: 'shell', fields: { command: words.join(' && '), always: true } }
}
