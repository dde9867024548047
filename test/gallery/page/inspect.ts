/**
 * Looks at what is on the glass, through all shadow trees, as a person with a ruler would: is a text cut or covered, is a
 * target too small or out of reach, does a character have its face, is the language said.
 */

export interface Fault {
  readonly rule: 'cut' | 'overlap' | 'target' | 'reach' | 'glyph' | 'lang' | 'empty';
  /** What a person would see. */
  readonly what: string;
}

interface Text {
  readonly text: string;
  readonly node: Text_;
  readonly element: Element;
  readonly boxes: readonly DOMRect[];
}
type Text_ = globalThis.Text;

/** A finger's key: domain.md 5a. */
const targetMm = 20;
/** Rounding of layout, in pixels. */
const slack = 1.5;

/** Parent across shadow roots. */
function parentOf(node: Node): Element | undefined {
  const parent = node.parentNode;
  if (parent instanceof ShadowRoot) return parent.host;
  return parent instanceof Element ? parent : undefined;
}

function* ancestors(node: Node): Generator<Element> {
  for (let at = parentOf(node); at !== undefined; at = parentOf(at)) yield at;
}

function isShown(element: Element): boolean {
  const style = getComputedStyle(element);
  if (style.visibility !== 'visible' || style.display === 'none') return false;
  for (const each of [element, ...ancestors(element)]) {
    if (each.classList.contains('hear')) return false;
    if (getComputedStyle(each).display === 'none') return false;
  }
  return true;
}

function* nodesBelow(root: Node): Generator<Node> {
  yield root;
  if (root instanceof Element && root.shadowRoot !== null) yield* nodesBelow(root.shadowRoot);
  for (const child of root.childNodes) yield* nodesBelow(child);
}

function textsOf(root: Element): Text[] {
  const texts: Text[] = [];
  for (const node of nodesBelow(root)) {
    if (node.nodeType !== Node.TEXT_NODE) continue;
    const text = node.textContent?.trim() ?? '';
    const element = parentOf(node);
    if (text === '' || element === undefined || element.localName === 'style' || !isShown(element)) continue;
    // Figures in a drawing are part of the picture.
    if (element instanceof SVGElement) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 0 && box.height > 0);
    if (boxes.length > 0) texts.push({ text, node: node as Text_, element, boxes });
  }
  return texts;
}

/** The ink of a line: its box is taller than the letters, by what the face keeps for accents. */
function ink(box: DOMRect, element: Element): DOMRect {
  const size = Number.parseFloat(getComputedStyle(element).fontSize);
  const spare = Math.max(0, (box.height - size) / 2);
  return new DOMRect(box.x, box.y + spare, box.width, box.height - 2 * spare);
}

function outside(inner: DOMRect, outer: DOMRect): boolean {
  return (
    inner.left < outer.left - slack ||
    inner.right > outer.right + slack ||
    inner.top < outer.top - slack ||
    inner.bottom > outer.bottom + slack
  );
}

const quoted = (text: string): string => `“${text.length > 24 ? `${text.slice(0, 24)}…` : text}”`;
const nameOf = (element: Element): string =>
  `${element.localName}${[...element.classList].map((name) => `.${name}`).join('')}`;

/** A text leaves the glass, the box that holds it, or a box that cuts. */
function cuts(texts: readonly Text[]): Fault[] {
  const glass = new DOMRect(0, 0, innerWidth, innerHeight);
  return texts.flatMap(({ text, element, boxes }): Fault[] => {
    const lines = boxes.map((box) => ink(box, element));
    if (lines.some((line) => outside(line, glass))) return [{ rule: 'cut', what: `${quoted(text)} leaves the screen` }];
    for (const each of [element, ...ancestors(element)]) {
      const { display, overflow } = getComputedStyle(each);
      if (display === 'inline' || display === 'contents') continue;
      const box = each.getBoundingClientRect();
      const holds = each.matches('button, .panel, .tile, .sheet, .body, .story, .item, .items, main, section');
      if ((holds || overflow !== 'visible') && lines.some((line) => outside(line, box))) {
        return [{ rule: 'cut', what: `${quoted(text)} does not fit into ${nameOf(each)}` }];
      }
    }
    return [];
  });
}

function meet(a: DOMRect, b: DOMRect): boolean {
  return (
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > slack &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > slack
  );
}

/** Two texts on one another, or a text under a button that is not its own. */
function overlaps(texts: readonly Text[], buttons: readonly Element[]): Fault[] {
  const faults: Fault[] = [];
  const lines = texts.flatMap((text) => text.boxes.map((box) => ({ ...text, box: ink(box, text.element) })));
  lines.forEach((one, index) => {
    for (const other of lines.slice(index + 1)) {
      if (other.node !== one.node && meet(one.box, other.box)) {
        faults.push({ rule: 'overlap', what: `${quoted(one.text)} lies on ${quoted(other.text)}` });
      }
    }
    for (const button of buttons) {
      if ([...ancestors(one.node)].includes(button)) continue;
      if (meet(one.box, button.getBoundingClientRect())) {
        faults.push({ rule: 'overlap', what: `${quoted(one.text)} lies on the button ${quoted(labelOf(button))}` });
      }
    }
  });
  buttons.forEach((one, index) => {
    for (const other of buttons.slice(index + 1)) {
      if (meet(one.getBoundingClientRect(), other.getBoundingClientRect())) {
        faults.push({ rule: 'overlap', what: `buttons ${quoted(labelOf(one))} and ${quoted(labelOf(other))} overlap` });
      }
    }
  });
  return faults;
}

const labelOf = (button: Element): string => button.getAttribute('aria-label') ?? button.textContent?.trim() ?? '';

function targets(buttons: readonly Element[]): Fault[] {
  const millimetre = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--mm'));
  const wanted = targetMm * millimetre;
  return buttons.flatMap((button): Fault[] => {
    const box = button.getBoundingClientRect();
    const faults: Fault[] = [];
    if (box.width < wanted - 0.5 || box.height < wanted - 0.5) {
      const size = `${(box.width / millimetre).toFixed(1)} x ${(box.height / millimetre).toFixed(1)} mm`;
      faults.push({ rule: 'target', what: `${quoted(labelOf(button))} is ${size}` });
    }
    if (outside(box, new DOMRect(0, 0, innerWidth, innerHeight))) {
      faults.push({ rule: 'cut', what: `the button ${quoted(labelOf(button))} leaves the screen` });
    }
    // Portrait: the upper 35 % is above what a hand in a wheelchair reaches (ui.md, canvas).
    if (innerHeight > innerWidth && box.top < innerHeight * 0.33) {
      faults.push({ rule: 'reach', what: `${quoted(labelOf(button))} is too high` });
    }
    if (labelOf(button) === '') faults.push({ rule: 'empty', what: `${nameOf(button)} has no name` });
    return faults;
  });
}

function parseRanges(range: string): (code: number) => boolean {
  const parts = range.split(',').map((part) => {
    const [from = '', to = from] = part.trim().replace(/^U\+/i, '').split('-');
    return [Number.parseInt(from, 16), Number.parseInt(to, 16)] as const;
  });
  return (code) => parts.some(([from, to]) => code >= from && code <= to);
}

/** Families and what their loaded slices cover. */
function coverage(): Map<string, ((code: number) => boolean)[]> {
  const covered = new Map<string, ((code: number) => boolean)[]>();
  for (const face of document.fonts) {
    if (face.status !== 'loaded') continue;
    const family = face.family.replace(/['"]/g, '');
    covered.set(family, [...(covered.get(family) ?? []), parseRanges(face.unicodeRange)]);
  }
  return covered;
}

/** Every character has its face, and a text in the traditional script has none of the simplified one's. */
function glyphs(texts: readonly Text[]): Fault[] {
  const covered = coverage();
  const has = (family: string, code: number): boolean => covered.get(family)?.some((covers) => covers(code)) ?? false;
  return texts.flatMap(({ text, element }): Fault[] => {
    const families = getComputedStyle(element)
      .fontFamily.split(',')
      .map((family) => family.trim().replace(/['"]/g, ''))
      .filter((family) => family.startsWith('Kiosk'));
    const codes = [...text].filter((character) => character > ' ').map((character) => character.codePointAt(0) ?? 0);
    const missing = codes.filter((code) => !families.some((family) => has(family, code)));
    const foreign =
      families[0] === 'Kiosk Sans TC' ? codes.filter((code) => code > 0x2e80 && !has('Kiosk Sans TC', code)) : [];
    const said = (list: readonly number[]): string => String.fromCodePoint(...new Set(list));
    return [
      ...(missing.length === 0
        ? []
        : [{ rule: 'glyph', what: `no face for ${said(missing)} in ${quoted(text)}` } as const]),
      ...(foreign.length === 0
        ? []
        : [{ rule: 'lang', what: `${said(foreign)} is not of this script in ${quoted(text)}` } as const]),
    ];
  });
}

/** A voice reads in the language that is said: Chinese on an English screen must say that it is Chinese. */
function languages(texts: readonly Text[], expected: string): Fault[] {
  const faults: Fault[] = [];
  if (document.documentElement.lang !== expected) faults.push({ rule: 'lang', what: `<html lang> is not ${expected}` });
  for (const { text, element } of texts) {
    const said = [element, ...ancestors(element)]
      .map((each) => each.getAttribute('lang'))
      .find((lang) => lang !== null);
    if (/\p{Script=Han}/u.test(text) && !said?.startsWith('zh')) {
      faults.push({ rule: 'lang', what: `${quoted(text)} is said to be ${said ?? 'of no language'}` });
    }
  }
  return faults;
}

function emptiness(root: Element): Fault[] {
  const headings = [...nodesBelow(root)].filter(
    (node) => node instanceof HTMLHeadingElement && node.localName === 'h1',
  );
  if (headings.length !== 1) return [{ rule: 'empty', what: `${headings.length} headings` }];
  return headings[0]?.textContent?.trim() === '' ? [{ rule: 'empty', what: 'the heading is empty' }] : [];
}

/** @param root the <kiosk-app>; its `lang` is what the view asked for */
export function inspect(root: HTMLElement): Fault[] {
  const texts = textsOf(root);
  const buttons = [...nodesBelow(root)].filter(
    (node): node is HTMLButtonElement => node instanceof HTMLButtonElement && isShown(node),
  );
  return [
    ...emptiness(root),
    ...cuts(texts),
    ...overlaps(texts, buttons),
    ...targets(buttons),
    ...glyphs(texts),
    ...languages(texts, root.lang),
  ];
}
