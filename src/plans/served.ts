import { statementsIn } from '../adoption/index.ts'

/** Ports on which HAProxy or nginx answers at every address of its machine, by its configuration. */
export function servedPorts(text: string): readonly number[] {
  const said = text.matchAll(/^\s*(?:bind|listen)\s+([^\s;]+)/gm)
  return [...new Set([...said].flatMap(([, where = '']) => portEverywhere(where)))]
}

/** `80`, `:80`, `*:80`, `0.0.0.0:80`, `[::]:80`, `:::80`. */
function portEverywhere(where: string): readonly number[] {
  const [, port] = /^(?:(?:\*|0\.0\.0\.0|\[::\]|::)?:)?(\d+)$/.exec(where) ?? []
  return port === undefined ? [] : [Number(port)]
}

/** Services of the kernel's table that a keepalived.conf has: addresses with their ports. */
export function virtualServersIn(
  text: string,
): readonly { readonly address: string; readonly port: number }[] {
  return statementsIn(text)
    .filter(({ keyword, values }) => keyword === 'virtual_server' && values[0] !== 'fwmark')
    .map(({ values: [address = '', port] }) => ({ address, port: Number(port ?? 0) }))
}
