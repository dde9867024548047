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

/** Whether an element is drawn at all; asked for every text, so answers are kept while one screen is looked at. */
let shown = new Map<Element, boolean>();

function isShown(element: Element): boolean {
  const known = shown.get(element);
  if (known !== undefined) return known;
  const { display, visibility } = getComputedStyle(element);
  const parent = parentOf(element);
  const answer =
    display !== 'none' &&
    visibility === 'visible' &&
    !element.classList.contains('hear') &&
    (parent === undefined || parent === document.documentElement || isShown(parent));
  shown.set(element, answer);
  return answer;
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

/** Two texts on one another, a text under a button that is not its own, or under a picture. */
function overlaps(texts: readonly Text[], buttons: readonly Element[], pictures: readonly Element[]): Fault[] {
  const faults: Fault[] = [];
  const lines = texts.flatMap(({ text, node, element, boxes }) => {
    const within = new Set(ancestors(node));
    return boxes.map((box) => ({ text, node, within, box: ink(box, element) }));
  });
  const keys = buttons.map((button) => ({ button, box: button.getBoundingClientRect() }));
  for (const picture of pictures) {
    const box = picture.getBoundingClientRect();
    for (const line of lines) {
      if (!line.within.has(picture) && meet(line.box, box))
        faults.push({ rule: 'overlap', what: `${quoted(line.text)} lies on the picture` });
    }
    for (const key of keys) {
      if (meet(key.box, box)) {
        faults.push({ rule: 'overlap', what: `the button ${quoted(labelOf(key.button))} lies on the picture` });
      }
    }
  }
  lines.forEach((one, index) => {
    for (const other of lines.slice(index + 1)) {
      if (other.node !== one.node && meet(one.box, other.box)) {
        faults.push({ rule: 'overlap', what: `${quoted(one.text)} lies on ${quoted(other.text)}` });
      }
    }
    for (const { button, box } of keys) {
      if (meet(one.box, box) && !one.within.has(button)) {
        faults.push({ rule: 'overlap', what: `${quoted(one.text)} lies on the button ${quoted(labelOf(button))}` });
      }
    }
  });
  keys.forEach((one, index) => {
    for (const other of keys.slice(index + 1)) {
      if (meet(one.box, other.box)) {
        const names = `${quoted(labelOf(one.button))} and ${quoted(labelOf(other.button))}`;
        faults.push({ rule: 'overlap', what: `buttons ${names} overlap` });
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

/** Code points of a `unicode-range`. */
function* parseRange(range: string): Generator<number> {
  for (const part of range.split(',')) {
    const [from = '', to = from] = part.trim().replace(/^U\+/i, '').split('-');
    for (let code = Number.parseInt(from, 16); code <= Number.parseInt(to, 16); code += 1) yield code;
  }
}

/** Families and the characters of their loaded slices; a slice is taken in when it has come. */
const covered = new Map<string, Set<number>>();
const counted = new Set<FontFace>();

function coverage(): typeof covered {
  for (const face of document.fonts) {
    if (face.status !== 'loaded' || counted.has(face)) continue;
    counted.add(face);
    const family = face.family.replace(/['"]/g, '');
    const codes = covered.get(family) ?? new Set<number>();
    for (const code of parseRange(face.unicodeRange)) codes.add(code);
    covered.set(family, codes);
  }
  return covered;
}

/** Every character has its face, and a text in the traditional script has none of the simplified one's. */
function glyphs(texts: readonly Text[]): Fault[] {
  const faces = coverage();
  const has = (family: string, code: number): boolean => faces.get(family)?.has(code) ?? false;
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
  shown = new Map();
  const texts = textsOf(root);
  const buttons = [...nodesBelow(root)].filter(
    (node): node is HTMLButtonElement => node instanceof HTMLButtonElement && isShown(node),
  );
  const pictures = [...nodesBelow(root)].filter(
    (node): node is Element =>
      node instanceof Element && /^kiosk-(picture|ring)$/.test(node.localName) && isShown(node),
  );
  return [
    ...emptiness(root),
    ...cuts(texts),
    ...overlaps(texts, buttons, pictures),
    ...targets(buttons),
    ...glyphs(texts),
    ...languages(texts, root.lang),
  ];
}
