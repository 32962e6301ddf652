/** A part of the name of somebody who has a certificate. */
export type Part = readonly [name: string, value: string]

/** How a task says the name. */
interface Said {
  readonly subject: Readonly<Record<string, unknown>> | undefined
  readonly subject_ordered: readonly unknown[] | undefined
  readonly country_name: string | undefined
  readonly state_or_province_name: string | undefined
  readonly locality_name: string | undefined
  readonly organization_name: string | undefined
  readonly organizational_unit_name: string | undefined
  readonly common_name: string | undefined
  readonly email_address: string | undefined
}

/** The parts of a name in their order; a text says what is wrong with them. */
export function partsOfSubject(said: Said): readonly Part[] | string {
  const named = [
    ['C', said.country_name],
    ['ST', said.state_or_province_name],
    ['L', said.locality_name],
    ['O', said.organization_name],
    ['OU', said.organizational_unit_name],
    ['CN', said.common_name],
    ['emailAddress', said.email_address],
  ] as const
  const single = named.flatMap(([name, value]): readonly Part[] =>
    value === undefined ? [] : [[name, value]],
  )
  const free = partsIn(said.subject ?? {})
  if (said.subject_ordered === undefined) return [...single, ...free]
  if (single.length + free.length > 0) return 'it says all of the name: leave the other parts away'
  return said.subject_ordered.flatMap((one) => (typeof one === 'object' && one !== null ? partsIn(one) : []))
}

function partsIn(mapping: object): readonly Part[] {
  return Object.entries(mapping).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): Part => [name, String(one)]),
  )
}
