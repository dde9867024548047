import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from '@playwright/test';
import { createStaticFiles, createWireServer } from '#device-daemon/wire/index.ts';
import type { ScriptedKiosk } from './scripted-kiosk.fixture.ts';

const run = promisify(execFile);

/** Builds the page as it ships into a folder of its own. */
export async function buildPage(): Promise<{ readonly folder: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-page-'));
  // In a process of its own: the test runner's NODE_ENV would choose Lit's development build.
  await run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--outDir', folder, '--emptyOutDir'], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Chromium as the kiosk has it, and nothing that calls home. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface ServedPage {
  readonly port: number;
  readonly origin: string;
  stop(): Promise<void>;
}

/** Serves the page and the kiosk's service as the daemon does: one port, cookie, policy. */
export async function servePage(
  folder: string,
  kiosk: ScriptedKiosk,
  port = 0,
  onHealthAsked: () => void = () => undefined,
): Promise<ServedPage> {
  const server = createWireServer({
    profile: 'bench',
    vendorName: 'Test',
    listeners: [{ address: '127.0.0.1', port, roles: { cardholder: { auth: 'token' } } }],
    services: [kiosk],
    http: {
      files: createStaticFiles(folder),
      health: () => {
        onHealthAsked();
        return { bootId: kiosk.snapshot.bootId };
      },
    },
  });
  const started = await server.start();
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  const taken = started.value[0]?.port ?? 0;
  return { port: taken, origin: `http://127.0.0.1:${taken}`, stop: () => server.close() };
}

/** Everything that the page complained about: console errors, uncaught errors, refused resources. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}
