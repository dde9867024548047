import { existsSync } from 'node:fs';
import { expect, test } from './kit/fixtures.ts';

/** A fake that skips the driver proves nothing: what is on this machine must have been used. */
test('the browser is Chromium, the card goes through pcscd, pad and printer hang on pseudo-terminals', async ({
  person,
  browser,
}) => {
  expect(browser.browserType().name()).toBe('chromium');
  const config = person.kiosk.cli('config');
  if (existsSync('/usr/sbin/pcscd')) expect(config).toContain('devices.cardReader.driver = "pcsc"');
  if (existsSync('/usr/bin/socat')) {
    expect(config).toMatch(/devices\.pinPad\.port = "serial:/);
    expect(config).toMatch(/devices\.printer\.port = "serial:/);
  }
});
