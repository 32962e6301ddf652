/** A program of the user's own, as systemd is to run it. */
export interface ApplicationRun {
  readonly name: string
  readonly command: string
  readonly user: string
  readonly port: number
}

/** Where versions of an application lie. */
export const baseOf = (name: string): string => `/srv/${name}`

/**
 * The unit of an application. It may write to /var/lib/NAME, /var/cache/NAME and /var/log/NAME, and sees nothing of home
 * directories; whatever is started by it is confined likewise. What compiles while it runs, as Node.js and Java do, can.
 */
export function applicationUnit({ name, command, user, port }: ApplicationRun, environment: string): string {
  // Below 1024 only root may listen otherwise.
  const bind = port < 1024 ? 'CAP_NET_BIND_SERVICE' : ''
  return `# Managed by Understudy: what is changed here by hand is lost at the next deployment.
[Unit]
Description=${name}
After=network-online.target remote-fs.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
User=${user}
WorkingDirectory=${baseOf(name)}/current
EnvironmentFile=${environment}
ExecStart=${commandLine(name, command)}
Restart=always
RestartSec=1
KillMode=mixed
TimeoutStopSec=30
UMask=0027
StateDirectory=${name}
CacheDirectory=${name}
LogsDirectory=${name}
AmbientCapabilities=${bind}
CapabilityBoundingSet=${bind}
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectControlGroups=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
`
}

/** A program of its own directory by its whole path, which systemd asks for; specifiers, systemd.unit(5), are not meant. */
function commandLine(name: string, command: string): string {
  const [program = ''] = command.split(/\s/)
  const rest = command.slice(program.length)
  const own = program.includes('/') && !program.startsWith('/')
  const path = own ? `${baseOf(name)}/current/${program.replace(/^(\.\/)+/, '')}` : program
  return `${path}${rest}`.replaceAll('%', '%%')
}

/** A file for `EnvironmentFile=`, systemd.exec(5). */
export function environmentText(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}="${value.replaceAll(/["\\$`]/g, '\\$&')}"\n`)
    .join('')
}
