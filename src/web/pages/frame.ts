import { type Markup, markup } from '../../report/drill/markup.ts'

/** Entries of the navigation. */
type Entry = '/' | '/runs' | '/dead'

/** A page around what it is about. */
export interface Framed {
  readonly title: string
  readonly fleet: string
  /** Where the page that is open hears what is new; absent where nothing of it changes. */
  readonly live?: string
  /** Which entry of the navigation it is. */
  readonly here?: Entry
  /** Why what is shown may be old. */
  readonly lost?: string | undefined
  readonly main: Markup
}

/** The whole page: landmarks, a way past the navigation, a place where news are read aloud. */
export function framed({ title, fleet, live, here, lost, main }: Framed): string {
  const entry = (path: Entry, text: string) =>
    path === here
      ? markup`<a href="${path}" aria-current="page">${text}</a>`
      : markup`<a href="${path}">${text}</a>`
  const hears = live === undefined ? markup`` : markup` data-live="${live}"`
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title}</title><link rel="icon" href="/client/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/client/style.css"><script type="module" src="/client/live.mjs"></script></head>
<body${{ markup: hears }}><a class="skip" href="#main">To the content</a>
<header><p class="fleet"><a href="/">${fleet}</a></p><nav aria-label="Pages">${{ markup: entry('/', 'Clusters') }} ${{ markup: entry('/runs', 'Runs') }} ${{ markup: entry('/dead', 'Given up') }}</nav>
<p id="link" class="link">${{ markup: live === undefined ? markup`` : markup`<span class="dot" aria-hidden="true"></span> <span id="link-words">as of now; reload for news</span>` }}</p></header>
<main id="main" tabindex="-1"><p id="lost" class="lost" role="alert">${lost ?? ''}</p>
<p id="news" class="news" role="status" aria-live="polite"></p>
${{ markup: main }}</main>
<footer><p>Read only. What was last seen, as workers told it; times are of their clocks.</p></footer></body></html>
` as string
}

/** A page that says one thing. */
export function plainPage(title: string, text: string): string {
  return framed({
    title,
    fleet: 'understudy',
    main: markup`<h1>${title}</h1><p>${text}</p>`,
  })
}

/** Where a browser tells the token; `next` is where its reader wanted to go. */
export function loginPage(next: string, isWrong: boolean): string {
  const told = isWrong ? markup`<p id="wrong" class="bad" role="alert">That is not the token.</p>` : markup``
  const about = isWrong ? markup` aria-invalid="true" aria-describedby="wrong"` : markup``
  return framed({
    title: 'Who is there?',
    fleet: 'understudy',
    main: markup`<h1>Who is there?</h1><form class="login" method="post" action="/login">${{ markup: told }}
<label for="token">Token</label><input id="token" name="token" type="password" autocomplete="current-password" required autofocus${{ markup: about }}>
<input type="hidden" name="next" value="${next}"><button>Show the fleet</button>
<p class="faint">It is what <code>understudy fleet serve</code> was started with.</p></form>`,
  })
}
