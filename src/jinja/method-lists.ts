import { equal, itemsOf, order } from './compare.ts'
import { JinjaError } from './failure.ts'
import { wholeGiven } from './given.ts'
import type { Method } from './method.ts'

/** Methods of lists and tuples. */
export const listMethods: Readonly<Record<string, Method<unknown[]>>> = {
  append: {
    parameters: 'item!',
    changes: true,
    call: (list, [item], { work }) => {
      work.list(list.length + 1)
      list.push(item)
      return null
    },
  },
  extend: {
    parameters: 'items!',
    changes: true,
    call: (list, [items], { work }) => {
      const more = itemsOf(items, work)
      work.list(list.length + more.length)
      for (const one of [...more]) list.push(one)
      return null
    },
  },
  insert: {
    parameters: 'index! item!',
    changes: true,
    call: (list, [index, item]) => {
      list.splice(wholeGiven(index, 'insert()'), 0, item)
      return null
    },
  },
  pop: {
    parameters: 'index',
    changes: true,
    call: (list, [index]) => {
      const at = wholeGiven(index, 'pop()', -1)
      const place = at < 0 ? list.length + at : at
      if (place < 0 || place >= list.length) throw new JinjaError('there is no item to take away here')
      return list.splice(place, 1)[0]
    },
  },
  remove: {
    parameters: 'item!',
    changes: true,
    call: (list, [item], { work }) => {
      const at = list.findIndex((one) => equal(one, item, work))
      if (at < 0) throw new JinjaError('the item to remove is not in the list')
      list.splice(at, 1)
      return null
    },
  },
  clear: {
    parameters: '',
    changes: true,
    call: (list) => {
      list.length = 0
      return null
    },
  },
  reverse: {
    parameters: '',
    changes: true,
    call: (list) => {
      list.reverse()
      return null
    },
  },
  sort: {
    parameters: 'reverse',
    changes: true,
    call: (list, [reverse], { work }) => {
      list.sort((a, b) => (reverse === true ? order(b, a, work) : order(a, b, work)))
      return null
    },
  },
  copy: { parameters: '', call: (list) => [...list] },
  count: {
    parameters: 'item!',
    call: (list, [item], { work }) => list.filter((one) => equal(one, item, work)).length,
  },
  index: {
    parameters: 'item! start',
    call: (list, [item, start], { work }) => {
      const from = wholeGiven(start, 'index()', 0)
      const at = list.findIndex((one, index) => index >= from && equal(one, item, work))
      if (at < 0) throw new JinjaError('the item that is looked for is not in the list')
      return at
    },
  },
}
