import { LogoProblem } from "./logo-problem.ts";

export interface DrawnElement {
  name: string;
  attributes: Map<string, string>;
  /** The ids that it refers to. */
  references: readonly string[];
  children: (DrawnElement | string)[];
}

/** Elements, as often as they are drawn; what takes longer than a plain shape counts for more. */
const MAX_COST = 6_000;
/** Elements within elements and references after references. */
const MAX_CHAIN = 200;

const CHARACTERS_PER_COST = 150;
const LETTER_COST = 4;
/** What is drawn on a surface of its own first, and gradients. */
const REFERENCE_COST = 20;
const MASK_COST = 60;
const OPACITY_COST = 20;

/**
 * Refuses a drawing that is small as a file and endless as a picture: one that refers to itself, or whose references
 * multiply each other ("billion laughs").
 * @throws LogoProblem
 */
export function limitCost(root: DrawnElement): void {
  const byId = new Map<string, DrawnElement>();
  for (const element of elementsOf(root)) {
    const id = element.attributes.get("id");
    if (id === undefined) continue;
    if (byId.has(id)) throw new LogoProblem(`The SVG has the id ${id} twice.`);
    byId.set(id, element);
  }
  const costs = new Map<DrawnElement, number>();
  const entered = new Set<DrawnElement>();
  const costOf = (element: DrawnElement): number => {
    const known = costs.get(element);
    if (known !== undefined) return known;
    if (entered.has(element)) throw new LogoProblem("The SVG refers to itself.");
    if (entered.size >= MAX_CHAIN) throw new LogoProblem("The SVG's elements are nested too deeply.");
    entered.add(element);
    const targets = element.references.flatMap((id) => byId.get(id) ?? []);
    const below = element.children.filter((child) => typeof child !== "string");
    const cost = [...below, ...targets].reduce((sum, next) => sum + costOf(next), ownCost(element));
    entered.delete(element);
    costs.set(element, cost);
    return cost;
  };
  if (costOf(root) > MAX_COST) throw new LogoProblem("The SVG takes too long to draw. Send a simpler one, or a PNG.");
}

function ownCost({ attributes, references, children }: DrawnElement): number {
  const texts = children.reduce((sum, child) => sum + (typeof child === "string" ? child.length : 0), 0);
  const length = [...attributes.values()].reduce((sum, value) => sum + value.length, 0);
  const surfaces = (attributes.has("mask") ? MASK_COST : 0) + (attributes.has("opacity") ? OPACITY_COST : 0);
  return 1 + length / CHARACTERS_PER_COST + texts * LETTER_COST + references.length * REFERENCE_COST + surfaces;
}

function* elementsOf(element: DrawnElement): Generator<DrawnElement> {
  yield element;
  for (const child of element.children) if (typeof child !== "string") yield* elementsOf(child);
}
