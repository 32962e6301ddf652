import type { ClusterProblem } from '../cluster.ts'
import { areApart } from '../on-directors.ts'
import { doubtful, type Rule, type Subject, wrong } from './subject.ts'

/** Rules about VIPs that have the MAC address of VRRP. */
export const vmacRules: readonly Rule[] = [ownMacsAreWhereVrrpIs]

/** keepalived makes the interface with the MAC address of VRRP on the one where VRRP is spoken, and names it itself. */
function ownMacsAreWhereVrrpIs(subject: Subject): readonly ClusterProblem[] {
  const { vips } = subject.cluster
  return vips.flatMap((vip, index) => {
    const { address, vmac, label, vrid, family, onDirectors } = vip
    if (!vmac) return []
    const twin = vips
      .slice(0, index)
      .find((one) => one.vmac && one.vrid === vrid && one.family === family && areApart(one, vip))
    const apart = [...onDirectors].find(
      ([, { interface: carrier, vrrpInterface }]) =>
        carrier !== undefined && vrrpInterface !== undefined && carrier.value !== vrrpInterface.value,
    )
    return [
      ...(label === undefined
        ? []
        : [
            wrong(
              subject,
              ['vips', index, 'label'],
              `the VIP ${address} is on an interface of its own (vmac), whose name no label can begin with`,
              'Leave label or vmac out.',
            ),
          ]),
      ...(subject.cluster.vrrp.unicast && subject.cluster.vrrp.garp_refresh === 0
        ? [
            doubtful(
              subject,
              ['vrrp', 'garp_refresh'],
              `switches that forget where the MAC address of ${address} is are told by nobody: unicast comes from that of the machine`,
              'Leave garp_refresh out, or unicast.',
            ),
          ]
        : []),
      ...(twin
        ? [
            wrong(
              subject,
              ['vips', index, 'vrid'],
              `${twin.address} and ${address} would have the same MAC address, and interfaces of the same name`,
              'Give one of them another vrid.',
            ),
          ]
        : []),
      ...(apart
        ? [
            wrong(
              subject,
              ['vips', index, 'vmac'],
              `the MAC address of VRRP is where VRRP is spoken, on ${apart[1].vrrpInterface?.value} of ${apart[0]}, and the VIP ${address} on ${apart[1].interface?.value}`,
              'Leave vmac out, or let VRRP be spoken where the VIP is.',
            ),
          ]
        : []),
    ]
  })
}
