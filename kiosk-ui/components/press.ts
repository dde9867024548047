import { noChange } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import { type ElementPart, type PartInfo, PartType } from 'lit/directive.js';
import { afterPaint } from './after-paint.ts';
import { createTapGuard } from './tap-guard.ts';

const accepts = createTapGuard();

/**
 * Makes a `<button>` answer a finger as a key does: pressed the moment it is touched, activated when the finger is
 * lifted inside it. The browser's own click is not used for fingers, since it gives up when the finger slides a few
 * millimetres, as an old hand does. Keyboards and assistive technology still arrive as a click with detail 0.
 */
class PressDirective extends AsyncDirective {
  #button: HTMLElement | undefined;
  #action: (() => void) | undefined;
  #pointer: number | undefined;

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('press() belongs on the element itself');
  }

  render(_action: (() => void) | undefined): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [action]: [(() => void) | undefined]): typeof noChange {
    this.#action = action;
    if (this.#button === undefined) {
      this.#button = part.element as HTMLElement;
      this.#listen();
    }
    return noChange;
  }

  protected override disconnected(): void {
    this.#button?.removeEventListener('pointerdown', this.#down);
    this.#button?.removeEventListener('pointerup', this.#up);
    this.#button?.removeEventListener('pointercancel', this.#release);
    this.#button?.removeEventListener('lostpointercapture', this.#lost);
    this.#button?.removeEventListener('click', this.#click);
    this.#button?.removeEventListener('touchend', this.#noMouse);
    this.#release();
  }

  protected override reconnected(): void {
    this.#listen();
  }

  #listen(): void {
    this.#button?.addEventListener('pointerdown', this.#down);
    this.#button?.addEventListener('pointerup', this.#up);
    this.#button?.addEventListener('pointercancel', this.#release);
    this.#button?.addEventListener('lostpointercapture', this.#lost);
    this.#button?.addEventListener('click', this.#click);
    this.#button?.addEventListener('touchend', this.#noMouse, { passive: false });
  }

  readonly #down = (event: PointerEvent): void => {
    if (!event.isPrimary || event.button !== 0) return;
    this.#pointer = event.pointerId;
    this.#button?.setPointerCapture(event.pointerId);
    this.#button?.setAttribute('data-pressed', '');
  };

  readonly #up = (event: PointerEvent): void => {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = undefined;
    const box = this.#button?.getBoundingClientRect();
    const inside =
      box !== undefined &&
      event.clientX >= box.left &&
      event.clientX <= box.right &&
      event.clientY >= box.top &&
      event.clientY <= box.bottom;
    if (!(inside && this.#activate(event))) this.#release();
  };

  /** Capture is lost after every `pointerup` too; then the key has been let go of already. */
  readonly #lost = (): void => {
    if (this.#pointer !== undefined) this.#release();
  };

  readonly #release = (): void => {
    this.#pointer = undefined;
    this.#button?.removeAttribute('data-pressed');
  };

  readonly #click = (event: MouseEvent): void => {
    if (event.detail === 0) this.#activate(event);
  };

  /** The browser plays a mouse after every touch, seven events and a focus; nobody here listens, so they only take time. */
  readonly #noMouse = (event: Event): void => event.preventDefault();

  /** The key stays pressed until what it does has begun. */
  #activate(event: Event): boolean {
    const action = this.#action;
    if (action === undefined || !accepts(event.timeStamp)) return false;
    afterPaint(() => {
      this.#release();
      action();
    });
    return true;
  }
}

export const press = directive(PressDirective);
