import { z } from 'zod'
import type { ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'
import { type Answer, probed } from './probed.ts'

const schema = z.strictObject({})

/** systemd that has read all its files as they are. */
export const daemonReload: ResourceKind<z.infer<typeof schema>, { answer: Query<Answer> }> = probed({
  name: 'daemon_reload',
  summary: 'systemd that has read all its files as they are.',
  schema,
  subject: () => 'systemd',
  about: () => [
    'file:/etc/systemd',
    'file:/usr/lib/systemd',
    'file:/lib/systemd',
    'file:/run/systemd',
    'file:/usr/local/lib/systemd',
  ],
  ask: () =>
    sh`systemctl show -p NeedDaemonReload '*' 2>/dev/null | grep -qx NeedDaemonReload=yes && echo stale || :`,
  change: (_, { stdout }) =>
    stdout.includes('stale')
      ? {
          summary: 'have systemd read its files anew',
          script: sh`systemctl daemon-reload`,
          disturbs: ['unit:*'],
        }
      : undefined,
})
