import { unfitForVip } from '../addresses.ts'
import { type Doubt, type Family, repeated, type Subject, type Wrong } from './subject.ts'

/** Rules about what one machine is told by `director` or `realserver`. */
export const machineWordRules = {
  'machine-address-unfit': {
    severity: 'error',
    reason: 'An address at which each machine finds itself, or many at once, leads to no other machine.',
    source: 'RFC 1122, 3.2.1.3; RFC 4291, 2.4',
    find: addressesAreOfMachines,
  },
  'machine-told-idle': {
    severity: 'warning',
    reason: 'What a machine is told of a part that it does not have, nobody reads.',
    source: 'docs/inventory.md, director and realserver',
    find: partsAreTheirs,
  },
  'machine-power-twice': {
    severity: 'error',
    reason:
      'A command that cuts the power of one machine cuts that of no other: one of the two is meant for somebody else.',
    source: 'docs/inventory.md, director.power',
    find: powersDiffer,
  },
} satisfies Family<'machine'>

const parts = ['director', 'realserver'] as const

function addressesAreOfMachines({ members }: Subject): readonly Wrong[] {
  return members.flatMap((member) =>
    parts.flatMap((part): readonly Wrong[] => {
      const address = member[part]?.address
      const why = address === undefined ? undefined : unfitForVip(address, undefined)
      return why === undefined
        ? []
        : [
            {
              severity: 'error',
              message: `${address} cannot be an address of ${member.name} for others: ${why}`,
              next: 'Write the one by which the other machines reach it, or leave it out: it is found then.',
              host: member.name,
              path: [part, 'address'],
            },
          ]
    }),
  )
}

/** Where several machines are told the same, as by the variables of a group, it may be meant for one of them. */
function partsAreTheirs({ cluster, members }: Subject): readonly Doubt[] {
  return parts.flatMap((part) => {
    const own = new Set(cluster[`${part}s`].map(({ host }) => host))
    const meant = new Set(members.filter(({ name }) => own.has(name)).map((one) => JSON.stringify(one[part])))
    return members
      .filter((one) => one[part] && !own.has(one.name) && !meant.has(JSON.stringify(one[part])))
      .map(
        ({ name }): Doubt => ({
          severity: 'warning',
          message: `${name} is told something as a ${part}, and is none of ${cluster.name}`,
          next: `Put ${name} into the group of the ${part}s, or write it for a machine that is one.`,
          host: name,
          path: [part],
        }),
      )
  })
}

function powersDiffer({ cluster }: Subject): readonly Wrong[] {
  const commands = (['off', 'on'] as const).flatMap((word) =>
    cluster.directors.flatMap(({ host, power }) => (power ? [{ host, word, command: power[word] }] : [])),
  )
  return repeated(commands, ({ word, command }) => `${word} ${command}`).map(
    ({ item: { host, word }, earlier }): Wrong => ({
      severity: 'error',
      message: `power.${word} of ${host} is the command of ${earlier.host}: the drill would strike the wrong machine`,
      next: `Write the one that means ${host}.`,
      host,
      path: ['director', 'power', word],
    }),
  )
}
