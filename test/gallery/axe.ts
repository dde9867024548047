import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** WCAG 2.2 A and AA, and what else axe knows that a kiosk must have. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds on the page as it is, one line each. */
export async function judge(page: Page): Promise<string[]> {
  // Legacy mode: no second page is opened to sum up; there are no frames here.
  const { violations } = await new AxeBuilder({ page }).withTags(tags).setLegacyMode(true).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => {
      const summary = failureSummary?.split('\n').slice(1, 2).join(' ').trim() ?? '';
      return `${id} at ${target.flat().join(' ')}: ${summary}`;
    }),
  );
}
