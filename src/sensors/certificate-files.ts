import type { Query, Sensor } from '../model/sensor.ts'
import { sh } from '../shell/quote.ts'

/** A file that may hold certificates and a key. What it holds beside certificates stays on its host. */
export type CertificateFileReading =
  | { readonly is: 'absent' | 'unreadable' | 'other' }
  | {
      readonly is: 'file'
      /** Of the whole file. */
      readonly sha256: string
      /** The certificates in it, in PEM. */
      readonly certificates: string
    }

/** Files of certificates with their keys: their certificates, and a sum that tells whether all is as it should be. */
export const certificateFiles: Sensor<CertificateFileReading> = {
  name: 'certificate-files',
  ask: (paths) => sh`us_i=0
for us_p in ${paths}; do
  if [ -h "$us_p" ]; then echo "# $us_i other"
  elif [ -f "$us_p" ]; then
    if [ -r "$us_p" ]; then
      echo "# $us_i $(sha256sum <"$us_p")"
      sed -n -e '/PRIVATE KEY-----/q' -e '/^-----BEGIN CERTIFICATE-----/,/^-----END CERTIFICATE-----/p' "$us_p"
    else echo "# $us_i unreadable"; fi
  elif [ -e "$us_p" ]; then echo "# $us_i other"; fi
  us_i=$((us_i + 1))
done`,
  read: (output, paths) => {
    const found = new Map(
      [...output.matchAll(/^# (\d+) (\S+)[^\n]*\n((?:[^#\n][^\n]*\n?)*)/gm)].map(
        ([, index, word = '', body = '']) => [Number(index), readingOf(word, body)],
      ),
    )
    return new Map(paths.map((path, index) => [path, found.get(index) ?? { is: 'absent' }]))
  },
}

function readingOf(word: string, certificates: string): CertificateFileReading {
  return word === 'other' || word === 'unreadable' ? { is: word } : { is: 'file', sha256: word, certificates }
}

/** Asks for the certificates in a file. */
export function certificatesOfFile(path: string): Query<CertificateFileReading> {
  return { sensor: certificateFiles, subject: path, about: [`file:${path}`] }
}
