import { expect, test } from './kit/fixtures.ts';

test.describe('cards that are refused, each with its own screen, the card back, the next visit clean', () => {
  for (const [card, words] of [
    ['gen3-blocked', /locked/],
    ['gen3-key-blocked', /locked/],
    ['two-halves', /counter/],
    ['expired', /expired/i],
    ['cloned', /genuine/],
    ['mute', /card/],
  ] as const) {
    test(card, async ({ person }) => {
      await person.speaks('en');
      await person.looksUpBalance(card);
      await person.sees('card-problem');
      await person.reads(words);
      await person.leaves();
      // The goodbye goes by itself: first read it, then the journal.
      await person.saysGoodbye();
      expect(person.kiosk.lastVisit()).toMatch(
        /The card could not be used[\s\S]*The card was taken\.[\s\S]*card: taken/,
      );
      await person.looksUpBalance('gen3-active');
      await person.entersPin();
      await person.sees('balance');
      await person.leaves();
    });
  }
});

test.describe('PIN', () => {
  test('wrong to the limit: the tries left are shown before the last one, then the account is locked', async ({
    person,
  }) => {
    await person.speaks('en');
    await person.looksUpBalance('gen3-active');
    await person.entersPin('000000');
    await person.reads('Tries left: 2');
    await person.entersPin('111111');
    await person.sees('pin-problem');
    await person.touches('RETRY');
    await person.entersPin('222222');
    await person.sees('balance');
    await person.reads(/locked/);
    await person.leaves();
    const asked = (await person.kiosk.bench.ledger('bank-core')).filter(
      ({ operation }) => operation === 'inquireBalance',
    );
    expect(asked).toHaveLength(3);
  });

  test('cancel on the pad: the visit goes on without the bank leg', async ({ person }) => {
    await person.speaks('en');
    await person.looksUpBalance('gen3-active');
    await person.seesPadListen();
    await person.kiosk.bench.keys('12C');
    await person.sees('pin-problem');
    await person.touches('CONTINUE');
    await person.sees('balance');
    await person.touches('TOGGLE_AMOUNTS');
    await person.reads('1,830.50');
    await person.leaves();
  });
});

test.describe('the card is pulled out', () => {
  for (const command of [1, 4, 8, 14, 18]) {
    test(`at command ${command} of reading`, async ({ person }) => {
      await person.kiosk.bench.fault('card-reader', { pullAtCommand: command });
      await person.looksUpBalance('gen3-active');
      await person.sees('card-problem');
      await person.touches('END');
      await person.sees('goodbye', 'attract');
      expect(person.kiosk.lastVisit()).toContain('The card could not be used (chip): cardRemoved.');
    });
  }

  test('while the PIN is entered', async ({ person }) => {
    await person.looksUpBalance('gen3-active');
    await person.sees('enter-pin');
    await person.kiosk.bench.keys('12');
    await person.kiosk.bench.remove();
    await person.sees('card-problem');
    await person.touches('END');
    await person.sees('goodbye', 'attract');
    expect(person.kiosk.lastVisit()).toMatch(/No PIN was entered: cardRemoved/);
  });

  test('while the bank thinks: its answer is for nobody', async ({ person }) => {
    await person.kiosk.bench.hostFault('bank-core', { kind: 'slow', ms: 4_000, operation: 'inquireBalance', times: 1 });
    await person.looksUpBalance('gen3-active');
    await person.entersPin();
    await person.sees('asking');
    await person.kiosk.bench.remove();
    await person.sees('card-problem');
    await person.kiosk.bench.hostFault('bank-core', { clear: true });
    await person.touches('END');
    await person.sees('goodbye', 'attract');
    expect(person.kiosk.lastVisit()).toContain('The card was pulled out before the service was finished.');
  });
});

test.describe('printer', () => {
  test('no paper from the start: said on the tile, the balance goes on without a slip', async ({ person }) => {
    await person.speaks('en');
    await person.kiosk.bench.fault('printer', { paperOut: true });
    await person.reads(/You can still do this/);
    await person.chooses('balance');
    await person.sees('insert-card', 'service-info');
    await person.kiosk.bench.insert('gen3-active');
    if ((await person.page.locator('kiosk-app').getAttribute('data-screen')) === 'service-info')
      await person.touches('CONTINUE');
    await person.entersPin();
    await person.sees('balance');
    await expect(person.page.locator('button[data-event=PRINT]')).toHaveCount(0);
    await person.leaves();
  });

  for (const [what, fault, outcome] of [
    ['the paper ends in the middle', { paperLeftMm: 30 }, /Receipt "balance": (notDone|unknown)/],
    ['the knife jams after the slip', { cutterJam: true }, /Receipt "balance": (notDone|unknown)/],
  ] as const) {
    test(`${what}: said, never printed again by itself`, async ({ person }) => {
      await person.looksUpBalance('gen3-active');
      await person.entersPin();
      await person.sees('balance');
      await person.kiosk.bench.fault('printer', fault);
      await person.touches('PRINT');
      await person.sees('print-result');
      await person.leaves();
      expect(person.kiosk.lastVisit()).toMatch(outcome);
      expect((await person.kiosk.bench.receipts()).length).toBeLessThanOrEqual(1);
    });
  }
});

test.describe('unplugged and back', () => {
  for (const [device, told] of [
    ['card-reader', 'cardReader'],
    ['pin-pad', 'pinPad'],
    ['printer', 'printer'],
  ] as const) {
    test(device, async ({ person }) => {
      const state = async (): Promise<string | undefined> => {
        const health = (await (await fetch(new URL('/healthz', person.kiosk.url))).json()) as {
          devices: { name: string; state: string }[];
        };
        return health.devices.find(({ name }) => name === told)?.state;
      };
      await person.kiosk.bench.fault(device, { unplugged: true });
      await expect.poll(state).not.toBe('ready');
      // Every service that does not need it still works: without a card reader a lost card can be frozen all the same.
      await person.sees('attract');
      const tile = person.page.locator('button[data-service=balance]');
      await (device === 'card-reader' ? expect(tile) : expect(tile).not).toHaveClass(/muted/);
      await person.kiosk.bench.fault(device, { unplugged: false });
      await expect.poll(state, { timeout: 30_000 }).toBe('ready');
      await person.sees('attract');
      await person.looksUpBalance('gen3-active');
      await person.entersPin();
      await person.sees('balance');
      await person.leaves();
    });
  }
});

test.describe('hosts', () => {
  test('the bank core is down: that leg is not confirmed, the others are there', async ({ person }) => {
    await person.kiosk.bench.hostFault('bank-core', { kind: 'down', how: 'refuse' });
    await person.looksUpBalance('gen3-active');
    await person.entersPin();
    await person.sees('balance');
    await person.reads('暂未确认');
    await person.touches('TOGGLE_AMOUNTS');
    await person.reads('1,830.50');
    await person.leaves();
  });

  test('card management is down: the bank leg is there, the others are not confirmed', async ({ person }) => {
    await person.kiosk.bench.hostFault('card-management', { kind: 'down', how: 'reset' });
    await person.looksUpBalance('gen3-active');
    await person.entersPin();
    await person.sees('balance');
    await expect(person.page.locator('kiosk-screen [data-kind=socialSecurity]')).toHaveCount(1);
    await person.leaves();
  });

  for (const kind of ['garbage', 'badSignature', 'wrongShape', 'staleAnswer'] as const) {
    test(`the bank answers with ${kind}: nothing of it is shown`, async ({ person }) => {
      await person.kiosk.bench.hostFault('bank-core', { kind });
      await person.looksUpBalance('gen3-active');
      await person.entersPin();
      await person.sees('balance');
      await expect(person.page.locator('kiosk-screen [data-kind=socialSecurity]')).toHaveCount(0);
      await person.leaves();
    });
  }

  for (const kind of ['actThenDrop', 'halfAnswer', 'answerTwice'] as const) {
    test(`the bank acts and its answer gets lost or comes twice (${kind}): asked about, done once`, async ({
      person,
    }) => {
      await person.kiosk.bench.hostFault('bank-core', { kind, operation: 'inquireBalance', times: 1 });
      await person.looksUpBalance('gen3-active');
      await person.entersPin();
      await person.sees('balance');
      await expect(person.page.locator('kiosk-screen [data-kind=socialSecurity]')).toHaveCount(1);
      await person.leaves();
      const acts = (await person.kiosk.bench.ledger('bank-core')).filter(
        ({ operation, act }) => operation === 'inquireBalance' && act === 'done',
      );
      expect(acts).toHaveLength(1);
    });
  }
});

test.describe('the machine itself', () => {
  test("the daemon is killed: branches are shown from the browser's own store, and it comes back by itself", async ({
    person,
  }) => {
    await person.looksUpBalance('gen3-active');
    await person.sees('enter-pin');
    await person.kiosk.killDaemon();
    await person.sees('visit-ended', 'out-of-service');
    await person.kiosk.bench.remove();
    await expect(async () => {
      if ((await person.page.locator('kiosk-app').getAttribute('data-screen')) === 'visit-ended')
        await person.touches('CLOSE');
      await person.sees('out-of-service');
    }).toPass({ timeout: 40_000 });
    await person.touches('OPEN_INFORMATION');
    await person.taps('text=附近网点');
    await person.reads('未来广场支行');
    await person.kiosk.startDaemon();
    await person.opens();
    await person.sees('attract');
    expect(person.kiosk.cli('journal', '--verify')).toContain('whole');
  });

  test('the page is reloaded in the middle: the visit ends, the card is asked back, the next visit is clean', async ({
    person,
  }) => {
    await person.looksUpBalance('gen3-active');
    await person.sees('enter-pin');
    await person.page.reload();
    await person.kiosk.bench.remove();
    await person.sees('attract');
    await expect
      .poll(() => person.kiosk.lastVisit())
      .toMatch(/The visit ended \((pageReloaded|connectionLost)\) after \d+ s; card: taken/);
    await person.looksUpBalance('gen3-active');
    await person.entersPin();
    await person.sees('balance');
    await person.leaves();
  });

  test('the browser dies with a card in: the daemon ends the visit and a new page begins clean', async ({
    person,
    browser,
  }) => {
    await person.looksUpBalance('gen3-active');
    await person.sees('enter-pin');
    await person.page.close();
    await person.kiosk.bench.remove();
    await expect
      .poll(() => person.kiosk.lastVisit())
      .toMatch(/The visit ended \(connectionLost\) after \d+ s; card: taken/);
    const page = await browser.newPage();
    await page.goto(person.kiosk.url);
    await expect(page.locator('kiosk-app')).toHaveAttribute('data-screen', 'attract');
    await page.close();
  });
});
