/// <reference lib="dom" />
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Debian's Chromium, which scripts/packages.sh installs; it refuses its sandbox to root. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
}

/** A page as a reader without a network sees it, and what it said and asked for meanwhile. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page
  /** Messages of the console and errors of scripts. */
  readonly complaints: readonly string[]
  /** Addresses of everything it loaded, itself included. */
  readonly requests: readonly string[]
}

/** Opens a file, offline. */
export async function openFile(
  browser: Browser,
  path: string,
  options: BrowserContextOptions,
): Promise<OpenPage> {
  const context = await browser.newContext({ ...options, offline: true })
  const page = await context.newPage()
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('request', (request) => requests.push(request.url()))
  await page.goto(`file://${path}`)
  return { page, complaints, requests, [Symbol.asyncDispose]: () => context.close() }
}

/** How bright the page's paper and its ink are, from 0 to 1 (relative luminance, WCAG 2.2). */
export function brightness(page: Page): Promise<{ readonly paper: number; readonly ink: number }> {
  return page.evaluate(() => {
    const { backgroundColor, color } = getComputedStyle(document.body)
    const luminance = (text: string) => {
      const parts = (text.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => Number(part) / 255)
      const [red = 0, green = 0, blue = 0] = parts.map((part) =>
        part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
      )
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    return { paper: luminance(backgroundColor), ink: luminance(color) }
  })
}
