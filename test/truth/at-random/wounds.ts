import type { ShownStep } from '../../e2e/events.ts'
import { woundsOfBlock, woundsOfDirectory, woundsOfFile } from './files.ts'
import { woundsOfLoopback, woundsOfModule, woundsOfSetting, woundsOfStray, woundsOfTable } from './kernel.ts'
import { woundsOfPackages, woundsOfServers, woundsOfService, woundsOfUser } from './services.ts'
import { woundsOfFirewall, woundsOfRoute } from './ways.ts'
import type { Chance, Wound } from './wound.ts'

/** By the kind of resource: what may happen to one of them. */
const byKind: Readonly<Record<string, (subject: string, chance: Chance) => readonly Wound[]>> = {
  template: woundsOfFile,
  copy: woundsOfFile,
  file: woundsOfFile,
  tls_certificate: woundsOfFile,
  directory: woundsOfDirectory,
  block: (subject) => woundsOfBlock(subject.split(' ')[0] ?? subject),
  service: woundsOfService,
  package: (subject, chance) => {
    const [first = subject, ...more] = subject.split(',')
    return woundsOfPackages([first, ...more], chance)
  },
  user: woundsOfUser,
  haproxy_servers: woundsOfServers,
  sysctl: woundsOfSetting,
  kernel_module: woundsOfModule,
  ipvs_table: (_, chance) => woundsOfTable(chance),
  loopback_vip: woundsOfLoopback,
  stray_vip: woundsOfStray,
  host_route: woundsOfRoute,
  firewall: woundsOfFirewall,
  hostname: () => [{ is: 'the machine has another name', by: 'hostname other' }],
}

/** We come in by what is there. */
const waysIn = /^\/root\/\.ssh/

/** As many random wounds of one machine as asked for, each of another resource that is as it should be there. */
export function woundsOf(steps: readonly ShownStep[], count: number, chance: Chance): readonly Wound[] {
  const all = steps.flatMap(({ id, verdict }) => {
    const [, kind = '', subject = ''] = /^(\w+)\[(.*)\]$/s.exec(id) ?? []
    const wounds = byKind[kind]
    const usable = verdict === 'converged' && wounds && !(waysIn.test(subject) && kind !== 'block')
    return usable ? [{ kind, of: () => wounds(subject, chance) }] : []
  })
  // Each kind as often as any other: there are dozens of files, and one table.
  const kinds = chance.some([...new Set(all.map(({ kind }) => kind))], count)
  return kinds.flatMap((kind) => {
    const [found] = chance.some(
      all.filter((one) => one.kind === kind),
      1,
    )
    return found ? chance.some(found.of(), 1) : []
  })
}
