import { z } from 'zod'
import type { Change, Difference } from '../model/change.ts'
import { marksIn, type PacketMark } from '../model/packet-marks.ts'
import type { ResourceKind } from '../model/resource.ts'
import type { Script } from '../model/script.ts'
import { fileAt } from '../sensors/files.ts'
import {
  type PacketRulesReading,
  type PacketTool,
  packetFileOf,
  packetRulesOf,
  packetTableOf,
} from '../sensors/packet-rules.ts'
import { unitText } from '../sensors/unit-texts.ts'
import { unitNamed } from '../sensors/units.ts'
import { embed, lines, sh } from '../shell/quote.ts'
import {
  type BootUnit,
  bootDifferences,
  bootUnitObstacle,
  bootUnitStands,
  installBootUnit,
  removeBootUnit,
} from './boot-unit.ts'
import { ipAddress, ipDestination } from './network-fields.ts'
import { packetFamilies, packetRuleset } from './packet-ruleset.ts'
import { packetScript } from './packet-script.ts'
import { refuse } from './refuse.ts'
import { replaceFile } from './small-file.ts'

const port = z
  .union([z.number(), z.string()])
  .transform(String)
  .refine(
    (text) => /^[1-9]\d{0,4}(-[1-9]\d{0,4})?$/.test(text),
    'must be a port, or a range such as 8000-8010',
  )

const schema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/, 'must be 1 to 32 letters, digits, "_" or "-", a letter first')
    .describe('What its tables and its unit are called after.'),
  marks: z
    .array(
      z.strictObject({
        mark: z.number().int().min(1).max(2_147_483_647).describe('The number that packets get.'),
        address: ipAddress.describe('Where they go.'),
        protocol: z.enum(['tcp', 'udp']).describe('Their protocol.'),
        ports: z.array(port).min(1).describe('Ports or ranges to which they go.'),
      }),
    )
    .default([])
    .describe('Packets that get a mark before anybody looks at them.'),
  masquerade: z
    .strictObject({
      from: z.array(ipDestination).min(1).describe('Who gets out that way: addresses or networks.'),
      except_from: z.array(ipDestination).default([]).describe('Who of these does not.'),
      except_to: z.array(ipDestination).default([]).describe('Where their packets go as they are.'),
    })
    .optional()
    .describe("Connections of others that leave with this machine's own address."),
  keep_marks: z
    .boolean()
    .default(false)
    .describe(
      'Ports that have a mark and are not named keep it: whoever still knows them by it goes on until it is told otherwise.',
    ),
})

type PacketRules = z.infer<typeof schema>

/**
 * What the kernel does to packets before IPVS sees them, or as they leave: marks, and masquerading. In nftables, in tables of its own; in
 * filters of traffic control where the kernel has no tables for IP.
 */
export const packetRulesKind: ResourceKind<
  PacketRules,
  {
    rules: ReturnType<typeof packetRulesOf>
    unit: ReturnType<typeof unitNamed>
    text: ReturnType<typeof unitText>
    nft: ReturnType<typeof fileAt>
    tc: ReturnType<typeof fileAt>
  }
> = {
  name: 'packet_rules',
  summary:
    'Marks for packets, and masquerading, in tables of nftables of its own (where the kernel has none for IP, in filters of tc), now and at every boot; without either they are taken away.',
  schema,
  shorthand: 'name',
  subject: ({ name }) => name,
  inspect: ({ name }) => ({
    rules: packetRulesOf(name),
    unit: unitNamed(unitOf(name)),
    text: unitText(unitOf(name)),
    nft: fileAt(packetFileOf(name, 'nft')),
    tc: fileAt(packetFileOf(name, 'tc')),
  }),
  converge: (asked, { rules, unit, text }) => {
    const { name } = asked
    const wanted = asked.keep_marks ? { ...asked, marks: withFormer(asked.marks, rules.text ?? '') } : asked
    const { tool } = rules
    const file = packetFileOf(name, tool)
    const ruleset = tool === 'nft' ? packetRuleset(packetTableOf(name), wanted) : packetScript(name, wanted)
    if (ruleset === '') return remove(name, rules, rules.text !== undefined || text !== undefined)
    if (rules.obstacle !== undefined)
      return refuse(
        `${rules.obstacle}; without it ${wanted.marks.length > 0 ? 'several ports cannot be one service of IPVS (also of services)' : 'nobody is masqueraded (masquerade of nat)'}`,
      )
    const boot = bootUnit(name, tool)
    const obstacle = bootUnitObstacle(boot, unit)
    if (obstacle) return refuse(obstacle)
    const written = rules.text === ruleset
    const lasting = bootUnitStands(boot, text, unit)
    if (written && rules.loaded && lasting) return undefined
    const differences: Difference[] = [
      ...(written ? [] : [{ is: 'text' as const, path: file, before: rules.text, after: ruleset }]),
      ...(rules.loaded || !written
        ? []
        : [{ is: 'attribute' as const, name: 'in the kernel', before: 'otherwise', after: 'as written' }]),
      ...bootDifferences(boot, text, lasting),
    ]
    return {
      summary: rules.text === undefined ? 'write and load' : 'load',
      differences,
      script: lines(
        tool === 'nft' ? loadTables(wanted, ruleset) : loadFilters(name, ruleset),
        installBootUnit(boot),
      ),
      impact: 'none',
      disturbs: disturbedBy(name),
    }
  },
}

/** What nft does not take is written nowhere; loading puts a table in the place of the one before. */
function loadTables(wanted: PacketRules, ruleset: string): Script {
  const file = packetFileOf(wanted.name, 'nft')
  const [table, filters] = [packetTableOf(wanted.name), packetFileOf(wanted.name, 'tc')]
  const idle = packetFamilies.filter((family) => !ruleset.includes(`table ${family} ${table}`))
  return sh`mkdir -p /etc/understudy
printf %s ${ruleset} >"$us_tmp/packets"
nft -c -f "$us_tmp/packets"
${embed(replaceFile(file, sh`cat "$us_tmp/packets"`))}
nft -f ${file}
if [ -e ${filters} ]; then sh ${filters} stop || :; rm -f ${filters}; fi
${embed(lines(...idle.map((family) => sh`nft delete table ${family} ${table} 2>/dev/null || :`)))}`
}

/** What tc does not take somewhere else is written nowhere. */
function loadFilters(name: string, program: string): Script {
  const file = packetFileOf(name, 'tc')
  return sh`mkdir -p /etc/understudy
printf %s ${program} >"$us_tmp/packets"
unshare -n sh "$us_tmp/packets" start lo 192.0.2.1 2001:db8::1
${embed(replaceFile(file, sh`cat "$us_tmp/packets"`))}
sh ${file} start
rm -f ${packetFileOf(name, 'nft')}`
}

/** Marks with those that stand for other ports. */
function withFormer(wanted: PacketRules['marks'], text: string): PacketRules['marks'] {
  const taken = ({ address, protocol }: PacketMark, port: string) =>
    wanted.some((one) => one.address === address && one.protocol === protocol && one.ports.includes(port))
  const former = marksIn(text).map((one) => ({
    ...one,
    ports: one.ports.filter((port) => !taken(one, port)),
  }))
  return [...wanted, ...former.filter(({ ports }) => ports.length > 0)]
}

function remove(name: string, { tool, text }: PacketRulesReading, stands: boolean): Change | undefined {
  if (!stands) return undefined
  const [table, file] = [packetTableOf(name), packetFileOf(name, tool)]
  const filters = packetFileOf(name, 'tc')
  return {
    summary: 'remove',
    differences: [
      text === undefined
        ? { is: 'attribute', name: 'now', before: file, after: undefined }
        : { is: 'text', path: file, before: text, after: undefined },
    ],
    script: lines(
      removeBootUnit(unitOf(name)),
      sh`if [ -e ${filters} ]; then sh ${filters} stop || :; fi
for us_family in ip ip6; do nft delete table "$us_family" ${table} 2>/dev/null || :; done
rm -f ${[packetFileOf(name, 'nft'), filters]}`,
    ),
    impact: 'none',
    disturbs: disturbedBy(name),
  }
}

function bootUnit(name: string, tool: PacketTool): BootUnit {
  const file = packetFileOf(name, tool)
  const common = { name: unitOf(name), description: `Packet rules of ${name}` }
  return tool === 'nft'
    ? { ...common, ...ofTables(file, packetTableOf(name)) }
    : { ...common, ...ofFilters(file) }
}

/** nftables.service empties everything when it starts, reloads and stops: its own rules come first, and ours again after them. */
function ofTables(file: string, table: string) {
  const load = [`nft -f ${file}`]
  return {
    order: [
      'PartOf=nftables.service',
      'ReloadPropagatedFrom=nftables.service',
      'After=nftables.service firewalld.service ufw.service',
      'Before=keepalived.service',
    ],
    start: load,
    reload: load,
    stop: [`nft delete table ip ${table}`, `nft delete table ip6 ${table}`],
  }
}

/** Filters stand on interfaces, which must be there first. */
function ofFilters(file: string) {
  const load = [`sh ${file} start`]
  return {
    order: ['Wants=network-online.target', 'After=network-online.target', 'Before=keepalived.service'],
    start: load,
    reload: load,
    stop: [`sh ${file} stop`],
  }
}

function unitOf(name: string): string {
  return `understudy-packets-${name}.service`
}

function disturbedBy(name: string): readonly string[] {
  return [
    `packets:${name}`,
    `unit:${unitOf(name)}`,
    `file:/etc/systemd/system/${unitOf(name)}`,
    ...(['nft', 'tc'] as const).map((tool) => `file:${packetFileOf(name, tool)}`),
  ]
}
