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

[Install]
WantedBy=multi-user.target
`
}

/** As systemd.syntax(7) reads a word: specifiers and variables stand for themselves. */
function quoted(word: string): string {
  const plain = word.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `"${plain.replaceAll(/["\\]/g, '\\$&')}"`
}
