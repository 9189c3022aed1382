import { dimensions, featuresOf } from './features.js'

/** A text, and which listing it asks for; null for none. */
export interface Example {
  readonly text: string
  readonly label: number | null
  readonly weight: number
}

export interface Classifier {
  readonly rarity: Float32Array
  /** `classes` × `dimensions`. */
  readonly weights: Float32Array
  readonly biases: Float32Array
}

const rounds = 40
const learningRate = 2
const shrinkage = 2e-5

/**
 * One logistic regression for each listing against everything else, by stochastic gradient descent over features weighted
 * with their rarity. Deterministic: the same examples give the same classifier.
 */
export function trainClassifier(examples: readonly Example[], classes: number): Classifier {
  const bags = examples.map((example) => featuresOf(example.text))
  const rarity = rarityOf(bags)
  const vectors = bags.map((bag) => normalised(bag, rarity))
  const weights = new Float32Array(classes * dimensions)
  const biases = new Float32Array(classes).fill(-1)
  const order = shuffled(examples.length)
  for (let label = 0; label < classes; label++) {
    const positive = examples.reduce((sum, example) => sum + (example.label === label ? example.weight : 0), 0)
    const negative = examples.reduce((sum, example) => sum + (example.label === label ? 0 : example.weight), 0)
    // Listings are few among many: their examples weigh more, though not so much that anything goes.
    const boost = Math.sqrt(negative / Math.max(1, positive))
    const row = weights.subarray(label * dimensions, (label + 1) * dimensions)
    let bias = -1
    for (let round = 0; round < rounds; round++) {
      const rate = learningRate / (1 + round * 0.2)
      for (const at of order) {
        const example = examples[at] as Example
        const { features, values } = vectors[at] as Vector
        const isPositive = example.label === label
        let margin = bias
        for (let index = 0; index < features.length; index++)
          margin += (row[features[index] as number] as number) * (values[index] as number)
        const error = (isPositive ? 1 : 0) - 1 / (1 + Math.exp(-margin))
        const step = rate * error * example.weight * (isPositive ? boost : 1)
        for (let index = 0; index < features.length; index++) {
          const feature = features[index] as number
          const before = row[feature] as number
          row[feature] = before + step * (values[index] as number) - rate * shrinkage * before
        }
        bias += step * 0.1
      }
    }
    biases[label] = bias
  }
  return { rarity, weights, biases }
}

interface Vector {
  readonly features: Uint16Array
  readonly values: Float32Array
}

function normalised(bag: ReadonlyMap<number, number>, rarity: Float32Array): Vector {
  const features = Uint16Array.from(bag.keys())
  const values = Float32Array.from(bag, ([feature, count]) => count * (rarity[feature] as number))
  const length = Math.hypot(...values) || 1
  return { features, values: values.map((value) => value / length) }
}

function rarityOf(bags: readonly ReadonlyMap<number, number>[]): Float32Array {
  const seen = new Float32Array(dimensions)
  for (const bag of bags) for (const feature of bag.keys()) seen[feature] = (seen[feature] as number) + 1
  // Damped: among few examples, a word that is met for the first time is not that telling.
  return seen.map((count) => Math.log(1 + bags.length / (1 + count)) ** 0.4)
}

/** A fixed mixture of the order, so that examples of one listing do not come in a row. */
function shuffled(length: number): number[] {
  const order = Array.from({ length }, (_, index) => index)
  let state = 12_345
  for (let index = length - 1; index > 0; index--) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    const other = state % (index + 1)
    ;[order[index], order[other]] = [order[other] as number, order[index] as number]
  }
  return order
}
