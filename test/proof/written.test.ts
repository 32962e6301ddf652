import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lintKeepalived } from '../../src/operations/lint-keepalived.ts'
import { keepalivedLines } from '../../src/report/failover.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-keepalived-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string | Uint8Array): string {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

/** Two configurations: `«one|other»` is what the first and the second are told. */
function both(text: string): readonly string[] {
  return [0, 1].map((index) =>
    write(
      `lb${index + 1}/keepalived.conf`,
      text.replaceAll(/«([^»]*)»/g, (_, all: string) => all.split('|')[index] ?? ''),
    ),
  )
}

const sound = `global_defs {
  router_id «north|south»
}
vrrp_script web {
  script "/usr/local/bin/web-is-well"
  interval 2
  fall 2
  weight -30
}
vrrp_instance WEB {
  state «MASTER|BACKUP»
  interface ens3
  virtual_router_id 60
  priority «120|100»
  advert_int 1
  authentication {
    auth_type PASS
    auth_pass k33palv
  }
  track_script {
    web
  }
  virtual_ipaddress {
    192.0.2.10/24 dev ens3 label ens3:1
  }
}
virtual_server 192.0.2.10 80 {
  delay_loop 5
  lb_algo wlc
  lb_kind DR
  protocol TCP
  real_server 192.0.2.21 80 {
    weight 1
    TCP_CHECK { connect_timeout 3 }
  }
}
`

/** `keepalived-state 12`, where only the rule counts without a line. */
const rulesOf = (files: readonly string[]) => [
  ...new Set(lintKeepalived({ files }).findings.map(({ rule }) => rule)),
]

describe('configurations that somebody wrote by hand', () => {
  it('are sound, and their failover is proved', () => {
    const { findings, directors, failover } = lintKeepalived({ files: both(sound) })
    expect(findings).toEqual([])
    expect(directors).toEqual(['north', 'south'])
    expect(failover.failover.vips[0]).toMatchObject({ address: '192.0.2.10', homes: ['north'] })
    // A script that hangs twice for its interval, and the adverts that do not count.
    expect(failover.failover.vips[0]?.worst.any?.seconds).toBeCloseTo(6 + 3 + 156 / 256, 1)
  })

  it.each<[string, string, string]>([
    ['keepalived-vrid-differs', 'virtual_router_id 60', 'virtual_router_id «60|61»'],
    ['keepalived-advert-differs', 'advert_int 1', 'advert_int «1|2»'],
    ['keepalived-auth-differs', 'auth_pass k33palv', 'auth_pass «one|two»'],
    ['keepalived-vips-differ', '192.0.2.10/24 dev', '«192.0.2.11/24\n|»192.0.2.10/24 dev'],
    ['keepalived-version-differs', 'interface ens3', 'interface ens3\nversion «2|3»'],
    ['keepalived-priority-equal', 'priority «120|100»', 'priority 100'],
    ['keepalived-two-masters', 'state «MASTER|BACKUP»', 'state MASTER'],
    ['keepalived-master-outranked', 'priority «120|100»', 'priority «90|100»'],
    ['keepalived-nopreempt', 'advert_int 1', 'advert_int 1\nnopreempt'],
    ['keepalived-nopreempt-weight', 'state «MASTER|BACKUP»', 'state BACKUP\nnopreempt'],
    ['keepalived-password', 'k33palv', 'k33palive'],
    ['keepalived-track-unknown', 'track_script {\n    web', 'track_script {\n    webb'],
    ['keepalived-weight', 'track_script {\n    web', 'track_script {\n    web weight'],
    ['keepalived-state', 'state «MASTER|BACKUP»', 'state «Master|BACKUP»'],
    ['keepalived-priority', 'priority «120|100»', 'priority «300|100»'],
    ['keepalived-vrid', 'virtual_router_id 60', ''],
    ['keepalived-interface', 'interface ens3', ''],
    ['keepalived-vip', '192.0.2.10/24 dev', '192.0.2.300/24\n192.0.2.10/24 dev'],
    ['keepalived-word', 'advert_int 1', 'advert_int 1\nnopremept'],
    ['keepalived-comment', 'advert_int 1', 'advert_int 1 \n// as usual'],
    ['keepalived-braces', '  authentication {', '  authentication'],
    [
      'keepalived-unicast-mixed',
      'advert_int 1',
      'advert_int 1\nunicast_src_ip 192.0.2.«1|2»\n«unicast_peer {\n192.0.2.2\n}|»',
    ],
    [
      'keepalived-peer-missing',
      'advert_int 1',
      'advert_int 1\nunicast_src_ip 192.0.2.«1|2»\nunicast_peer {\n192.0.2.«3|1»\n}',
    ],
    [
      'keepalived-peer-self',
      'advert_int 1',
      'advert_int 1\nunicast_src_ip 192.0.2.«1|2»\nunicast_peer {\n192.0.2.1\n192.0.2.2\n}',
    ],
    [
      'keepalived-group-unknown',
      'virtual_server',
      'vrrp_sync_group both {\ngroup {\nWEB\nMAIL\n}\n}\nvirtual_server',
    ],
    [
      'keepalived-group-alone',
      'virtual_server',
      'vrrp_sync_group both {\ngroup {\nWEB\n}\n}\nvirtual_server',
    ],
    ['keepalived-group-form', 'virtual_server', 'vrrp_sync_group both {\nWEB\n}\nvirtual_server'],
    [
      'keepalived-group-weight',
      'virtual_server',
      'vrrp_sync_group both {\ngroup {\nWEB\n}\n}\nvirtual_server',
    ],
    [
      'keepalived-server-empty',
      '  real_server',
      '}\nvirtual_server 192.0.2.10 443 {\n  lb_kind DR\n}\nvirtual_server 192.0.2.10 81 {\nlb_kind DR\n  real_server',
    ],
    ['keepalived-port-translated', 'real_server 192.0.2.21 80', 'real_server 192.0.2.21 8080'],
    ['keepalived-method', 'lb_kind DR', 'lb_kind DSR'],
    [
      'keepalived-method-mixed',
      '    weight 1\n',
      '    weight 1\nlvs_method NAT\n}\nreal_server 192.0.2.22 80 {\n',
    ],
    ['keepalived-servers-differ', 'real_server 192.0.2.21 80', 'real_server 192.0.2.2«1|2» 80'],
    ['keepalived-servers-differ', 'lb_algo wlc', 'lb_algo «wlc|rr»'],
    ['keepalived-servers-differ', 'lb_algo wlc', 'lb_algo wlc\n  persistence_timeout «50|300»'],
    ['keepalived-scheduler', 'lb_algo wlc', 'lb_algo wlcr'],
    [
      'keepalived-unchecked',
      '  real_server 192.0.2.21 80 {',
      'real_server 192.0.2.20 80 {\n}\n  real_server 192.0.2.21 80 {',
    ],
    ['keepalived-quorum', 'lb_algo wlc', 'lb_algo wlc\nquorum 3'],
    ['keepalived-weightless', 'weight 1\n', 'weight 0\n'],
    ['keepalived-check-port', 'real_server 192.0.2.21 80', 'real_server 192.0.2.21 0'],
    ['keepalived-server-unheld', 'virtual_server 192.0.2.10 80', 'virtual_server 192.0.2.9 80'],
    ['keepalived-script-path', '"/usr/local/bin/web-is-well"', '"web-is-well.sh --all"'],
    ['keepalived-script-path', 'advert_int 1', 'advert_int 1\n  notify_master tell.py'],
    ['keepalived-script-missing', '  script "/usr/local/bin/web-is-well"\n', ''],
    ['keepalived-interface-name', 'interface ens3', 'interface enp0s31f6-bridge0'],
    ['keepalived-vip-own', 'advert_int 1', 'advert_int 1\nmcast_src_ip 192.0.2.1«0|1»'],
    [
      'keepalived-group-order',
      'virtual_server',
      'vrrp_instance IN {\nstate BACKUP\ninterface ens4\nvirtual_router_id 61\npriority «100|120»\nvirtual_ipaddress {\n10.0.0.1\n}\n}\nvrrp_sync_group both {\ngroup {\nWEB\nIN\n}\n}\nvirtual_server',
    ],
    ['keepalived-strict', 'router_id', 'vrrp_strict\nrouter_id'],
    ['keepalived-multicast-group', 'router_id', 'vrrp_mcast_group4 239.1.1.1\nrouter_id'],
    ['keepalived-owner-tracks', 'priority «120|100»', 'priority «255|100»'],
    ['proof-unserved', 'weight -30', 'weight -5'],
    ['proof-doubled', 'virtual_router_id 60', 'virtual_router_id «60|61»'],
  ])('trip %s', (rule, from, to) => {
    const more =
      rule === 'keepalived-strict'
        ? ['advert_int 1', 'advert_int 1\nunicast_src_ip 192.0.2.«1|2»\nunicast_peer {\n192.0.2.«2|1»\n}']
        : ['', '']
    const weighed = rule === 'keepalived-owner-tracks' ? ['    web\n', '    web weight -30\n'] : ['', '']
    const text = [[from, to], more, weighed].reduce(
      (all, [one = '', other = '']) => all.replace(one, other),
      sound,
    )
    expect(text).not.toBe(sound)
    expect(rulesOf(both(text))).toContain(rule)
  })

  it('are known by the lines that are for some machines alone', () => {
    const file = write(
      'shared.conf',
      `vrrp_instance A {
@lb1 priority 120
@lb2 priority 110
@^lb1 state BACKUP
  interface eth0
  virtual_router_id $VRID
  virtual_ipaddress { 192.0.2.10 }
}`.replace('vrrp_instance', '$VRID=77\nvrrp_instance'),
    )
    expect(lintKeepalived({ files: [file] })).toMatchObject({ findings: [], directors: ['lb1', 'lb2'] })
    expect(lintKeepalived({ files: [`lb1=${file}`, `lb2=${file}`] }).directors).toEqual(['lb1', 'lb2'])
  })

  it('include others, which may lead back, or be missing', () => {
    write('conf.d/a.conf', sound.replaceAll(/«([^|»]*)\|[^»]*»/g, '$1'))
    const main = write('keepalived.conf', 'include /etc/keepalived/conf.d/*.conf\n')
    expect(lintKeepalived({ files: [main] })).toMatchObject({ findings: [], directors: ['north'] })
    write('conf.d/b.conf', 'include ../keepalived.conf\n')
    const { findings } = lintKeepalived({ files: [main] })
    expect(findings.map(({ rule, message }) => `${rule} ${message.includes('leads back')}`)).toContain(
      'keepalived-include true',
    )
    write('keepalived.conf', 'include elsewhere.conf\n')
    expect(rulesOf([main])).toEqual(['keepalived-nothing', 'keepalived-include'])
  })

  it('may be of any encoding, and say so where keepalived would not read them', () => {
    const [north = '', south = ''] = both(sound)
    const text = sound.replaceAll(/«([^|»]*)\|[^»]*»/g, '$1')
    writeFileSync(north, Buffer.from(text.replace('router_id', '# für die Kälte\nrouter_id'), 'latin1'))
    expect(rulesOf([north, south])).toEqual([])
    writeFileSync(north, `\uFEFF${text}`)
    expect(rulesOf([north, south])).toEqual(['keepalived-encoding'])
    writeFileSync(north, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]))
    expect(rulesOf([north, south])).toEqual(['keepalived-encoding'])
    writeFileSync(north, text.replaceAll('\n', '\r'))
    expect(rulesOf([north, south])).toEqual(['keepalived-encoding'])
    writeFileSync(north, text.replaceAll('\n', '\r\n'))
    expect(rulesOf([north, south])).toEqual([])
  })

  it.each([
    ['outside of all blocks', 'global_defs {', 'notes of ours\nglobal_defs {'],
    ['outside of all blocks', 'vrrp_script web', 'vvrp_script web'],
    ['in global_defs', 'router_id', 'garp_master_delay 3\n  router_id'],
    ['in vrrp_script', 'interval 2', 'intervall 2'],
    ['in vrrp_instance', 'advert_int 1', 'advert_int 1\n  nopremept'],
    ['in authentication', 'auth_type', 'auth_typ PASS\n    auth_type'],
    ['in virtual_server', 'delay_loop 5', 'delay_lop 5'],
    ['in real_server', 'weight 1', 'wieght 1'],
    ['in TCP_CHECK', '{ connect_timeout 3 }', '{\n nb_get_retry 3\n }'],
    ['in url', 'TCP_CHECK { connect_timeout 3 }', 'HTTP_GET {\nurl {\npath /\nstatus 200\n}\n}'],
  ])('have words that keepalived does not know %s: %s', (where, from, to) => {
    const [file = ''] = both(sound.replace(from, to))
    const { findings } = lintKeepalived({ files: [file] })
    const said = findings
      .filter(({ rule }) => /^keepalived-(word|block)$/.test(rule ?? ''))
      .map(({ message }) => message)
    expect(said).toEqual([expect.stringMatching(new RegExp(`^keepalived knows no \\S+ ${where}$`))])
  })

  it('are read as far as anybody would read them, and say so', () => {
    const [north = ''] = both(sound)
    const levels = (count: number, line: (level: number) => string) =>
      Array.from({ length: count }, (_, level) => line(level + 1)).join('\n')
    const text = sound.replaceAll(/«([^|»]*)\|[^»]*»/g, '$1')
    const bombs = [
      `${levels(12, (level) => `$A${level}=${`\${A${level - 1}}`.repeat(10)}`).replace(/^/, '$A0=xxxxxxxxxx\n')}\n${text}notify \${A12}`,
      `${text}~SEQ(A,1,999) ~SEQ(B,1,999) ~SEQ(C,1,999) x \${A}\${B}\${C}`,
      'vrrp_instance A {'.repeat(60_000),
    ]
    for (const bomb of bombs) {
      writeFileSync(north, bomb)
      const { findings } = lintKeepalived({ files: [north] })
      expect(findings.length).toBeLessThan(200)
    }
    for (let index = 0; index < 30; index++) write(`lb1/conf.d/${index}.conf`, 'include *.conf\n')
    writeFileSync(north, `include conf.d/*.conf\n${text}`)
    expect(rulesOf([north])).toEqual(['keepalived-too-much', 'keepalived-include'])
    writeFileSync(north, `${text}${'! a line\n'.repeat(60_000)}`)
    const { findings } = lintKeepalived({ files: [north] })
    expect(findings.filter(({ rule }) => rule === 'keepalived-too-much')).toMatchObject([
      { origin: { file: north, line: 50_001 } },
    ])
  })

  it('tell of definitions that lead back to themselves, at which keepalived hangs', () => {
    const [north = ''] = both(sound)
    const text = readFileSync(north, 'utf8')
    const found = (definitions: string) => {
      writeFileSync(north, `${definitions}\n${text.replace('router_id north', 'router_id $A')}`)
      return lintKeepalived({ files: [north] }).findings.map(({ rule, message }) => `${rule}: ${message}`)
    }
    const rule = 'keepalived-definition-circle'
    expect(found('$A=$B\n$B=$A')).toEqual([`${rule}: the definition $A leads by $B back to itself`])
    expect(found('$A=x $A')).toEqual([`${rule}: the definition $A leads back to itself`])
    expect(found('$A=$B\n$B=$C\n$C=x')).toEqual([])
    // What is told is no longer than anybody reads, however many lead to one another.
    const many = Array.from({ length: 9000 }, (_, at) => `$A${at}=$A${at + 1}`).join('\n')
    expect(found(`${many}\n$A9000=$A0\n$A=$A0`).length).toBeLessThan(3)
  })

  it('tell of a quote that is left open once, where it is', () => {
    const [north = ''] = both(sound)
    const text = readFileSync(north, 'utf8')
    for (const [from, to] of [
      ['web-is-well"', 'web-is-well'],
      ['script "/usr', 'script /usr'],
      ['script "/usr/local/bin/web-is-well"', 'script "/usr/bin/pgrep -x "nginx"'],
      ['track_script {\n    web', 'track_script {\n    "web'],
      ['    192.0.2.10/24', '    "192.0.2.10/24'],
      ['vrrp_instance WEB {', 'vrrp_instance "WEB {'],
      ['router_id north', 'router_id north"'],
    ] as const) {
      writeFileSync(north, text.replace(from, to))
      expect(rulesOf([north])).toEqual(['keepalived-quotes'])
      expect(lintKeepalived({ files: [north] }).findings).toHaveLength(1)
    }
  })

  it('include nothing but regular files of some size, and say where', () => {
    const [north = ''] = both(sound)
    const text = readFileSync(north, 'utf8')
    write('lb1/large.conf', '#'.repeat(2 ** 21))
    const found = (path: string) => {
      writeFileSync(north, `\ninclude ${path}\n${text}`)
      return lintKeepalived({ files: [north] }).findings.map(
        ({ rule, message, origin }) => `${origin?.line} ${rule}: ${message}`,
      )
    }
    const told = (what: string) => [`2 keepalived-include: include ${what}, and was not read`]
    expect(found('/dev/zero')).toEqual(told('/dev/zero is no file'))
    expect(found('/etc')).toEqual(told('/etc is no file'))
    expect(found('large.conf')).toEqual(told('large.conf is larger than 1 MiB'))
  })

  it('say which value is to be written where, as most directors have it', () => {
    const said = (...values: readonly string[]) => {
      const files = values.map((value, index) =>
        write(
          `lb${index + 1}/keepalived.conf`,
          sound
            .replaceAll(/«[^»]*»/g, `${index + 1}`)
            .replace(/state \d/, 'state BACKUP')
            .replace('advert_int 1', value),
        ),
      )
      return lintKeepalived({ files })
        .findings.filter(({ rule }) => rule === 'keepalived-advert-differs')
        .map(({ message, next, origin }) => ({ message, next, line: origin?.line }))
    }
    const there = join(folder, 'lb2/keepalived.conf:15')
    expect(said('advert_int 2', 'advert_int 1', 'advert_int 1')).toEqual([
      {
        message: `advert_int of WEB of 1 is 2 s, and that of 2 1 s (${there})`,
        next: 'Write advert_int 1 for WEB of 1, as most have it.',
        line: 15,
      },
    ])
    expect(said('', 'advert_int 2')).toEqual([
      {
        message: `advert_int of WEB of 2 is 2 s, and that of 1 1 s (${join(folder, 'lb1/keepalived.conf:10')})`,
        next: 'Write advert_int 1 for WEB of 2, or advert_int 2 for WEB of 1.',
        line: 15,
      },
    ])
  })

  it('point at the line', () => {
    const files = both(sound.replace('priority «120|100»', 'priority «300|100»'))
    expect(lintKeepalived({ files }).findings[0]).toMatchObject({
      severity: 'error',
      message: 'WEB has the priority 300',
      origin: { file: files[0], line: 14, col: 1 },
    })
  })

  it('heed comments that say what is meant, and tell of those that say nothing', () => {
    const [one = '', other = ''] = both(sound).map((file) => readFileSync(file, 'utf8'))
    const odd = (text: string, above: string) =>
      text.replace(/\n( *)advert_int 1\n/, `\n$1advert_int 1\n$1${above}\n$1garp_master_dely 5\n`)
    const found = (above: string) =>
      lintKeepalived({ files: [write('one.conf', odd(one, above)), write('other.conf', odd(other, above))] })
        .findings.filter(({ origin }) => origin?.file.endsWith('one.conf'))
        .map(({ rule, ignored }) => `${rule}${ignored === undefined ? '' : `: ${ignored}`}`)
    expect(found('# nothing')).toEqual(['keepalived-word'])
    expect(found('# understudy: ignore keepalived-word a patch of ours')).toEqual([
      'keepalived-word: a patch of ours',
    ])
    expect(found('! understudy: ignore keepalived-word a patch of ours')).toEqual([
      'keepalived-word: a patch of ours',
    ])
    expect(found('# understudy: ignore keepalived-word')).toEqual(['keepalived-word', 'ignore-unexplained'])
    expect(found('# understudy: ignore keepalived-vrid it is so')).toEqual([
      'keepalived-word',
      'ignore-error',
    ])
    expect(found('# understudy: ignore keepalived-strict it is so')).toEqual([
      'keepalived-word',
      'ignore-unused',
    ])
  })

  it.each([
    ['# understudy: ignore keepalived-word a patch of ours', true],
    ['! understudy: ignore keepalived-word a patch of ours', true],
    ['## understudy: ignore keepalived-word a patch of ours', true],
    ['# seconds # understudy: ignore keepalived-word a patch of ours', true],
    ['"# understudy: ignore keepalived-word a patch of ours"', false],
  ])('heed a comment behind what is said: %s', (comment, isHeeded) => {
    const [file = ''] = both(sound.replace('advert_int 1', `advert_int 1\n  garp_master_dely 5 ${comment}`))
    const { findings } = lintKeepalived({ files: [file] })
    expect(findings.filter(({ rule }) => rule === 'keepalived-word')).toHaveLength(1)
    expect(findings.map(({ ignored }) => ignored)).toEqual([isHeeded ? 'a patch of ours' : undefined])
  })

  it('have comments within single quotes, but not within double ones', () => {
    const [file = ''] = both(sound.replace('auth_pass k33palv', 'auth_pass "k3#p!v"'))
    expect(rulesOf([file])).toEqual([])
    const [other = ''] = both(sound.replace('auth_pass k33palv', "auth_pass 'k3#p!v'"))
    expect(rulesOf([other])).toContain('keepalived-password-cut')
  })

  it.each([
    ['proof-unserved', 'weight -30', 'weight -5'],
    ['proof-doubled', 'priority «120|100»', 'priority «120|100»'],
  ])('may say that what the proof finds is meant: %s', (rule, from, to) => {
    const above = `«# understudy: ignore ${rule} so be it|»\nvrrp_instance WEB`
    const files = both(sound.replace(from, to).replace('vrrp_instance WEB', above))
    const found = lintKeepalived({ files })
    const all = found.findings.map((one) => `${one.rule} ${one.ignored}`)
    expect(all).toContain(rule === 'proof-unserved' ? `${rule} so be it` : 'ignore-unused undefined')
    expect(all.some((one) => one.startsWith('ignore-error'))).toBe(false)
    expect(keepalivedLines(found).at(-1)).toMatch(
      rule === 'proof-unserved' ? /: nothing to complain about$/ : /: 1 doubtful$/,
    )
  })

  it('are refused where they cannot be read', () => {
    expect(() => lintKeepalived({ files: [join(folder, 'nowhere.conf')] })).toThrow('does not exist')
    expect(() => lintKeepalived({ files: [folder] })).toThrow('is no file')
    expect(() => lintKeepalived({ files: ['/dev/zero'] })).toThrow('is no file')
    expect(() => lintKeepalived({ files: [write('huge.conf', '#'.repeat(2 ** 21))] })).toThrow(
      'larger than 1 MiB',
    )
    expect(() =>
      lintKeepalived({ files: [join(folder, 'nowhere.conf'), join(folder, 'huge.conf')] }),
    ).toThrow(
      /nowhere\.conf does not exist[\s\S]*huge\.conf:1:1: .* is larger than 1 MiB \[keepalived-too-much\]/,
    )
  })
})
