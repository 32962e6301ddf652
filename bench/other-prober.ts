import type { TestCluster } from '../test/e2e/cluster.ts'

/** Milliseconds between two requests of the other prober. */
export const pace = 100

/** Milliseconds after which an answer came too late, as docs/drills.md says. */
const late = 250

/**
 * A prober that shares nothing with ours: a loop of shell and curl on the client itself, at a pace of its own. Each
 * request runs beside the others, so that none waits for one that hangs. It writes when it began and how it ended.
 */
const loop = `
rm -f /tmp/other /tmp/other.stop
start=$(date +%s%N)
count=0
while [ ! -e /tmp/other.stop ]; do
  wait_ms=$(( (start + count * ${pace}000000 - $(date +%s%N)) / 1000000 ))
  if [ "$wait_ms" -gt 0 ]; then sleep "$(printf '0.%03d' "$wait_ms")"; fi
  ( began=$(date +%s%N); echo "$began $(curl -s -o /dev/null -m 2 -w '%{http_code} %{time_total}' "$1")" >>/tmp/other ) &
  count=$((count + 1))
done`

/** One attempt to be served. */
interface Attempt {
  /** Milliseconds on the client's clock. */
  readonly at: number
  readonly served: boolean
}

/** Starts the other prober and a capture of what goes to and from the VIP, both on the client. */
export async function startOther(cluster: TestCluster, vip: string): Promise<void> {
  const quoted = `'${loop.replaceAll("'", `'\\''`)}'`
  await cluster.on(
    'client',
    `printf '%s\\n' ${quoted} >/tmp/other.sh; systemd-run --quiet --collect --unit=other sh /tmp/other.sh http://${vip}/`,
  )
  await cluster.on(
    'client',
    `systemd-run --quiet --collect --unit=other-capture sh -c 'exec tcpdump -n -tt -l "tcp port 80 and host ${vip} and tcp[tcpflags] & tcp-syn != 0" >/tmp/capture 2>/dev/null'`,
  )
}

/** Ends both; what curl and what the wire say about each attempt. */
export async function endOther(
  cluster: TestCluster,
): Promise<{ readonly curl: readonly Attempt[]; readonly wire: readonly Attempt[] }> {
  await cluster.on('client', 'touch /tmp/other.stop; sleep 3; systemctl stop other other-capture')
  const curl = (await cluster.on('client', 'cat /tmp/other')).split('\n').flatMap((line): Attempt[] => {
    const [began, code, seconds] = line.split(' ')
    if (!began || !code) return []
    return [{ at: Number(began) / 1e6, served: code === '200' && Number(seconds) * 1000 <= late }]
  })
  return { curl, wire: handshakes(await cluster.on('client', 'cat /tmp/capture')) }
}

/** Connections by the client's port: asked for with the first SYN, served where SYN and ACK came back soon. */
function handshakes(capture: string): readonly Attempt[] {
  const asked = new Map<string, number>()
  const answered = new Map<string, number>()
  for (const [, seconds, from = '', to = '', flags] of capture.matchAll(
    /^(\d+\.\d+) IP \S+\.(\d+) > \S+\.(\d+): Flags \[(S\.?)\]/gm,
  )) {
    const [seen, port] = flags === 'S' ? [asked, from] : [answered, to]
    if (!seen.has(port)) seen.set(port, Number(seconds) * 1000)
  }
  return [...asked].map(([port, at]) => ({
    at,
    served: (answered.get(port) ?? Number.POSITIVE_INFINITY) - at <= late,
  }))
}

/** The longest time from the first attempt that was not served to the next that was, in ms. */
export function longestOutage(attempts: readonly Attempt[], from: number, until: number): number {
  let [since, longest] = [0, 0]
  for (const { at, served } of attempts.toSorted((a, b) => a.at - b.at)) {
    if (at < from || at > until) continue
    if (!served) since ||= at
    else if (since > 0) {
      longest = Math.max(longest, at - since)
      since = 0
    }
  }
  return longest
}

/** The longest pause between two attempts: what an observer with a busy computer can resolve. */
export function coarsest(attempts: readonly Attempt[]): number {
  const times = attempts.map(({ at }) => at).toSorted((a, b) => a - b)
  return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)))
}
