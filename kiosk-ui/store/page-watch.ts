import type { Health } from './health.ts';

/** A task that holds the page for so long is felt as a frozen screen. */
const frozenMs = 500;

/** Where something went wrong, without what it was about. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const place = /(?:at |@)[^\n]*?([\w-]+\.js:\d{1,3}:\d+)/.exec(error.stack ?? '')?.[1];
  return `${error.name}: ${error.message}${place === undefined ? '' : ` (${place})`}`;
}

/** Notes what happens to the page: errors nobody caught, and stalls. */
export function watchPage(health: Health): void {
  addEventListener('error', (event) => void health.note('scriptError', told(event.error ?? event.message)));
  addEventListener('unhandledrejection', (event) => void health.note('unhandledRejection', told(event.reason)));
  if (PerformanceObserver.supportedEntryTypes.includes('longtask')) {
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        if (duration >= frozenMs) void health.note('longTask', `${Math.round(duration / 100) / 10} s`);
      }
    });
    observer.observe({ type: 'longtask', buffered: true });
  }
}
