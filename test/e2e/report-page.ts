import { beforeAll, describe, expect, it } from 'vitest'
import type { DrillResult } from '../../src/model/drill.ts'
import { brightness, openFile, startBrowser } from '../report/browser.ts'

/** A page that `drill --report` wrote, and what it has to show. */
interface WrittenPage {
  readonly path: string
  readonly results: readonly DrillResult[]
}

/** Declares the tests of the page of drills, in Chromium. */
export function reportPage(written: () => WrittenPage): void {
  let path: string
  let results: readonly DrillResult[]
  beforeAll(() => {
    const page = written()
    path = page.path
    results = page.results
  })

  describe('the page of the drills', () => {
    it('shows everything that was measured, without a network', async () => {
      await using browser = await startBrowser()
      await using opened = await openFile(browser, path, { viewport: { width: 1200, height: 900 } })
      const { page, complaints, requests } = opened
      expect([complaints, requests]).toEqual([[], [`file://${path}`]])
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
        expect(await row.textContent()).toContain(`${Math.round(felt.longest)} ± `)
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
        await using opened = await openFile(browser, path, phone)
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
        await using opened = await openFile(browser, path, { colorScheme })
        const { paper, ink } = await brightness(opened.page)
        expect(colorScheme === 'light' ? paper > ink : ink > paper).toBe(true)
        expect((Math.max(paper, ink) + 0.05) / (Math.min(paper, ink) + 0.05)).toBeGreaterThan(7)
      }
      // An A4 page with a margin of a centimetre has 718 pixels of 1/96 inch.
      await using opened = await openFile(browser, path, { viewport: { width: 718, height: 1000 } })
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
}
