// Shows on a page that is open what is new: the server sends parts of it, made as the page itself was.
const page = document.body
const news = document.getElementById('news')
const lost = document.getElementById('lost')
const link = document.getElementById('link')
const words = document.getElementById('link-words')

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]
const ago = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** Says of every moment how long ago it was, and when, where the pointer rests. */
function tellTimes(within) {
  for (const time of within.querySelectorAll('time')) {
    const at = new Date(time.dateTime)
    const seconds = Math.max(0, (Date.now() - at.getTime()) / 1000)
    const [unit, length] = units.find(([, one]) => seconds >= one * 2) ?? ['second', 1]
    const text = seconds < 10 ? 'just now' : ago.format(-Math.round(seconds / length), unit)
    if (time.textContent !== text) time.textContent = text
    time.title = at.toLocaleString()
  }
}

/** Puts a part in the place of the one that has its id; who was in it with the keyboard stays there, and what was open stays open. */
function take(html) {
  const made = document.createElement('template')
  made.innerHTML = html
  const part = made.content.firstElementChild
  const before = part && document.getElementById(part.id)
  if (!before || before.dataset.mark === part.dataset.mark) return
  for (const { id } of before.querySelectorAll('details[open]')) {
    const same = id && part.querySelector(`#${CSS.escape(id)}`)
    if (same) same.open = true
  }
  const all = (root) => [...root.querySelectorAll('a, summary, pre, button, input')]
  const focused = all(before).indexOf(document.activeElement)
  const isNewRow = part.matches('tr') || part.querySelector('.machine')
  tellTimes(part)
  before.replaceWith(part)
  if (isNewRow) part.classList.add('fresh')
  if (focused >= 0) all(part)[focused]?.focus({ preventScroll: true })
}

function linked(isLinked) {
  link.classList.toggle('on', isLinked)
  words.textContent = isLinked ? 'live' : 'connection lost; trying again'
}

tellTimes(document)
setInterval(() => tellTimes(document), 15_000)
if (page.dataset.live) {
  const source = new EventSource(page.dataset.live)
  source.addEventListener('open', () => linked(true))
  source.addEventListener('error', () => linked(false))
  source.addEventListener('parts', ({ data }) => {
    for (const html of JSON.parse(data)) take(html)
  })
  source.addEventListener('news', ({ data }) => {
    news.textContent = JSON.parse(data)
  })
  source.addEventListener('lost', ({ data }) => {
    lost.textContent = JSON.parse(data)
  })
  addEventListener('pagehide', () => source.close())
}
