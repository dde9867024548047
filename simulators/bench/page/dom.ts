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
