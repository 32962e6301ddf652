import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aptFetch } from '../../src/lab/apt.ts'
import { findMirrors, proxySettings } from '../../src/lab/mirror.ts'
import { needs } from '../needs.ts'
import {
  certificateFor,
  files,
  MadeUpApt,
  type MadeUpServer,
  releases,
  serve,
  serveProxy,
} from './made-up-mirror.ts'

needs('apt-get', 'openssl')

// The real apt reads made-up sources and fetches from servers of these tests.
let mirror: MadeUpServer
let other: MadeUpServer
/** Nothing listens there. */
let gone = 0
beforeAll(async () => {
  mirror = await serve(files({ ...releases(), ...releases('/a/path') }))
  other = await serve(files(releases()))
  const brief = await serve(files({}))
  gone = brief.port
  await brief[Symbol.asyncDispose]()
})
afterAll(async () => {
  await mirror[Symbol.asyncDispose]()
  await other[Symbol.asyncDispose]()
})

const at = (port: number) => `http://127.0.0.1:${port}`
const found = async () => {
  const { debian, security } = await findMirrors()
  return [debian, security]
}

describe('the mirrors of this computer', () => {
  it('are found in one line each, with options, paths and things that are none', async () => {
    using _apt = new MadeUpApt({
      'sources.list': `
        deb [arch=amd64 trusted=yes] ${at(mirror.port)}/a/path/debian/ stable main contrib # a comment
        deb-src ${at(other.port)}/debian stable main
        deb file:/srv/debian stable main
        deb cdrom:[Debian]/ stable main`,
      'sources.list.d/security.list': `deb ${at(mirror.port)}/a/path/debian-security stable-security main`,
      'sources.list.d/other.list': `deb ${at(mirror.port)}/other stable main`,
      'sources.list.d/off.list.save': `deb ${at(other.port)}/debian stable main`,
    })
    expect(await found()).toEqual([
      `${at(mirror.port)}/a/path/debian`,
      `${at(mirror.port)}/a/path/debian-security`,
    ])
  })

  it('are found in stanzas with several addresses, of which one is gone', async () => {
    using _apt = new MadeUpApt({
      'sources.list.d/debian.sources': `
Types: deb deb-src
URIs: ${at(gone)}/debian ${at(mirror.port)}/debian
Suites: stable stable-updates
Components: main

Types: deb
URIs: ${at(mirror.port)}/debian-security
Suites: stable-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
Enabled: no
URIs: ${at(other.port)}/debian
Suites: stable
Components: main
`.trimStart(),
    })
    expect(await found()).toEqual([`${at(mirror.port)}/debian`, `${at(mirror.port)}/debian-security`])
  })

  it('are those of a mirror list in a file, in its order, without one that is gone', async () => {
    using apt = new MadeUpApt({
      'list.txt': `# ours\n${at(other.port)}/debian/\tpriority:3\n${at(mirror.port)}/debian\tpriority:2 type:deb\n${at(gone)}/debian\tpriority:1\n`,
    })
    apt.add('sources.list', `deb mirror+file:${apt.folder}/list.txt stable main\n`)
    expect(await found()).toEqual([`${at(mirror.port)}/debian`, `${at(mirror.port)}/debian-security`])
  })

  it('are those of a mirror list on the web', async () => {
    await using lists = await serve((asked, answer) =>
      asked.url?.startsWith('/mirrors.txt/')
        ? answer.writeHead(404).end()
        : answer.end(`${at(mirror.port)}/debian\n`),
    )
    using _apt = new MadeUpApt({
      'sources.list': `deb mirror+http://127.0.0.1:${lists.port}/mirrors.txt stable main\n`,
    })
    expect(await found()).toEqual([`${at(mirror.port)}/debian`, `${at(mirror.port)}/debian-security`])
  })

  it('are known without asking anybody where apt has their lists', async () => {
    using apt = new MadeUpApt({
      'sources.list': `deb http://d.invalid/debian stable main\ndeb http://s.invalid/x stable-security main\n`,
    })
    apt.list('d.invalid_debian_dists_stable_InRelease', 'Label: Debian\n')
    apt.list('s.invalid_x_dists_stable-security_InRelease', 'Label: Debian-Security\n')
    expect(await found()).toEqual(['http://d.invalid/debian', 'http://s.invalid/x'])
  })

  it('are asked for where there are none', async () => {
    using _apt = new MadeUpApt({ 'sources.list': `deb ${at(mirror.port)}/other stable main\n` })
    await expect(findMirrors()).rejects.toMatchObject({
      message: expect.stringContaining('no Debian mirror'),
      hint: expect.stringContaining('/etc/apt/sources.list'),
    })
  })

  it('are asked for where there are no security updates', async () => {
    await using half = await serve(
      files({ '/debian/dists/stable/InRelease': releases()['/debian/dists/stable/InRelease'] ?? '' }),
    )
    using _apt = new MadeUpApt({ 'sources.list': `deb ${at(half.port)}/debian stable main\n` })
    await expect(findMirrors()).rejects.toMatchObject({
      message: expect.stringContaining('security updates'),
      hint: expect.stringContaining('stable-security'),
    })
  })

  it('are not guessed from sources that apt itself cannot read', async () => {
    using _apt = new MadeUpApt({ 'sources.list': 'deb [broken\n' })
    await expect(findMirrors()).rejects.toMatchObject({ output: expect.stringContaining('sources.list') })
  })
})

describe('the proxy of this computer', () => {
  const sources = { 'sources.list': 'deb http://mirror.invalid/debian stable main\n' }
  const hosts = () => ({ 'mirror.invalid:80': mirror.port, 'mirror.invalid:443': mirror.port })

  const ways: Readonly<Record<string, (proxy: string, apt: MadeUpApt) => void>> = {
    'for all hosts': (proxy, apt) => apt.set(`Acquire::http::Proxy "${proxy}";`),
    'for one host': (proxy, apt) =>
      apt.set(`Acquire::http::Proxy "DIRECT"; Acquire::http::Proxy::mirror.invalid "${proxy}";`),
    'found by a command': (proxy, apt) =>
      apt.set(`Acquire::http::Proxy-Auto-Detect "${apt.program(`echo ${proxy}`)}";`),
    'found by a command, in the old spelling': (proxy, apt) =>
      apt.set(`Acquire::http::ProxyAutoDetect "${apt.program(`echo ${proxy}`)}";`),
    'in the environment': (proxy) => {
      process.env.http_proxy = proxy
    },
  }
  it.each(Object.keys(ways))('is used: %s', async (way) => {
    await using proxy = await serveProxy(hosts())
    using apt = new MadeUpApt(sources)
    ways[way]?.(at(proxy.port), apt)
    const mirrors = await findMirrors()
    expect(mirrors.debian).toBe('http://mirror.invalid/debian')
    expect(mirrors.proxies).toEqual({ debian: at(proxy.port), security: at(proxy.port) })
    // An apt with no configuration but this uses it too.
    using _bare = new MadeUpApt({}, proxySettings(mirrors))
    expect(await aptFetch('http://mirror.invalid/debian/dists/stable/InRelease')).toContain('Label: Debian')
    expect(proxy.asked.at(-1)).toBe('http://mirror.invalid/debian/dists/stable/InRelease')
  })

  it('is used for https, also where it is told for http only', async () => {
    using keys = new MadeUpApt({})
    const { file, ...tls } = certificateFor('mirror.invalid', keys.folder)
    await using secure = await serve(files(releases()), tls)
    await using proxy = await serveProxy({ 'mirror.invalid:443': secure.port })
    using _apt = new MadeUpApt(
      { 'sources.list': 'deb https://mirror.invalid/debian stable main\n' },
      `Acquire::http::Proxy "${at(proxy.port)}"; Acquire::https::CAInfo "${file}";`,
    )
    const { debian, proxies } = await findMirrors()
    expect(debian).toBe('https://mirror.invalid/debian')
    expect(proxies.debian).toBe(at(proxy.port))
    expect(proxy.asked).toContain('CONNECT mirror.invalid:443')
  })

  it.each([
    [
      'DIRECT for the host',
      'Acquire::http::Proxy "http://p.invalid"; Acquire::http::Proxy::127.0.0.1 "DIRECT";',
      {},
    ],
    [
      'DIRECT for all, whatever the environment says',
      'Acquire::http::Proxy "DIRECT";',
      { http_proxy: 'http://p.invalid' },
    ],
    ['no_proxy', '', { http_proxy: 'http://p.invalid', no_proxy: 'localhost,127.0.0.1' }],
  ])('is not used: %s', async (_, settings, environment) => {
    using _apt = new MadeUpApt({ 'sources.list': `deb ${at(mirror.port)}/debian stable main\n` }, settings)
    Object.assign(process.env, environment)
    const mirrors = await findMirrors()
    expect(mirrors.proxies).toEqual({ debian: undefined, security: undefined })
    expect(proxySettings(mirrors)).toBe('Acquire::http::Proxy::127.0.0.1 "DIRECT";')
  })

  it('that a broken command should find is told of', async () => {
    using apt = new MadeUpApt({
      'sources.list': 'deb http://d.invalid/debian stable main\ndeb http://d.invalid/s stable-security main',
    })
    apt.list('d.invalid_debian_dists_stable_InRelease', 'Label: Debian\n')
    apt.list('d.invalid_s_dists_stable-security_InRelease', 'Label: Debian-Security\n')
    apt.set(`Acquire::http::Proxy-Auto-Detect "${apt.program('exit 7')}";`)
    await expect(findMirrors()).rejects.toMatchObject({
      hint: expect.stringContaining('Proxy-Auto-Detect'),
      output: expect.stringContaining('7'),
    })
  })
})
