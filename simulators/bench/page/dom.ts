type Child = Node | string | undefined | false;

/** An element with its class, children and listeners: all that the page needs to draw itself. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

export function button(className: string, act: () => void, ...children: readonly Child[]): HTMLButtonElement {
  const made = element('button', className, ...children);
  made.type = 'button';
  made.addEventListener('click', act);
  return made;
}

/** Sets a text only when it changes, so that selections and screen readers are left in peace. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** A picture of the page's own, in the manner of the kiosk's front; `picture` is SVG that no stranger had a hand in. */
export function drawn(size: string, picture: string): SVGSVGElement {
  const text = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" fill="none" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${picture}</svg>`;
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  if (!(parsed instanceof SVGSVGElement)) throw new Error('a picture is no drawing');
  return parsed;
}
