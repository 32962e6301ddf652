import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DrillResult } from '../../src/model/drill.ts'
import { brightness, openFile, startBrowser } from '../report/browser.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { coarsest, endOther, longestOutage, pace, startOther } from './other-prober.ts'

const vip = '10.95.0.100'
let cluster: TestCluster
let report: string
let results: readonly DrillResult[]
let others: Awaited<ReturnType<typeof endOther>>

beforeAll(async () => {
  cluster = await startCluster('lvs-dr', '10.95.0')
  const applied = await cluster.run(['apply', '--json'])
  expect(applied.status, applied.stdout + applied.stderr).toBe(0)
  // On the client and one director only, so that both cases are seen.
  for (const machine of ['client', 'd2'])
    await cluster.on(
      machine,
      'apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends tcpdump',
    )
  expect(await cluster.settled()).toEqual([])
  report = join(cluster.scratch, 'report.html')
  await startOther(cluster, vip)
  const ran = await cluster.run([
    ...['drill', 'keepalived-killed', 'cable-pulled', '--yes', '--json', '--report', report],
  ])
  others = await endOther(cluster)
  results = ran.events
    .filter(({ event }) => event === 'drill-result')
    .map(({ result }) => result as DrillResult)
  expect(
    results.map(({ name }) => name),
    ran.stdout + ran.stderr,
  ).toEqual(['keepalived-killed', 'cable-pulled'])
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

describe('what a drill measures', () => {
  it.for([0, 1])('is what another prober and the wire say (drill %i)', (index) => {
    const result = results[index]
    const [service] = result?.services ?? []
    if (!result || !service) throw new Error('no result')
    // Clocks of the client and of this computer may differ; the drills are further apart than that.
    const [from, until] = [result.faultAt - 500, result.endedAt + 500]
    const resolution = 2 * Math.max(pace, coarsest(others.curl), service.interval + service.late)
    const told = `ours ${service.felt.longest}, ${JSON.stringify({
      curl: longestOutage(others.curl, from, until),
      wire: longestOutage(others.wire, from, until),
      resolution,
      late: service.late,
    })}`
    console.info(`${result.name}: ${told}`)
    expect(Math.abs(service.felt.longest - longestOutage(others.curl, from, until)), told).toBeLessThan(
      resolution,
    )
    expect(Math.abs(service.felt.longest - longestOutage(others.wire, from, until)), told).toBeLessThan(
      resolution,
    )
  })

  it('says who held the VIP, who announced it and who saw that', () => {
    for (const { wire, holders } of results) {
      expect([wire.watched.toSorted(), wire.without]).toEqual([['client', 'd2'], ['d1']])
      expect(holders.some(({ host }) => host === 'd2')).toBe(true)
      const announced = wire.packets.filter(({ kind, from }) => kind === 'announcement' && from === 'd2')
      expect(announced.flatMap(({ seenBy }) => seenBy)).toContain('client')
      const adverts = wire.packets.filter(({ kind }) => kind === 'advert')
      expect(new Set(adverts.map(({ from, about }) => `${from} ${about}`))).toEqual(
        new Set(['d1 77', 'd2 77']),
      )
    }
  })

  // Whether it breaks depends on which director its next repetition meets: the new one has never heard of it.
  it('tells how long a kept-open connection was without an answer', () => {
    const [kept] = (results[1]?.services ?? []).map((service) => service.kept)
    expect(kept?.connections.length).toBeGreaterThan(0)
    expect(kept?.stall).toBeGreaterThan(1000)
  })
})

describe('the page of the drills', () => {
  it('shows everything that was measured, without a network', async () => {
    await using browser = await startBrowser()
    await using opened = await openFile(browser, report, { viewport: { width: 1200, height: 900 } })
    const { page, complaints, requests } = opened
    expect([complaints, requests]).toEqual([[], [`file://${report}`]])
    expect(await page.locator('svg.topology .machine').count()).toBe(6)
    expect(await page.locator('#results tbody tr').count()).toBe(results.length)
    for (const result of results) {
      const section = page.locator(`section.drill#${result.name}`)
      const count = (selector: string) => section.locator(selector).count()
      const points = async (kind: string) =>
        (await section.locator(`path.${kind}`).getAttribute('d'))?.match(/M/g)?.length ?? 0
      const [service] = result.services
      if (!service) throw new Error('no service')
      const { felt, kept } = service
      expect(await count('svg.chart')).toBe(1)
      expect([await points('good'), await points('wrong'), await points('failed')]).toEqual([
        felt.good,
        felt.wrong,
        felt.failed,
      ])
      expect(await count('rect.outage')).toBe(felt.outages.length)
      expect(await count('rect.holds')).toBe(result.holders.length)
      expect(await count('rect.kept')).toBe(kept.connections.length)
      expect(await count('path.announced')).toBeGreaterThan(0)
      expect(await count('path.advert')).toBeGreaterThan(3)
      expect(await count('path.log')).toBeGreaterThan(0)
      expect(await count('line.event')).toBe(2)
      expect(await section.textContent()).toContain('tcpdump is missing on d1')
      const row = page.locator('#results tbody tr', { hasText: result.name })
      expect(await row.textContent()).toContain(`${Math.round(felt.longest)} ms`)
    }
    // Shaded where it was, on the axis that the two events span.
    for (const { name, faultAt, undoneAt, services } of results) {
      const section = page.locator(`section.drill#${name}`)
      const lefts = (selector: string) =>
        section.locator(selector).evaluateAll((all) => all.map((one) => one.getBoundingClientRect().left))
      const [fault = 0, undone = 0] = await lefts('line.event')
      const wanted = (services[0]?.felt.outages ?? []).map(
        ({ from }) => fault + ((from - faultAt) / (undoneAt - faultAt)) * (undone - fault),
      )
      const seen = await lefts('rect.outage')
      for (const [index, left] of wanted.entries())
        expect(Math.abs((seen[index] ?? 0) - left)).toBeLessThan(2)
    }
  })

  it('fits a phone, paper, and eyes that want it light or dark', async () => {
    await using browser = await startBrowser()
    const phone = { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true }
    {
      await using opened = await openFile(browser, report, phone)
      expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
      // What is wider scrolls in a frame of its own.
      const outside = await opened.page.evaluate(() =>
        [...document.querySelectorAll('body *')]
          .filter((one) => !one.closest('.wide') || one.matches('.wide'))
          .filter((one) => one.getBoundingClientRect().right > 390)
          .map((one) => one.outerHTML.slice(0, 80)),
      )
      expect(outside).toEqual([])
    }
    for (const colorScheme of ['light', 'dark'] as const) {
      await using opened = await openFile(browser, report, { colorScheme })
      const { paper, ink } = await brightness(opened.page)
      expect(colorScheme === 'light' ? paper > ink : ink > paper).toBe(true)
      expect((Math.max(paper, ink) + 0.05) / (Math.min(paper, ink) + 0.05)).toBeGreaterThan(7)
    }
    // An A4 page with a margin of a centimetre has 718 pixels of 1/96 inch.
    await using opened = await openFile(browser, report, { viewport: { width: 718, height: 1000 } })
    await opened.page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    const cut = await opened.page.evaluate(() =>
      [...document.querySelectorAll('.wide')]
        .filter((one) => one.scrollWidth > one.clientWidth && one.clientWidth > 0)
        .map((one) => one.outerHTML.slice(0, 80)),
    )
    expect(cut).toEqual([])
    const { paper, ink } = await brightness(opened.page)
    expect([paper > 0.9, ink < 0.2]).toEqual([true, true])
    const pdf = await opened.page.pdf({ format: 'A4' })
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  })
})
