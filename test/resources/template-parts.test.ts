import { describe, expect, it } from 'vitest'
import { template } from '../../src/resources/template.ts'
import { sha256 } from '../../src/sensors/sha256.ts'

const dest = '/etc/nginx/nginx.conf'
const parts = ['/etc/nginx/conf.d/*.conf', '/etc/nginx/sites-enabled/*']

/** What a change says of files that nobody reads any more. */
function unread(before: string, after: string): readonly (string | undefined)[] {
  const desired = template.schema.parse({ dest, content: after, parts })
  const bytes = new TextEncoder().encode(before)
  const at = {
    type: 'file',
    mode: '0644',
    owner: 'root',
    group: 'root',
    uid: 0,
    gid: 0,
    size: bytes.length,
  } as const
  const content = { is: 'read', bytes, size: bytes.length, sha256: sha256(bytes) } as const
  const found = {
    ...{ at, content, atInside: at, contentInside: content },
    [parts[0] as string]: ['/etc/nginx/conf.d/a.conf', '/etc/nginx/conf.d/b.conf'],
    [parts[1] as string]: ['/etc/nginx/sites-enabled/default'],
  }
  const change = template.converge(desired, found, { touches: () => false } as never)
  return (change?.differences ?? []).flatMap((one) =>
    one.is === 'attribute' && one.name === 'no longer read' ? [one.before] : [],
  )
}

describe('files that a configuration included', () => {
  const usual = 'http {\n  include /etc/nginx/conf.d/*.conf;\n  include sites-enabled/*;\n}\n'

  it('are named where the new one includes them no more', () => {
    expect(unread(usual, 'http {}\n')).toEqual([
      '/etc/nginx/conf.d/a.conf, /etc/nginx/conf.d/b.conf, /etc/nginx/sites-enabled/default',
    ])
    expect(unread(usual, 'http {\n include "/etc/nginx/conf.d/*.conf";\n}\n')).toEqual([
      '/etc/nginx/sites-enabled/default',
    ])
    expect(unread(usual, 'include conf.d/b.conf; include /etc/nginx/sites-enabled/*;')).toEqual([
      '/etc/nginx/conf.d/a.conf',
    ])
  })

  it('are not where nobody read them before, or nothing changes', () => {
    expect(unread('# include /etc/nginx/conf.d/*.conf;\n', 'http {}\n')).toEqual([])
    expect(unread(usual, usual)).toEqual([])
  })
})
