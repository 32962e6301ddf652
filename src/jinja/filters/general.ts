import { UndefinedError } from '../failure.ts'
import { pythonType, truth, Undefined } from '../values.ts'
import type { Filter, Filters } from './filter.ts'

const otherwise: Filter = {
  parameters: 'default_value boolean',
  mindsNothing: true,
  call: (value, [instead = '', boolean]) => {
    if (value instanceof Undefined) return instead
    return boolean !== undefined && truth(boolean) && !truth(value) ? instead : value
  },
}

/** Filters of any value. */
export const general: Filters = {
  default: otherwise,
  d: otherwise,
  mandatory: {
    parameters: 'msg',
    mindsNothing: true,
    call: (value, [message]) => {
      if (!(value instanceof Undefined)) return value
      throw new UndefinedError(typeof message === 'string' ? message : `${value.message}, and it must be`, {
        next: value.next?.(),
      })
    },
  },
  ternary: {
    parameters: 'true_val! false_val! none_val',
    mindsNothing: true,
    call: (value, [yes, no, none]) => {
      if (value === null && none !== undefined && none !== null) return none
      return truth(value) ? yes : no
    },
  },
  type_debug: { parameters: '', mindsNothing: true, call: (value) => pythonType(value) },
}
