import { XmlElement } from "@rgrove/parse-xml";

/** The name without its prefix. */
export function localName({ name }: XmlElement): string {
  return name.slice(name.indexOf(":") + 1);
}

/** The elements of this local name right below one. */
export function children(element: XmlElement | undefined, name: string): XmlElement[] {
  return elementsBelow(element).filter((each) => localName(each) === name);
}

export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return children(element, name)[0];
}

/** The element that a way of local names leads to, the first of each name; undefined where one is not there. */
export function childAt(element: XmlElement | undefined, ...way: readonly string[]): XmlElement | undefined {
  return way.reduce<XmlElement | undefined>(child, element);
}

/** Every element of a local name below one, in the order of the text; those within another are not looked for. */
export function descendants(element: XmlElement, name: string): XmlElement[] {
  const found: XmlElement[] = [];
  const queue = [element];
  for (let next = queue.pop(); next; next = queue.pop()) {
    if (localName(next) === name) found.push(next);
    else queue.push(...elementsBelow(next));
  }
  return found.reverse();
}

export function textOf(element: XmlElement | undefined): string {
  return element?.text.trim() ?? "";
}

/** The bytes of a text in base64, which may be broken into lines; null where it is none. */
export function bytesIn(element: XmlElement | undefined): Uint8Array<ArrayBuffer> | null {
  try {
    const bytes = Uint8Array.from(atob(textOf(element).replace(/\s/g, "")), (character) => character.charCodeAt(0));
    return bytes.length > 0 ? bytes : null;
  } catch {
    // Not base64.
    return null;
  }
}

function elementsBelow(element: XmlElement | undefined): XmlElement[] {
  return (element?.children ?? []).filter((each) => each instanceof XmlElement);
}
