import { type Layer, layerOf } from '../expressions/scope.ts'

/** A layer of which it is told when a value of it is read. */
export function seenLayer(layer: Layer, tell: () => void): Layer {
  const bindingOf = (name: string) => {
    const binding = layer.get(name)
    if (!binding || 'sourced' in binding) return binding
    return {
      ...binding,
      read: () => {
        tell()
        return binding.read()
      },
    }
  }
  const whole = (): Layer =>
    new Map(
      [...layer.keys()].flatMap((name) => {
        const binding = bindingOf(name)
        return binding ? [[name, binding] as const] : []
      }),
    )
  return layerOf(whole, { has: (name) => layer.has(name), get: bindingOf })
}
