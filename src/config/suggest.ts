export { didYouMean, editDistance, suggestion, surelyMeant } from '../model/suggest.ts'
