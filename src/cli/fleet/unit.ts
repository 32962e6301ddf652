import { packageRoot } from '../../operations/places.ts'

/** A unit of systemd that starts a worker with these words, but for the one that asked for the unit. */
export function unitFor(site: string, words: readonly string[]): string {
  const command = [
    process.execPath,
    `${packageRoot}dist/cli/main.js`,
    'worker',
    ...words.filter((one) => one !== '--unit'),
  ]
  return `# /etc/systemd/system/understudy-worker-${site}.service
[Unit]
Description=understudy worker of the site ${site}
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=${command.map(quoted).join(' ')}
Restart=always
RestartSec=5
StateDirectory=understudy-worker
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
}

/** As systemd.syntax(7) reads a word: specifiers and variables stand for themselves. */
function quoted(word: string): string {
  const plain = word.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `"${plain.replaceAll(/["\\]/g, '\\$&')}"`
}
