/** Pages with Mermaid diagrams, drawn from the machines themselves. `node scripts/diagrams.js` writes them into docs/. */

import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { balanceMachine } from '../balance.ts';
import { cardActMachine } from '../card-act.ts';
import { identityMachine } from '../identity.ts';
import { kioskMachine } from '../kiosk.ts';
import { presentCardMachine } from '../present-card.ts';
import { takeDocumentMachine } from '../take-document.ts';
import { visitMachine } from '../visit.ts';

interface Page {
  readonly machine: AnyStateMachine;
  readonly about: string;
}

const pages: Readonly<Record<string, Page>> = {
  kiosk: {
    machine: kioskMachine,
    about: 'The root: is the kiosk in service, is somebody here, and was a person called.',
  },
  visit: {
    machine: visitMachine,
    about: "One person's time at the kiosk, from the first touch until card and goodbye.",
  },
  balance: {
    machine: balanceMachine,
    about: 'The service "look up the balance", run by a visit.',
  },
  identity: {
    machine: identityMachine,
    about: 'Which document, put it there, hold it still, this is what was read; run by a visit.',
  },
  'card-act': {
    machine: cardActMachine,
    about:
      'Something is done with a card of the person: report it lost, free it, start it, change its PIN; run by a visit.',
  },
  'present-card': {
    machine: presentCardMachine,
    about: 'The card is put in, read, and given back where it has to be put in anew; run by every service with a card.',
  },
  'take-document': {
    machine: takeDocumentMachine,
    about: 'The document goes back to the person; run by a visit before anything else begins, and at its end.',
  },
};

/** File name -> contents, for docs/machines/. */
export function diagramPages(): ReadonlyMap<string, string> {
  return new Map(Object.entries(pages).map(([name, page]) => [`${name}.md`, pageOf(name, page)]));
}

function pageOf(name: string, { machine, about }: Page): string {
  return [
    `# The machine "${name}"`,
    '',
    `${about} Generated from \`state-machines/${name}.ts\` by \`node scripts/diagrams.js\`.`,
    '',
    'An arrow says what leads on: an event, an answer of a call (`readCard answers`), a call that failed in a way it may not',
    '(`readCard breaks`), or time (`after …`, `state-machines/delays.ts`). In brackets: only if. Arrows out of an inner state',
    'begin with its name. What happens at the same time as something else has a diagram of its own.',
    '',
    ...diagramsOf(machine.root),
    '## What is called, and how long it is waited for',
    '',
    ...table(machine.root),
    '',
  ].join('\n');
}

/** A diagram of this state's children, then one for every parallel state below it. */
function diagramsOf(node: AnyStateNode): string[] {
  if (node.type === 'parallel') {
    return children(node)
      .filter((region) => children(region).length > 0)
      .flatMap(diagramsOf);
  }
  const title = node.path.length === 0 ? node.machine.id : node.path.join(', ');
  return [`## ${title}`, '', '```mermaid', 'stateDiagram-v2', ...inside(node, '  '), '```', '', ...below(node)];
}

function below(node: AnyStateNode): string[] {
  return children(node).flatMap((child) => (child.type === 'parallel' ? diagramsOf(child) : below(child)));
}

function children(node: AnyStateNode): AnyStateNode[] {
  return Object.values(node.states);
}

function isDrawnOpen(node: AnyStateNode): boolean {
  return node.type === 'compound';
}

function idOf({ path }: AnyStateNode): string {
  return path.join('_');
}

function inside(node: AnyStateNode, indent: string): string[] {
  const states = children(node).flatMap((child) =>
    isDrawnOpen(child)
      ? [`${indent}state "${child.key}" as ${idOf(child)} {`, ...inside(child, `${indent}  `), `${indent}}`]
      : [`${indent}${idOf(child)} : ${child.key}`],
  );
  const [first] = node.initial?.target ?? [];
  return [
    ...states,
    ...(first === undefined ? [] : [`${indent}[*] --> ${idOf(first)}`]),
    ...arrows(node).map(([ends, labels]) => `${indent}${ends}${labels.length === 0 ? '' : ` : ${labels.join(', ')}`}`),
    ...children(node)
      .filter(({ type }) => type === 'final')
      .map((child) => `${indent}${idOf(child)} --> [*]`),
  ];
}

/** The arrows between the children of a state. Mermaid draws none across borders, so deeper ends are lifted to these. */
function arrows(node: AnyStateNode): [string, string[]][] {
  const found = new Map<string, Set<string>>();
  for (const source of descendants(node)) {
    for (const transition of transitionsOf(source)) {
      for (const target of transition.target ?? []) {
        const [from, to] = [childTowards(node, source), childTowards(node, target)];
        // Within one child: its own diagram shows it, unless the child is left and entered anew.
        if (from === undefined || to === undefined || (from === to && (source !== from || target !== from))) {
          continue;
        }
        const ends = `${idOf(from)} --> ${idOf(to)}`;
        const labels = found.get(ends) ?? new Set<string>();
        const label = labelOf(transition);
        const inner = source === from ? [] : source.path.slice(from.path.length);
        labels.add([inner.join('.'), label].filter((part) => part !== '').join(' '));
        found.set(ends, labels);
      }
    }
  }
  return [...found].map(([ends, labels]) => [ends, [...labels].filter((label) => label !== '')]);
}

function descendants(node: AnyStateNode): AnyStateNode[] {
  return children(node).flatMap((child) => [child, ...descendants(child)]);
}

function transitionsOf(node: AnyStateNode): AnyTransitionDefinition[] {
  return [...(node.always ?? []), ...[...node.transitions.values()].flat()];
}

function childTowards(node: AnyStateNode, target: AnyStateNode): AnyStateNode | undefined {
  const isBelow = node.path.every((part, index) => target.path[index] === part);
  const key = target.path[node.path.length];
  return isBelow && key !== undefined ? node.states[key] : undefined;
}

function labelOf({ eventType, description, guard, source }: AnyTransitionDefinition): string {
  if (description !== undefined && guard === undefined) {
    return description; // It stands for many events.
  }
  const only = description ?? guardName(guard);
  return [eventName(eventType, source), only === '' ? '' : `[${only}]`].filter((part) => part !== '').join(' ');
}

/** A guard without a name is told by the description of its transition. */
function guardName(guard: unknown): string {
  if (typeof guard === 'string') {
    return guard;
  }
  if (typeof guard === 'object' && guard !== null && 'type' in guard) {
    return 'params' in guard ? `${String(guard.type)} ${String(guard.params)}` : String(guard.type);
  }
  return '';
}

function eventName(eventType: string, source: AnyStateNode): string {
  const parts = eventType.split('.');
  if (eventType.startsWith('xstate.after.')) {
    return `after ${parts[2] ?? ''}`;
  }
  if (eventType.startsWith('xstate.done.actor.') || eventType.startsWith('xstate.error.actor.')) {
    const invoked = source.invoke.find(({ id }) => eventType.endsWith(`.${id}`));
    return `${String(invoked?.src ?? '')} ${parts[1] === 'done' ? 'answers' : 'breaks'}`;
  }
  return eventType;
}

function table(root: AnyStateNode): string[] {
  const rows = [root, ...descendants(root)]
    .filter(({ invoke, after, tags }) => invoke.length > 0 || after.length > 0 || tags.length > 0)
    .map(({ path, invoke, after, tags }) =>
      [
        path.length === 0 ? '(always)' : `\`${path.join('.')}\``,
        invoke.map(({ src }) => `\`${String(src)}\``).join(', '),
        [...new Set(after.map(({ delay }) => `\`${String(delay)}\``))].join(', '),
        tags.join(', '),
      ].map((cell) => (cell === '' ? '-' : cell)),
    );
  const head = ['state', 'calls', 'goes on after', 'patience'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
