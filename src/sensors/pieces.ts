import type { Query, Sensor } from '../model/sensor.ts'
import { embed, sh } from '../shell/quote.ts'
import { decode, encoder } from './encoded.ts'

/** How much of a file is told at a time: its encoding must not be longer than an answer may be. */
export const pieceSize = 3 * 1024 * 1024

/** Parts of files, of which each subject names the number and the path. */
const pieces: Sensor<Uint8Array> = {
  name: 'pieces',
  ask: (subjects) => sh`${embed(encoder)}
us_i=0
for us_piece in ${subjects}; do
  echo "$us_i $us_how"
  tail -c "+$((\${us_piece%% *} * ${pieceSize} + 1))" -- "\${us_piece#* }" | head -c ${pieceSize} | us_encode
  us_i=$((us_i + 1))
done`,
  read: (output, subjects) =>
    new Map(
      [...output.matchAll(/^(\d+) (\w+)((?:\n\S*$)*)/gm)].map(([, index, how = '', body = '']) => [
        subjects[Number(index)] ?? '',
        decode(how, body),
      ]),
    ),
}

/** Asks for one part of a file, counted from 0. */
export function pieceOf(path: string, number: number): Query<Uint8Array> {
  return { sensor: pieces, subject: `${number} ${path}`, about: [`file:${path}`] }
}
