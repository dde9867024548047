import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** WCAG 2.2 A and AA, and what else axe knows that a kiosk must have. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Why axe cannot tell a contrast although everybody can: it takes what a picture clips away for what covers a text. */
const doubts: ReadonlySet<unknown> = new Set(['bgOverlap', 'imgNode', 'shortTextContent']);

/**
 * What axe finds on the page as it is, one line each; a contrast that it cannot tell counts as found.
 * It knows no colour of a gradient, so it is shown the story on the lighter end of it, where white text has the least.
 */
export async function judge(page: Page): Promise<string[]> {
  await ground(page, true);
  const found = await judgeAsItIs(page);
  await ground(page, false);
  return found;
}

/** The same of a page that no stagehand has built. */
export async function judgeAsItIs(page: Page): Promise<string[]> {
  // Legacy mode: no second page is opened to sum up; there are no frames here.
  const { violations, incomplete } = await new AxeBuilder({ page }).withTags(tags).setLegacyMode(true).analyze();
  const untold = incomplete
    .filter(({ id }) => id === 'color-contrast')
    .map((result) => ({
      ...result,
      nodes: result.nodes.filter(({ any }) => !any.every(({ data }) => doubts.has(data?.messageKey))),
    }));
  return [...violations, ...untold].flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => {
      const summary = failureSummary?.split('\n').slice(1, 2).join(' ').trim() ?? '';
      return `${id} at ${target.flat().join(' ')}: ${summary}`;
    }),
  );
}

async function ground(page: Page, plain: boolean): Promise<void> {
  await page.evaluate((wanted) => window.stagehand.plainGround(wanted), plain);
}
