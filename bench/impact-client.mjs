// A client that asks each of some addresses every few milliseconds, whether it was answered or not, and at its end prints what it
// missed. Run in the lab's network by `impact.measure.ts`: node impact-client.mjs PACE LATE ADDRESS:PORT…, both in milliseconds;
// an answer that comes later than that is missed.
import { connect } from 'node:net'

const [pace, late, ...targets] = process.argv.slice(2)
const attempts = new Map(targets.map((target) => [target, []]))

function ask(target) {
  const [host, port] = target.split(':')
  const attempt = { at: performance.now(), served: false }
  attempts.get(target).push(attempt)
  const socket = connect({ host, port: Number(port) })
  socket.setTimeout(Number(late), () => socket.destroy())
  socket.on('connect', () => socket.write(`GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`))
  socket.on('data', (bytes) => {
    attempt.served ||=
      bytes.toString('latin1', 9, 12) === '200' && performance.now() - attempt.at <= Number(late)
    socket.destroy()
  })
  socket.on('error', () => socket.destroy())
}

const started = performance.now()
let asked = 0
const timer = setInterval(() => {
  // A busy computer comes late: it does not ask for what it missed, which would be no 5 ms apart.
  asked += 1
  for (const target of targets) ask(target)
}, Number(pace))

process.on('SIGTERM', () => {
  clearInterval(timer)
  setTimeout(() => {
    const seconds = (performance.now() - started) / 1000
    const found = [...attempts].map(([target, all]) => [target, { ...missed(all), asked: all.length }])
    process.stdout.write(`${JSON.stringify({ seconds, asked, found: Object.fromEntries(found) })}\n`)
    process.exit(0)
  }, Number(late) + 50)
})

/** The longest time from an attempt that was not served to the next that was, in ms, and how many there were. */
function missed(all) {
  let since
  let longest = 0
  let failed = 0
  for (const { at, served } of all) {
    if (!served) {
      since ??= at
      failed += 1
    } else if (since !== undefined) {
      longest = Math.max(longest, at - since)
      since = undefined
    }
  }
  const lasting = since !== undefined
  return { longest: Math.round(longest), failed, lasting }
}
