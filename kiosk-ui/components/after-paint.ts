/** A page that draws no frames (hidden on the bench) does not wait for one. */
const noFrameMs = 100;

/**
 * Runs `act` right after the next frame is on the glass. What a finger did is seen at once, as the pressed key; drawing
 * the next screen, which takes longer, begins only then.
 */
export function afterPaint(act: () => void): void {
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    clearTimeout(late);
    act();
  };
  const late = setTimeout(once, noFrameMs);
  requestAnimationFrame(() => {
    // The message is delivered after the frame that this callback belongs to.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      once();
    };
    port2.postMessage(undefined);
  });
}
