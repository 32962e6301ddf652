/** The first 32 bits of the fractional parts of the n-th root of the first primes, as FIPS 180-4 defines its constants. */
function rootsOfPrimes(count: number, root: number): Uint32Array {
  const constants = new Uint32Array(count)
  for (let candidate = 2, found = 0; found < count; candidate += 1) {
    let prime = true
    for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) prime &&= candidate % divisor !== 0
    if (!prime) continue
    constants[found] = Math.floor((candidate ** (1 / root) % 1) * 2 ** 32)
    found += 1
  }
  return constants
}

/** SHA-256 of some bytes (FIPS 180-4) in lower-case hexadecimal, as `sha256sum` prints it. */
export function sha256(bytes: Uint8Array): string {
  const constants = rootsOfPrimes(64, 3)
  const state = rootsOfPrimes(8, 2)
  const schedule = new Uint32Array(64)
  const whole = bytes.length - (bytes.length % 64)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < whole; at += 64) compress(state, schedule, constants, view, at)
  const tail = padded(bytes, whole)
  for (let at = 0; at < tail.byteLength; at += 64) compress(state, schedule, constants, tail, at)
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('')
}

function padded(bytes: Uint8Array, from: number): DataView {
  const rest = bytes.length - from
  const tail = new Uint8Array(rest < 56 ? 64 : 128)
  tail.set(bytes.subarray(from))
  tail[rest] = 0x80
  const view = new DataView(tail.buffer)
  view.setBigUint64(tail.length - 8, BigInt(bytes.length) * 8n)
  return view
}

function compress(
  state: Uint32Array,
  schedule: Uint32Array,
  constants: Uint32Array,
  view: DataView,
  at: number,
): void {
  for (let i = 0; i < 16; i += 1) schedule[i] = view.getUint32(at + i * 4)
  for (let i = 16; i < 64; i += 1) {
    const early = schedule[i - 15] ?? 0
    const late = schedule[i - 2] ?? 0
    const s0 = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3)
    const s1 = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10)
    schedule[i] = (schedule[i - 16] ?? 0) + s0 + (schedule[i - 7] ?? 0) + s1
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let i = 0; i < 64; i += 1) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)
    const one = (h + s1 + ((e & f) ^ (~e & g)) + (constants[i] ?? 0) + (schedule[i] ?? 0)) | 0
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + one) | 0
    d = c
    c = b
    b = a
    a = (one + two) | 0
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i] ?? 0) + word
}

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}
