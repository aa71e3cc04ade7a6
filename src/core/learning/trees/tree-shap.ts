/**
 * Exact path-dependent TreeSHAP (Lundberg and others 2020) for forests and boosted trees, in time linear in nodes.
 *
 * A leaf of value v below edges of distinct features is a product game: knowing the features A it is worth
 * v x prod(j in A) o_j x prod(j not in A) z_j, with o_j 1 where the row follows the leaf's path on feature j, else 0, and
 * z_j the share of training weight that does. The Shapley weights k!(d-k-1)!/d! are the integrals of t^k (1-t)^(d-1-k)
 * over [0, 1], so that the value of j is v (o_j - z_j) x integral of prod(i != j) (z_i (1-t) + o_i t) dt: a polynomial of
 * degree d - 1, which Gauss-Legendre quadrature integrates exactly with d / 2 points. Products run down the tree, their
 * sums over leaves run up again, and each edge adds its feature's part once, for all leaves below it.
 */
import type { ModelArtefact } from '../dataset.ts';
import { depthOf, type FlatTrees, requireTrees } from './flat-trees.ts';
import { baseOf } from './tree-predictor.ts';

export interface TreeExplainer {
  readonly names: readonly string[];
  readonly outputs: number;
  /** What the trees say of no row in particular, per output, in the model's own scale. */
  readonly baseline: Float64Array;
  /**
   * Contributions in `out`, outputs x features, output by output. Baseline plus contributions is the model's raw output:
   * the probability for a forest (with several classes: before they are normalised), the value for regression, log-odds
   * for boosting (with several classes: the score before softmax).
   */
  explain(row: Float64Array, out: Float64Array): void;
}

/** The explainer of a checked artefact (`readTrees`). `explain` allocates nothing. */
export function createTreeExplainer(artefact: ModelArtefact): TreeExplainer {
  return new PathExplainer(artefact);
}

class PathExplainer implements TreeExplainer {
  readonly names: readonly string[];
  readonly outputs: number;
  readonly baseline: Float64Array;
  private readonly trees: FlatTrees;
  /** What one tree counts: 1 / trees per output for a forest, 1 for boosting. */
  private readonly factor: number;
  private readonly points: Float64Array;
  private readonly pointWeights: Float64Array;
  /** Per node, for the edge above it: the share of weight z that follows all edges of its feature up to here. */
  private readonly share: Float64Array;
  /** Per node, the nearest node above whose edge tests the same feature; -1 when there is none. */
  private readonly sameAbove: Int32Array;
  /** Per node, the feature tested by the edge above it. */
  private readonly edgeFeature: Int32Array;
  /** Per node of the tree at hand: does the row follow all edges of the feature up to here? */
  private readonly follows: Uint8Array;
  /** Per node of the tree at hand and point: the product down to here, then the sum over leaves below. */
  private readonly products: Float64Array;

  constructor(artefact: ModelArtefact) {
    const trees = requireTrees(artefact);
    const base = baseOf(artefact);
    this.trees = trees;
    this.names = artefact.names;
    this.outputs = base.length;
    this.factor = artefact.kind === 'forest' ? this.outputs / Math.max(1, trees.roots.length) : 1;
    const { points, weights } = gaussLegendre(Math.max(1, Math.ceil(depthOf(trees) / 2)));
    this.points = points;
    this.pointWeights = weights;
    const nodes = trees.feature.length;
    this.share = new Float64Array(nodes).fill(1);
    this.sameAbove = new Int32Array(nodes).fill(-1);
    this.edgeFeature = new Int32Array(nodes).fill(-1);
    this.baseline = base.slice();
    let largest = 0;
    for (let tree = 0; tree < trees.roots.length; tree++) {
      const root = trees.roots[tree];
      const end = this.endOf(tree);
      largest = Math.max(largest, end - root);
      this.baseline[tree % this.outputs] += this.factor * this.prepareTree(root, end);
    }
    this.follows = new Uint8Array(largest);
    this.products = new Float64Array(largest * points.length);
  }

  explain(row: Float64Array, out: Float64Array): void {
    const features = this.names.length;
    out.fill(0, 0, features * this.outputs);
    for (let tree = 0; tree < this.trees.roots.length; tree++) {
      const root = this.trees.roots[tree];
      const end = this.endOf(tree);
      if (end - root === 1) continue;
      this.walkDown(row, root, end);
      this.walkUp(out, (tree % this.outputs) * features, root, end);
    }
    for (let i = 0; i < features * this.outputs; i++) out[i] *= this.factor;
  }

  private endOf(tree: number): number {
    const { roots, feature } = this.trees;
    return tree + 1 < roots.length ? roots[tree + 1] : feature.length;
  }

  /** What the explainer needs of a tree whatever the row; gives the tree's mean over training weight. */
  private prepareTree(root: number, end: number): number {
    const { feature, left, cover, split } = this.trees;
    const parent = new Int32Array(end - root).fill(-1);
    const reach = new Float64Array(end - root).fill(1);
    let mean = 0;
    for (let node = root; node < end; node++) {
      if (feature[node] < 0) {
        mean += reach[node - root] * split[node];
        continue;
      }
      const below = cover[left[node]] + cover[left[node] + 1];
      for (let child = left[node]; child <= left[node] + 1; child++) {
        const fraction = cover[child] / below;
        parent[child - root] = node;
        reach[child - root] = reach[node - root] * fraction;
        this.edgeFeature[child] = feature[node];
        let above = node;
        while (above > root && this.edgeFeature[above] !== feature[node]) above = parent[above - root];
        this.sameAbove[child] = above > root ? above : -1;
        this.share[child] = above > root ? this.share[above] * fraction : fraction;
      }
    }
    return mean;
  }

  /** Fills `follows` and `products`: per node the product over the distinct features above it of z (1-t) + o t. */
  private walkDown(row: Float64Array, root: number, end: number): void {
    const { feature, left, split, missingLeft } = this.trees;
    const { follows, products, points, share, sameAbove } = this;
    const width = points.length;
    for (let point = 0; point < width; point++) products[point] = this.pointWeights[point];
    follows[0] = 1;
    for (let node = root; node < end; node++) {
      const tested = feature[node];
      if (tested < 0) continue;
      const value = row[tested];
      const goesLeft = value <= split[node] || (Number.isNaN(value) && missingLeft[node] === 1);
      const from = (node - root) * width;
      const leftChild = left[node];
      for (let child = leftChild; child <= leftChild + 1; child++) {
        const above = sameAbove[child];
        const isOn = (child === leftChild) === goesLeft && (above < 0 || follows[above - root] === 1);
        follows[child - root] = isOn ? 1 : 0;
        const z = share[child];
        const to = (child - root) * width;
        if (above < 0) {
          for (let point = 0; point < width; point++) {
            const t = points[point];
            products[to + point] = products[from + point] * (isOn ? z + t * (1 - z) : z * (1 - t));
          }
        } else {
          const zAbove = share[above];
          const wasOn = follows[above - root] === 1;
          for (let point = 0; point < width; point++) {
            const t = points[point];
            const now = isOn ? z + t * (1 - z) : z * (1 - t);
            const before = wasOn ? zAbove + t * (1 - zAbove) : zAbove * (1 - t);
            products[to + point] = (products[from + point] * now) / before;
          }
        }
      }
    }
  }

  /** Turns products into sums over leaves, from the last node to the first, and adds what each edge contributes. */
  private walkUp(out: Float64Array, offset: number, root: number, end: number): void {
    const { feature, left, split } = this.trees;
    const { products, points, follows, share, sameAbove, edgeFeature } = this;
    const width = points.length;
    for (let node = end - 1; node > root; node--) {
      const at = (node - root) * width;
      if (feature[node] < 0) {
        const value = split[node];
        for (let point = 0; point < width; point++) products[at + point] *= value;
      } else {
        const below = (left[node] - root) * width;
        for (let point = 0; point < width; point++) {
          products[at + point] = products[below + point] + products[below + width + point];
        }
      }
      let part = this.edgePart(at, share[node], follows[node - root] === 1);
      // The edge above counts all leaves below it with its own share; those below this edge have this one's instead.
      const above = sameAbove[node];
      if (above >= 0) part -= this.edgePart(at, share[above], follows[above - root] === 1);
      out[offset + edgeFeature[node]] += part;
    }
  }

  /** (o - z) x sum over points of products / (z (1-t) + o t). */
  private edgePart(at: number, z: number, isOn: boolean): number {
    const { products, points } = this;
    let total = 0;
    if (isOn) {
      for (let point = 0; point < points.length; point++) total += products[at + point] / (z + points[point] * (1 - z));
      return (1 - z) * total;
    }
    for (let point = 0; point < points.length; point++) total += products[at + point] / (1 - points[point]);
    return -total;
  }
}

/** Points and weights of Gauss-Legendre quadrature on [0, 1]: exact for polynomials up to degree 2 count - 1. */
function gaussLegendre(count: number): { points: Float64Array; weights: Float64Array } {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    // Newton's method on the Legendre polynomial from Tricomi's start; quadratic convergence, 10 steps are ample.
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let step = 0; step < 10; step++) {
      let before = 1;
      let value = x;
      for (let degree = 2; degree <= count; degree++) {
        const next = ((2 * degree - 1) * x * value - (degree - 1) * before) / degree;
        before = value;
        value = next;
      }
      slope = (count * (x * value - before)) / (x * x - 1);
      x -= value / slope;
    }
    points[i] = (x + 1) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}
