import { Failure } from '../../model/failure.ts'
import type { UnitFile } from '../../operations/fleet/installing.ts'
import { packageRoot } from '../../operations/places.ts'

/** Words that say what is done with the unit, and are none of the worker that it starts. */
const ofTheUnit = ['--unit', '--install', '--uninstall', '--check', '-C', '--json']

/** What a worker is started with. */
export interface Started {
  readonly fleet: string
  readonly site: string
  readonly name?: string | undefined
  /** As they were typed. */
  readonly words: readonly string[]
  /** Paths among the words are relative to it. */
  readonly folder: string
  /** Engine and credentials that the environment names, and the unit has none of. */
  readonly environment: { readonly engine?: string | undefined; readonly credentials?: string | undefined }
}

/** The unit of systemd that starts such a worker. Throws INVALID_INPUT where a password would stand in it, for everybody to read. */
export function unitOf({ fleet, site, name, words, folder, environment }: Started): UnitFile {
  const { engine, credentials } = environment
  const all = [
    ...words.filter((one) => !ofTheUnit.includes(one)),
    ...(engine === undefined ? [] : engine.split(',').flatMap((one) => ['--engine', one.trim()])),
    ...(credentials === undefined ? [] : ['--credentials', credentials]),
  ]
  for (const word of all) refusePassword(word)
  const command = [process.execPath, `${packageRoot}dist/cli/main.js`, 'worker', ...all]
  const file = `understudy-worker-${[fleet, site, ...(name === undefined ? [] : [name])].join('-')}.service`
  const text = `# /etc/systemd/system/${file}
[Unit]
Description=understudy worker of the site ${site} of the fleet ${fleet}
Wants=network-online.target
After=network-online.target

[Service]
WorkingDirectory=${folder.replaceAll('%', '%%')}
ExecStart=${command.map(quoted).join(' ')}
Restart=always
RestartSec=5
StateDirectory=understudy-worker/${fleet}
StateDirectoryMode=0700
# What is under way comes to its next step first.
TimeoutStopSec=120
KillMode=mixed
# It reads keys, writes its state and what is at home; all else of this computer is not its to change.
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=CAP_DAC_READ_SEARCH
ProtectSystem=full
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
`
  return { name: file, text }
}

function refusePassword(word: string): void {
  if (!/^(--engine=)?(nats|tls):\/\/[^/]*@/i.test(word)) return
  throw new Failure(
    'INVALID_INPUT',
    'what opens the engine stands in its address, and would in the unit, which everybody reads',
    {
      next: 'let the worker come by an nkey: understudy fleet key user FILE, and --credentials FILE',
    },
  )
}

/** As systemd.syntax(7) reads a word: specifiers and variables stand for themselves. */
function quoted(word: string): string {
  const plain = word.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `"${plain.replaceAll(/["\\]/g, '\\$&')}"`
}
