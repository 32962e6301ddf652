import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** With what keepalived runs, and what it says of the words of its configuration. */
export interface KeepalivedTold {
  readonly runs: boolean
  readonly configuration: string
  /** `-i`; absent where the name of the machine chooses lines. */
  readonly configId?: string
  /** Lines that hold a word it does not know. */
  readonly unknown: readonly { readonly file: string; readonly line: number }[]
  /** What else it says of its configuration. */
  readonly complaints: readonly string[]
  /** Words that it takes, and will not for ever, and what it wants instead. */
  readonly deprecated: readonly { readonly file: string; readonly line: number; readonly instead: string }[]
}

/** What is no longer so in an inventory: words it does not know, those that it wants otherwise, and what is made explicit. */
const understood =
  /Unknown keyword|Unexpected '|is deprecated - please|nopreempt will not work|no protocol set|no scheduler set|no forwarding method set|SECURITY VIOLATION|default user|^Configuration file|^Config/

const usual = '/etc/keepalived/keepalived.conf'

/** What it was started with; then its own look at the configuration, of which each complaint names file and line. */
const told: Sensor<KeepalivedTold> = {
  name: 'keepalived-told',
  ask: () => sh`us_conf=${usual} us_id=
for us_f in /proc/[0-9]*/comm; do
  us_l=; read -r us_l 2>/dev/null <"$us_f" || :
  if [ "$us_l" = keepalived ]; then
    us_d=\${us_f%/comm}
    us_l=$(tr '\\0' '\n' 2>/dev/null <"$us_d/cmdline") || us_l=
    if [ -n "$us_l" ]; then
      echo runs
      us_next=
      while read -r us_w; do
        case $us_next in conf) us_conf=$us_w ;; id) us_id=$us_w ;; esac
        us_next=
        case $us_w in
          -f | --use-file) us_next=conf ;;
          --use-file=*) us_conf=\${us_w#*=} ;;
          -f?*) us_conf=\${us_w#-f} ;;
          -i | --config-id) us_next=id ;;
          --config-id=*) us_id=\${us_w#*=} ;;
          -i?*) us_id=\${us_w#-i} ;;
        esac
      done <<US_WORDS
$us_l
US_WORDS
      break
    fi
  fi
done
printf 'conf %s\n' "$us_conf"
if [ -n "$us_id" ]; then printf 'id %s\n' "$us_id"; fi
if command -v keepalived >/dev/null 2>&1; then
  if [ -n "$us_id" ]; then set -- -i "$us_id"; else set --; fi
  timeout 20 keepalived -t "$@" -f "$us_conf" 2>&1 | head -n 400 | sed 's/^/said /'
fi || :`,
  read: (output, subjects) => {
    const said = [...output.matchAll(/^said \((\S+): Line (\d+)\) (.+)$/gm)].map(
      ([, file = '', line, what = '']) => ({
        file,
        line: Number(line),
        what,
      }),
    )
    const id = /^id (.+)$/m.exec(output)?.[1]
    const reading: KeepalivedTold = {
      runs: /^runs$/m.test(output),
      configuration: /^conf (.+)$/m.exec(output)?.[1] ?? usual,
      ...(id === undefined ? {} : { configId: id }),
      unknown: said
        .filter(({ what }) => /^Unknown keyword '[^{}]/.test(what))
        .map(({ file, line }) => ({ file, line })),
      complaints: [...output.matchAll(/^said (.+)$/gm)]
        .map(([, what = '']) => what)
        .filter((what) => !understood.test(what))
        .slice(0, 20),
      deprecated: said.flatMap(({ file, line, what }) => {
        const instead = /^\S+ is deprecated - please use '(\w+)'/.exec(what)?.[1]
        return instead === undefined ? [] : [{ file, line, instead }]
      }),
    }
    return new Map(subjects.map((subject) => [subject, reading]))
  },
}

/** Asks with what keepalived runs. */
export const keepalivedTold: Query<KeepalivedTold> = { sensor: told, subject: '', about: ['*'] }
