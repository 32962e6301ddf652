/// <reference lib="dom" />
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join, resolve } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyOutcome } from '../../src/fleet/outcome.ts'
import { fleetInit } from '../../src/operations/fleet/init.ts'
import { needs } from '../needs.ts'
import { type Engines, freePort, openEngines, type Server } from '../operations/fleet/engines.ts'
import { startBrowser } from '../report/browser.ts'
import { drilled, reportWith } from '../report/drilled.ts'
import { over, pictureWith, tellDead, tellOver } from './told.ts'

needs('nats-server', 'chromium', 'build')

const main = resolve(import.meta.dirname, '../../dist/cli/main.js')
const token = 'this-is-what-readers-have-to-know'

let engines: Engines
let engine: Server
let browser: Browser
let file: string
const children: ChildProcess[] = []

beforeAll(async () => {
  engines = openEngines()
  engine = await engines.server()
  file = join(engines.folder, 'fleet.yaml')
  const cluster = (site: string) => ({ site, inventory: 'hosts.yaml', labels: { tier: 'front' } })
  const clusters = { shop: cluster('berlin'), wiki: cluster('oslo'), mail: cluster('oslo') }
  writeFileSync(file, JSON.stringify({ fleet: 'web', engine: [engine.url], clusters }))
  await fleetInit({ file, engine: {}, dryRun: false })
  for (const [name, site] of [
    ['shop', 'berlin'],
    ['wiki', 'oslo'],
  ] as const)
    await holds(name, site, 'd1')
  const change = { host: 'd1', id: 'file[/etc/motd]', summary: 'content', outcome: 'planned' as const }
  const drift = { host: 'd1', id: 'file[/etc/motd]', title: 'motd', of: 'files' as const, summary: 'another' }
  const drifted = {
    ...emptyOutcome('drifted'),
    drift: [{ ...drift, by: ['root'] }],
    changes: [{ ...change, diff: '--- /etc/motd\n+++ /etc/motd\n-<script>alert(1)</script>\n+hello' }],
  }
  await tellOver(engine.url, 'web', over({ operation: 'drift', run: 'r2', outcome: drifted }))
  const drills = [{ name: 'realserver-hung', passed: true, outage: 12, bound: 3898 }]
  const outcome = { ...emptyOutcome('fine'), drills, report: reportWith({ results: [drilled({})] }) }
  await tellOver(engine.url, 'web', over({ operation: 'drill', run: 'r3', outcome }))
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  for (const child of children) child.kill('SIGKILL')
  await engines[Symbol.asyncDispose]()
})

/** Tells what a worker tells that has looked who holds the VIP. */
function holds(cluster: string, site: string, holder: string | undefined): Promise<void> {
  const outcome = { ...emptyOutcome('fine'), picture: pictureWith(holder) }
  return tellOver(engine.url, 'web', over({ cluster, site, operation: 'certificates', outcome }))
}

/** Starts `understudy fleet serve`; its first line, or how it ended. */
async function served(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [main, 'fleet', 'serve', '--file', file, ...words], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let [out, error] = ['', '']
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    error += text
  })
  const status = await new Promise<number | null | 'ready'>((done) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text
      if (out.includes('\n')) done('ready')
    })
    child.once('close', done)
  })
  const url = /http:\/\/\S+:\d+/.exec(out)?.[0] ?? ''
  return { child, status, error, url }
}

/** Asks as programs do, by any name and with any headers. */
function asked(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status?: number; text: string }> {
  return new Promise((done, fail) => {
    const asking = request(url, { headers, agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      answer.on('end', () => done({ status: answer.statusCode, text }))
    })
    asking.once('error', fail).end()
  })
}

async function opened(url: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const complaints: string[] = []
  const hosts = new Set<string>()
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('request', (one) => hosts.add(new URL(one.url()).host))
  await page.goto(url)
  return { page, complaints, hosts, [Symbol.asyncDispose]: () => context.close() }
}

const row = (page: Page, cluster: string) => page.locator(`#cluster-${cluster}`)

/** Texts whose contrast with what is behind them is less than WCAG asks for at level AA. */
const pale = (page: Page) =>
  page.evaluate(() => {
    const parts = (text: string) => (text.match(/[\d.]+/g) ?? []).map(Number)
    const luminance = (text: string) => {
      const [red = 0, green = 0, blue = 0] = parts(text).map((part) => {
        const share = part / 255
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const paperOf = (one: Element | null): string => {
      if (!one) return 'rgb(255, 255, 255)'
      const { backgroundColor } = getComputedStyle(one)
      return parts(backgroundColor)[3] === 0 ? paperOf(one.parentElement) : backgroundColor
    }
    return [...document.querySelectorAll('body *')]
      .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()))
      .flatMap((one) => {
        const [ink, paper] = [luminance(getComputedStyle(one).color), luminance(paperOf(one))]
        const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05)
        return contrast < 4.5 ? [`${contrast.toFixed(2)} ${one.outerHTML.slice(0, 80)}`] : []
      })
  })

describe('the pages of a fleet', () => {
  let url: string
  beforeAll(async () => {
    url = (await served(['--listen', '127.0.0.1:0'])).url
  })

  it('show all clusters, and live who holds a VIP, without a reload and without anybody else', async () => {
    await using open = await opened(url)
    const { page, complaints, hosts } = open
    expect(await page.locator('tbody tr').count()).toBe(3)
    expect(await page.locator('thead th[scope=col]').count()).toBe(7)
    expect(await row(page, 'shop').textContent()).toMatch(
      /well[\s\S]*10\.0\.0\.100 d1[\s\S]*1 thing[\s\S]*passed[\s\S]*61 days left/,
    )
    await page.locator('.link.on').waitFor()
    await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }))
    await row(page, 'shop').getByRole('link').focus()
    await holds('shop', 'berlin', 'd2')
    await expect.poll(() => row(page, 'shop').textContent(), { timeout: 20_000 }).toContain('10.0.0.100 d2')
    await expect
      .poll(() => page.locator('#news[aria-live=polite]').textContent(), { timeout: 10_000 })
      .toContain('shop: 10.0.0.100 is now with d2, before with d1')
    expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true)
    // Whoever was there with the keyboard still is.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('shop')
    expect([complaints, [...hosts]]).toEqual([[], [new URL(url).host]])
  })

  it('show a cluster with who holds what, live, its drift with diffs, and the report of its drills', async () => {
    await using open = await opened(`${url}/clusters/wiki`)
    const { page, complaints } = open
    const machine = (host: string) => page.locator('.machine', { hasText: host })
    expect(await machine('d1').textContent()).toContain('10.0.0.100')
    await page.locator('.link.on').waitFor()
    await holds('wiki', 'oslo', 'd2')
    await expect.poll(() => machine('d2').textContent(), { timeout: 20_000 }).toContain('10.0.0.100')
    expect(await machine('d1').textContent()).not.toContain('10.0.0.100')
    await page.goto(`${url}/clusters/shop`)
    await page.locator('summary', { hasText: 'Diff of motd' }).click()
    expect(await page.locator('.diff ins').textContent()).toBe('+hello')
    expect(await page.locator('.diff del').textContent()).toBe('-<script>alert(1)</script>')
    await page.getByRole('link', { name: 'The report of these drills' }).click()
    expect(await page.locator('#results tbody tr').count()).toBe(1)
    // Its style is let in by its sum, its page is as anywhere.
    expect(await page.locator('svg.chart').evaluate((one) => getComputedStyle(one).minWidth)).toBe('640px')
    expect(await page.title()).toBe('Drills of web')
    const shown = (await asked(page.url())).text
    await page.goto(`${url}/runs/r3`)
    expect(await page.locator('#progress').textContent()).toContain('1 of 1 cluster over')
    // And without a browser: the same page.
    const report = (...words: readonly string[]) =>
      spawnSync(process.execPath, [main, 'fleet', 'report', '--file', file, ...words], { encoding: 'utf8' })
    expect(report('r3').stdout).toBe(shown)
    const out = join(engines.folder, 'report.html')
    expect(report('r3', '--cluster', 'shop', '--out', out).status).toBe(0)
    expect(readFileSync(out, 'utf8')).toBe(shown)
    expect(JSON.parse(report('r3', '--json').stdout).results).toHaveLength(1)
    for (const [words, why] of [
      [['r9'], 'nothing is known of a run r9\n  → understudy fleet history'],
      [['r2'], 'the run r2 has drilled nothing yet'],
      [['r3', '--cluster', 'shopp'], 'did not drill shopp\n  → did you mean'],
      [['r3', '--out', engines.folder], 'cannot be written: EISDIR'],
    ] as const) {
      const { status, stderr } = report(...words)
      expect([status, stderr]).toEqual([5, expect.stringContaining(why)])
    }
    expect(complaints).toEqual([])
  })

  it('show what was given up, and why, with ways to its cluster and its run', async () => {
    await using open = await opened(`${url}/dead`)
    const { page, complaints } = open
    expect(await page.locator('main').textContent()).toContain('None: every job came to an end')
    await tellDead(engine.url, 'web', { job: 'r3.shop', why: 'no disk <b>for</b> it' })
    await page.reload()
    expect(await page.locator('tbody tr').textContent()).toContain('no disk <b>for</b> it')
    expect(await page.locator('tbody tr').textContent()).toContain('failed 3 times')
    expect(await page.locator('nav [aria-current]').textContent()).toBe('Given up')
    await page.locator('tbody a', { hasText: 'r3' }).click()
    expect(await page.locator('#progress').textContent()).toContain('1 of 1 cluster over')
    expect(complaints).toEqual([])
  })

  it('are reached by keyboard, with everything that is a link or a field, and show where one is', async () => {
    await using open = await opened(url)
    const { page } = open
    const all = await page.locator('a:visible, button:visible, input:visible').count()
    const reached: string[] = []
    for (let index = 0; index < all; index += 1) {
      await page.keyboard.press('Tab')
      reached.push(
        await page.evaluate(() => {
          const one = document.activeElement as HTMLElement
          const { outlineStyle, outlineWidth } = getComputedStyle(one)
          return `${one.tagName} ${one.textContent?.trim() || one.id} ${outlineStyle} ${outlineWidth}`
        }),
      )
    }
    expect(reached[0]).toBe('A To the content solid 3px')
    expect(new Set(reached).size).toBe(all)
    expect(reached.filter((one) => !one.endsWith('solid 3px'))).toEqual([])
    await page.keyboard.press('Shift+Tab')
    await page.locator('#q').fill('oslo')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('tbody tr').count()).toBe(2)
  })

  it('are known to who does not see them by landmarks and names', async () => {
    await using open = await opened(url)
    const { page } = open
    const tree = await page.locator('body').ariaSnapshot()
    for (const said of [
      'banner',
      'navigation "Pages"',
      'main',
      'contentinfo',
      'search',
      'table "Clusters"',
      'heading "Clusters" [level=1]',
      'rowheader',
      'columnheader "VIP holders"',
      'searchbox "Name, site, label or address"',
    ])
      expect(tree).toContain(said)
    // On a phone rows are cards, and are a table all the same.
    await page.setViewportSize({ width: 360, height: 800 })
    expect(await page.getByRole('table', { name: 'Clusters' }).getByRole('cell').count()).toBe(18)
  })

  it.each(['light', 'dark'] as const)('fit a phone, and can be read in the %s', async (colorScheme) => {
    await using open = await opened(url, {
      viewport: { width: 360, height: 800 },
      colorScheme,
      reducedMotion: 'reduce',
    })
    const { page } = open
    for (const path of ['/', '/clusters/shop', '/runs', '/runs/r3']) {
      await page.goto(`${url}${path}`)
      expect([path, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, 360])
      expect(await pale(page)).toEqual([])
    }
    const moving = await page.evaluate(() => document.getAnimations().length)
    expect(moving).toBe(0)
  })

  it('say that the engine is away, and show what was', async () => {
    await using open = await opened(url)
    const { page } = open
    await page.locator('.link.on').waitFor()
    await engine.kill()
    try {
      await expect
        .poll(() => page.locator('#lost').textContent(), { timeout: 60_000 })
        .toContain('may be old')
      expect(await row(page, 'shop').textContent()).toContain('10.0.0.100')
    } finally {
      await engine.start()
    }
    await expect.poll(() => page.locator('#lost').textContent(), { timeout: 60_000 }).toBe('')
  })
})

describe('who is let in', () => {
  it('is whoever has the token, by a form or by a header', async () => {
    const at = await served(['--listen', '127.0.0.1:0'], { UNDERSTUDY_FLEET_TOKEN: token })
    await using open = await opened(`${at.url}/clusters/shop`)
    const { page } = open
    const tell = async (text: string) => {
      await page.getByLabel('Token').fill(text)
      await page.keyboard.press('Enter')
    }
    await tell('this-is-what-nobody-has-to-know')
    await page.getByRole('alert').filter({ hasText: 'That is not the token' }).waitFor()
    expect(await page.context().cookies()).toEqual([])
    await tell(token)
    await page.getByRole('heading', { name: 'shop' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/clusters/shop')
    expect(await page.context().cookies()).toEqual([
      expect.objectContaining({ httpOnly: true, sameSite: 'Strict' }),
    ])
    await page.locator('.link.on').waitFor()
    for (const path of ['/', '/live', '/clusters/shop/live', '/runs/r2', '/clusters/shop/drills/r3'])
      expect([path, (await asked(`${at.url}${path}`)).status]).toEqual([path, 401])
    const by = (text: string) => asked(at.url, { authorization: `Bearer ${text}` })
    expect([(await by(token)).status, (await by(`${token}x`)).status]).toEqual([200, 401])
  })

  it('is nobody who comes by a name that is not ours, or with what only a proxy may say', async () => {
    const at = await served([
      '--listen',
      '127.0.0.1:0',
      '--identity-header',
      'X-User',
      '--host-name',
      'fleet.example.org',
    ])
    const as = (headers: Record<string, string>) => asked(at.url, headers).then(({ status }) => status)
    expect(await as({ 'x-user': 'ann' })).toBe(200)
    expect(await as({ 'x-user': 'ann', host: 'fleet.example.org' })).toBe(200)
    expect(await as({ 'x-user': 'ann', host: 'evil.example.net' })).toBe(421)
    expect(await as({})).toBe(403)
  })

  it('is nobody at all where everybody could come, or the token is shown to all', async () => {
    const wide = await served(['--listen', `0.0.0.0:${await freePort()}`])
    expect(wide.status).toBe(5)
    expect(wide.error).toMatch(/everybody who reaches 0\.0\.0\.0 could read the pages[\s\S]*--token-file/)
    const path = join(engines.folder, 'token')
    writeFileSync(path, token, { mode: 0o644 })
    const shown = await served(['--token-file', path])
    expect([shown.status, shown.error.includes('everybody on this computer can read the token')]).toEqual([
      5,
      true,
    ])
    expect(shown.error).not.toContain(token)
    const taken = await served(['--listen', `127.0.0.1:${engine.port}`])
    expect([taken.status, taken.error.includes('somebody else has it')]).toEqual([5, true])
  })

  it('is told that it ends', async () => {
    const at = await served(['--listen', '127.0.0.1:0'])
    await using open = await opened(at.url)
    await open.page.locator('.link.on').waitFor()
    const ended = new Promise((done) => at.child.once('close', done))
    at.child.kill('SIGTERM')
    expect(await ended).toBe(0)
    await expect.poll(() => open.page.locator('#link').textContent()).toContain('connection lost')
  })
})
