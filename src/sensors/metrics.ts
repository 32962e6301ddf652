import type { Query, Sensor } from '../model/sensor.ts'
import { lines, sh } from '../shell/quote.ts'

/** What somebody who answers Prometheus tells. */
export interface MetricsReading {
  /** 0 where no answer came, `undefined` where the host has no HTTP client. */
  readonly status: number | undefined
  /** Values of what proofs look at, each by its name and labels as they were told. */
  readonly samples: ReadonlyMap<string, string>
}

/** Of the hundreds of lines those that proofs look at. */
const wanted = '^(understudy_vip_held|understudy_unit_active|nginx_up|haproxy_process_start_time_seconds)[{ ]'

/** Asks as Prometheus does; a subject is a URL. All at once: who is not let in waits for nothing. */
const metrics: Sensor<MetricsReading> = {
  name: 'metrics',
  ask: (urls) =>
    lines(
      sh`us_ask() {
  if command -v curl >/dev/null 2>&1; then
    curl -s -g -m 3 --noproxy '*' -o "$us_tmp/metrics.$1" -w '%{http_code}' "$2" >"$us_tmp/metrics.$1.status" || :
  elif command -v wget >/dev/null 2>&1; then
    if timeout 3 wget -q -O "$us_tmp/metrics.$1" "$2" 2>/dev/null; then echo 200; else echo 0; fi >"$us_tmp/metrics.$1.status"
  else echo none >"$us_tmp/metrics.$1.status"; fi
}`,
      ...urls.map((url, index) => sh`us_ask ${index} ${url} &`),
      sh`wait`,
      ...urls.map(
        (_, index) => sh`echo "# ${index} $(cat "$us_tmp"/metrics.${index}.status)"
if [ -e "$us_tmp"/metrics.${index} ]; then grep -E ${wanted} "$us_tmp"/metrics.${index} || :; fi`,
      ),
    ),
  read(output, urls) {
    const parts = output.split(/^# \d+ (\S*)\n/m)
    return new Map(
      urls.map((url, index) => [
        url,
        { status: statusIn(parts[2 * index + 1]), samples: samplesIn(parts[2 * index + 2]) },
      ]),
    )
  },
}

/** Asks a URL for metrics. */
export function metricsAt(url: string): Query<MetricsReading> {
  return { sensor: metrics, subject: url, about: [`url:${url}`] }
}

function statusIn(text = ''): number | undefined {
  return text === 'none' ? undefined : Number(text) || 0
}

function samplesIn(text = ''): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(/^(\S+) (\S+)$/gm)].map(([, name = '', value = '']) => [name, value]))
}
