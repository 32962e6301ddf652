/** What is asked by a datagram, and how it is known whether what comes back answers it. Bytes are written as two digits each. */
export interface Datagram {
  readonly sent: string
  /** The bits of the answer that count, from its first byte on; empty where any answer will do. */
  readonly mask: string
  /** What these bits must be, all others being 0. */
  readonly value: string
}

/** Does a datagram that came back answer it? An absent one does not. */
export function isAnswered({ mask, value }: Datagram, answer: string | undefined): boolean {
  if (answer === undefined) return false
  const [bits, wanted, bytes] = [mask, value, answer].map((digits) => Buffer.from(digits, 'hex'))
  if (!bits || !wanted || !bytes) return false
  return bits.every((bit, index) => ((bytes[index] ?? ~(wanted[index] ?? 0)) & bit) === wanted[index])
}
